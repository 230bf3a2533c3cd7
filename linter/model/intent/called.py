"""Connections with the API server: webhooks and aggregated APIs that it calls, and pods that call it."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import integer
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.rbac import ServiceAccount
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.intent.parties import Demand, Pods, Reason, Remark
from hullmark.linter.model.intent.scene import Scene
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.accounts import TOKEN_PATH, automounts, token_present, usages
from hullmark.linter.model.rbac.grants import Grant
from hullmark.linter.model.rbac.identity import account

_HTTPS = 443
_UNKNOWN = "the address of the API server is not in the input: name it with --api-server"


def called(scene: Scene) -> Iterator[Demand | Remark]:
    """Services that the API server calls."""
    caution = "" if scene.api_server.known else _UNKNOWN
    for resource, cursor in _references(scene.bundle):
        namespace, name = cursor.get("namespace").text or "", cursor.get("name").text or ""
        linked = scene.services.get((namespace, name))
        port = integer(cursor.get("port"))
        if linked is None:
            continue
        reason = Reason(f"{resource} makes the API server call Service {name}", cursor.get("name").place, caution)
        for found in scene.destinations(linked, _HTTPS if port is None else port):
            for source in scene.api_server.comes:
                yield Demand(source, found.party, (found.port,), reason)


def _references(bundle: Bundle) -> Iterator[tuple[Resource, Cursor]]:
    """References to Services: `namespace`, `name`, and `port` (443 where none is written)."""
    for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for resource in bundle.by_kind("admissionregistration.k8s.io", kind):
            for webhook in resource.cursor.get("webhooks").items():
                yield resource, webhook.get("clientConfig", "service")
    for resource in bundle.by_kind("apiregistration.k8s.io", "APIService"):
        yield resource, resource.cursor.get("spec", "service")
    for resource in bundle.by_kind("apiextensions.k8s.io", "CustomResourceDefinition"):
        conversion = resource.cursor.get("spec", "conversion")
        for at in (conversion.get("webhook", "clientConfig"), conversion.get("webhookClientConfig")):
            yield resource, at.get("service")


def callers(scene: Scene) -> Iterator[Demand | Remark]:
    """Units that call the API server: they see a token of an account that may do something, or ask for one."""
    server = scene.api_server
    caution = "" if server.known else _UNKNOWN
    used = scene.bundle.derived(usages)
    for unit in scene.units:
        who = account(unit.namespace, unit.account)
        usage = used.get(who)
        declared = None if usage is None else usage.declared
        if not _sees_token(scene, unit, declared):
            continue
        grants = tuple(access(scene.bundle).direct(who))
        found = _why(unit, grants)
        if found is not None:
            text, place = found
            yield Demand(Pods(unit), server.calls, server.ports, Reason(text, place, caution))
        elif unit.account != "default":
            text = f"{unit} holds a token of account {unit.account!r}, which nothing in the input gives rights"
            yield Remark(text, unit.pod.account.place, unit)


def _sees_token(scene: Scene, unit: Unit, declared: ServiceAccount | None) -> bool:
    """Whether a container sees a token, of those that are written; an operator's pods have some that are not."""
    if any(token_present(each, declared, scene.bundle) for each in unit.pod.containers):
        return True
    return unit.pod.overlay and automounts(unit.pod, declared)


def _why(unit: Unit, grants: tuple[Grant, ...]) -> tuple[str, Place] | None:
    """Why a unit with a token is taken to use it."""
    bound = next((grant.binding for grant in grants if grant.binding is not None), None)
    if bound is not None:
        text = f"{unit} holds a token of account {unit.account!r}, which {bound.kind} {bound.name!r} gives rights"
        return text, bound.place
    written = unit.pod.automount_service_account_token
    if written.is_true:
        return f"{unit} asks for the token of its account", written.place
    for volume in unit.pod.volumes:
        if any(source.token.present for source in volume.projected_sources) and _at_the_usual_path(
            unit, volume.name.text
        ):
            return f"{unit} mounts a token of its account", volume.place
    return None


def _at_the_usual_path(unit: Unit, name: str | None) -> bool:
    return any(
        mount.name.text == name and (mount.mount_path.text or "").rstrip("/") == TOKEN_PATH
        for container in unit.pod.containers
        for mount in container.volume_mounts
    )
