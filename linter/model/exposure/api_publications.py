"""The API server published from inside: by a Service, by a gateway, or by `kubectl proxy`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_loopback, network
from hullmark.linter.model.exposure.endpoint import Backend, Endpoint
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.exposures import Way, approach, exposures
from hullmark.linter.model.exposure.gateway_kinds import ROUTE_KINDS
from hullmark.linter.model.exposure.glance import may_run_kubectl
from hullmark.linter.model.exposure.manual import manual_ports
from hullmark.linter.model.exposure.services import LinkedService, linked_services
from hullmark.linter.model.exposure.sorts import Sort, sensitive
from hullmark.linter.model.exposure.sources import Limit
from hullmark.linter.model.exposure.steps import Step
from hullmark.linter.model.exposure.zones import Reached
from hullmark.linter.records import record

_PORTS = (6443, 443)


@record(eq=False)
class ApiPublication:
    """One way to the API server. `ranges` are the addresses that may come, None where everybody may.

    `keeps_tls`: the connection of the caller ends at the API server itself, which then asks for the certificate.
    """

    kinds: ClassVar[KindSet] = ROUTE_KINDS | {("", "Service")}

    bundle: Bundle
    resource: Resource
    place: Place
    zone: Reached
    steps: tuple[Step, ...]
    ranges: tuple[str, ...] | None
    keeps_tls: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[ApiPublication]:
        """Every way, once for every text that opens it."""
        seen: set[tuple[object, ...]] = set()
        for each in (*_by_pods(bundle), *_by_routes(bundle), *_by_services(bundle)):
            key = (each.place.source.path, each.place.span)
            if key not in seen:
                seen.add(key)
                yield each

    @property
    def is_guarded(self) -> bool:
        """Whether few may come, and TLS is kept."""
        widest = self.bundle.context.number("exposure.max-public-prefix", 16)
        return self.keeps_tls and self.ranges is not None and all(_is_narrow(each, widest) for each in self.ranges)


def _is_narrow(text: str, widest: int) -> bool:
    found = network(text)
    return found is not None and found.prefixlen >= (widest if found.version == 4 else 2 * widest)


def _by_pods(bundle: Bundle) -> Iterator[ApiPublication]:
    for each, found in sensitive(bundle):
        if each.way not in (Way.SERVICE, Way.GATEWAY):
            continue
        if found.sort is not Sort.API_SERVER and found.what != "kubectl proxy":
            continue
        resource = each.endpoint.route if each.endpoint is not None else each.pod.resource
        if each.endpoint is None and each.service is not None:
            resource = each.service.service
        kept = found.sort is Sort.API_SERVER and (each.endpoint is None or _keeps_tls(each.endpoint))
        listed = each.sources.ranges if each.sources.limit is Limit.LIST else _listed(each.endpoint)
        yield ApiPublication(bundle, resource, each.place, each.zone, each.steps, listed, kept)


def _listed(endpoint: Endpoint | None) -> tuple[str, ...] | None:
    """Addresses that the gateway lets through."""
    if endpoint is None or not endpoint.controls.allow.is_on or endpoint.controls.allow.at is None:
        return None
    at = endpoint.controls.allow.at
    items = tuple(item.text or item.get("cidr").text or "" for item in at.items())
    return items or tuple(part.strip() for part in (StrField(at).value or "").replace(" ", ",").split(",") if part)


def _by_routes(bundle: Bundle) -> Iterator[ApiPublication]:
    for endpoint in endpoints(bundle):
        for backend in endpoint.backends:
            if endpoint.zone.is_exposed and _is_api_server(backend):
                steps = (*approach(endpoint), *_behind(backend))
                kept = _keeps_tls(endpoint)
                yield ApiPublication(
                    bundle, endpoint.route, backend.place, endpoint.zone, steps, _listed(endpoint), kept
                )


def _is_api_server(backend: Backend) -> bool:
    if (backend.namespace, backend.name) == ("default", "kubernetes"):
        return True
    linked = backend.service
    if linked is None:
        return False
    alias = (linked.service.external_name.value or "").split(".")
    return alias[:2] == ["kubernetes", "default"] or _leading_there(linked) is not None


def _behind(backend: Backend) -> Iterator[Step]:
    """The steps from a backend to addresses that are written by hand."""
    linked = backend.service
    last = None if linked is None else _leading_there(linked)
    if linked is not None and last is not None:
        yield from (Step(backend.place, f"requests go to {linked}"), Step(linked.place, f"{linked} is behind it"), last)


def _leading_there(linked: LinkedService) -> Step | None:
    """The hand-written port of the API server among those of the Service, if there is one."""
    if linked.service.has_selector:
        return None
    named = "api" in linked.service.name or "kube" in linked.service.name or "control-plane" in linked.service.name
    ports = manual_ports(linked)
    return next((ports[port] for port in _PORTS if port in ports and (named or port != 443)), None)


def _by_services(bundle: Bundle) -> Iterator[ApiPublication]:
    for linked in linked_services(bundle):
        own = (linked.namespace.name, linked.service.name) == ("default", "kubernetes")
        last = _leading_there(linked) if linked.reached.is_exposed else None
        if linked.reached.is_exposed and (own or last is not None):
            steps = (Step(linked.opening, linked.reached.note), *(() if last is None else (last,)))
            listed = linked.sources.ranges if linked.sources.limit is Limit.LIST else None
            yield ApiPublication(bundle, linked.service, linked.opening, linked.reached, steps, listed, True)


def _keeps_tls(endpoint: Endpoint) -> bool:
    if not endpoint.http:
        return True
    annotation = endpoint.route.annotation
    if annotation("nginx.ingress.kubernetes.io/ssl-passthrough").value == "true":
        return True
    if (annotation("nginx.ingress.kubernetes.io/backend-protocol").value or "").upper() == "HTTPS":
        return endpoint.tls.is_on
    return endpoint.route.cursor.get("spec", "tls", "termination").text == "reencrypt"


@record(eq=False)
class ApiProxy:
    """A container that runs `kubectl proxy`. `opens` are the arguments that let others than its own pod in."""

    kinds: ClassVar[KindSet] = POD_KINDS
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_run_kubectl)

    container: Container
    opens: tuple[StrField, ...]
    is_exposed: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[ApiProxy]:
        """Every such container of the bundle."""
        for pod in bundle.pods:
            for container in pod.containers:
                words = (*container.command.items, *container.args.items)
                texts = [item.text or "" for item in words]
                if not any("kubectl" in text for text in texts) and "kubectl" not in (container.image.text or ""):
                    continue
                if any("proxy" in text.split() for text in texts):
                    shown = any(each.pod is pod for each in exposures(bundle))
                    yield cls(container, tuple(_opening(words)), shown)

    @property
    def place(self) -> Place:
        """The container."""
        return self.container.place


def _opening(words: tuple[StrField, ...]) -> Iterator[StrField]:
    for at, item in enumerate(words):
        text = item.text or ""
        for word in text.split():
            flag, _, value = word.partition("=")
            following = words[at + 1].text or "" if not value and at + 1 < len(words) else value
            value = value or following
            opened = flag == "--address" and value and not is_loopback(value) and value != "localhost"
            filtered = flag == "--disable-filter" and value != "false"
            hosts = flag == "--accept-hosts" and value not in ("", "^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$")
            if opened or filtered or hosts:
                yield item
                break
