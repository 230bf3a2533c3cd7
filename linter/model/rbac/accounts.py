"""Which pods run as which service account, whether they see its token, and which controllers they are.

Token presence: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
and the ServiceAccount admission plugin, which mounts the token where the pod, else the account, does
not say otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.rbac import ServiceAccount
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.volume import Volume
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.controllers import Controller, controller_of
from hullmark.linter.model.rbac.identity import Identity, account
from hullmark.linter.records import field, record

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
API_AUDIENCES = ("https://kubernetes.default.svc", "https://kubernetes.default.svc.cluster.local", "kubernetes", "api")


@record(frozen=False)
class Usage:
    """How the pods of the input use one account."""

    pods: list[PodSpec] = field(default_factory=list)
    with_token: list[PodSpec] = field(default_factory=list)
    controller: Controller | None = None
    declared: ServiceAccount | None = None


def usages(bundle: Bundle) -> dict[Identity, Usage]:
    """Accounts that the bundle declares or that its pods run as."""
    found: dict[Identity, Usage] = defaultdict(Usage)
    for declared in bundle.each(ServiceAccount):
        found[account(bundle.namespace_of(declared).name, declared.name)].declared = declared
    matches: dict[Identity, list[Controller | None]] = defaultdict(list)
    for pod in bundle.pods:
        name = pod.account_name
        if name is None:
            continue
        who = account(bundle.namespace_of(pod.resource).name, name)
        usage = found[who]
        usage.pods.append(pod)
        matches[who].append(controller_of(pod, name))
        if any(token_present(container, usage.declared, bundle) for container in pod.containers):
            usage.with_token.append(pod)
    for who, rows in matches.items():
        # An account that an unknown workload shares is no longer the controller's alone.
        if all(row is not None for row in rows):
            found[who].controller = rows[0]
    return dict(found)


def automounts(pod: PodSpec, declared: ServiceAccount | None) -> bool:
    """Effective `automountServiceAccountToken`: the pod's, else the account's, else true."""
    if pod.automount_service_account_token.value is not None:
        return pod.automount_service_account_token.value
    if declared is not None and declared.automount_service_account_token.value is not None:
        return declared.automount_service_account_token.value
    return True


def token_present(container: Container, declared: ServiceAccount | None, bundle: Bundle) -> bool:
    """Whether the container sees a token that the API server accepts."""
    pod = container.pod
    if pod.is_static:
        return False
    mounts = {mount.mount_path.text.rstrip("/"): mount for mount in container.volume_mounts if mount.mount_path.text}
    if automounts(pod, declared) and TOKEN_PATH not in mounts:
        return True
    names = {mount.name.text for mount in container.volume_mounts}
    return any(volume.name.text in names and _holds_token(volume, bundle, pod) for volume in pod.volumes)


def _holds_token(volume: Volume, bundle: Bundle, pod: PodSpec) -> bool:
    audiences = bundle.context.texts("serviceaccount.api-audiences") or API_AUDIENCES
    for source in volume.projected_sources:
        token = source.token
        if token.present and (token.audience.absent or token.audience.text in audiences):
            return True
    name = volume.secret.secret_name.text
    return name is not None and name in _token_secrets(bundle, bundle.namespace_of(pod.resource).name)


def _token_secrets(bundle: Bundle, namespace: str) -> frozenset[str]:
    return bundle.derived(_all_token_secrets).get(namespace, frozenset())


def _all_token_secrets(bundle: Bundle) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for secret in _secrets(bundle):
        found[bundle.namespace_of(secret).name].add(secret.name)
    return {namespace: frozenset(names) for namespace, names in found.items()}


def _secrets(bundle: Bundle) -> Iterator[Resource]:
    for secret in bundle.by_kind("", "Secret"):
        if secret.cursor.get("type").text == "kubernetes.io/service-account-token":
            yield secret
