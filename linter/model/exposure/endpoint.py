"""One public address of a gateway: a host and a path, or a port, with what is behind it and what is before it."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import ServicePort
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import Control, Controls, on
from hullmark.linter.model.exposure.publicness import is_public
from hullmark.linter.model.exposure.services import LinkedService, linked_services
from hullmark.linter.model.exposure.targets import Target
from hullmark.linter.model.exposure.zones import Reached
from hullmark.linter.records import record

ANY_HOST = "*"
_PROXIES = (
    "oauth2-proxy",
    "oauth-proxy",
    "origin-oauth-proxy",
    "ose-oauth-proxy",
    "pomerium",
    "authelia",
    "gogatekeeper",
    "gatekeeper",
    "keycloak-gatekeeper",
    "louketo-proxy",
    "vouch-proxy",
    "kube-rbac-proxy",
)


@record
class Backend:
    """A Service, and a port of it, that a gateway names. `service` is None where the input has none of this name.

    A product that makes pods itself has `targets` and no Service. `port` is None where none is named: then the only
    port of the Service is meant.
    """

    namespace: str
    name: str
    port: int | str | None
    place: Place
    port_place: Place
    service: LinkedService | None
    ports: tuple[ServicePort, ...]
    targets: tuple[Target, ...]

    @property
    def pods(self) -> tuple[PodSpec, ...]:
        """Pods behind it."""
        return () if self.service is None else self.service.pods


@record(eq=False)
class Endpoint:
    """One address. `gateway` is the object that opens it, `route` the one that says where it leads.

    `product` is the gateway's short name, empty where nobody can know. `path_type` is exact, prefix or regex.
    """

    bundle: Bundle
    product: str
    gateway: Resource
    route: Resource
    namespace: str
    host: str
    path: str
    path_type: str
    host_place: Place
    path_place: Place
    backends: tuple[Backend, ...]
    zone: Reached
    controls: Controls
    http: bool = True
    redirects: bool = False
    canary: bool = False

    def __str__(self) -> str:
        return f"{self.route}"

    @property
    def context(self) -> Context:
        """The circumstances of the run."""
        return self.bundle.context

    @property
    def place(self) -> Place:
        """Path, else host, else the route."""
        return self.path_place

    @property
    def is_public(self) -> bool:
        """Whether everybody may knock, for all that is known."""
        return is_public(self.zone, self.bundle)

    @property
    def address(self) -> str:
        """Host and path for messages."""
        host = "any host" if self.host == ANY_HOST else self.host
        return f"{host}{self.path}" if self.path not in ("", "/") else host

    @property
    def tls(self) -> Control:
        """Whether it speaks TLS."""
        return self.controls.tls

    @property
    def auth(self) -> Control:
        """Whether somebody asks who is there: the gateway, or a proxy that stands in the pod before the application."""
        if self.controls.auth.is_on:
            return self.controls.auth
        proxies = [proxy(each.container) for backend in self.backends for each in backend.targets]
        if proxies and all(found is not None for found in proxies):
            return next(found for found in proxies if found is not None)
        return self.controls.auth


def proxy(container: Container | None) -> Control | None:
    """That the container is a proxy that authenticates, or None."""
    reference = None if container is None else container.image_reference
    if container is None or reference is None:
        return None
    if any(reference.has_tail(name) for name in _PROXIES):
        return on(container, f"{container} asks who is there")
    return None


def services_by_name(bundle: Bundle) -> dict[tuple[str, str], LinkedService]:
    """Services of a bundle by namespace and name, the first of each."""
    found: dict[tuple[str, str], LinkedService] = {}
    for linked in linked_services(bundle):
        found.setdefault((linked.namespace.name, linked.service.name), linked)
    return found


def backend(
    bundle: Bundle,
    namespace: str,
    name: str,
    port: int | str | None,
    place: Placed,
    port_place: Placed | None = None,
    transport: str = "TCP",
) -> Backend:
    """The backend of this name, looked up in the bundle; an alias to another Service of the cluster is followed.

    Only ports of the gateway's own protocol are led to.
    """
    linked = bundle.derived(services_by_name).get((namespace, name))
    seen = 0
    while linked is not None and linked.kind == "ExternalName" and seen < 3:
        parts = (linked.service.external_name.value or "").split(".")
        if len(parts) < 2 or (len(parts) > 2 and parts[2] != "svc"):
            break
        inner = bundle.derived(services_by_name).get((parts[1], parts[0]))
        if inner is None:
            break
        linked, seen = inner, seen + 1
    chosen = () if linked is None else tuple(_chosen(linked, port, transport))
    targets = tuple(target for _, found in chosen for target in found)
    where = place.place
    return Backend(
        namespace,
        name,
        port,
        where,
        where if port_place is None else port_place.place,
        linked,
        tuple(each for each, _ in chosen),
        targets,
    )


def _chosen(
    linked: LinkedService, port: int | str | None, transport: str
) -> Iterator[tuple[ServicePort, tuple[Target, ...]]]:
    for each, found in linked.targets:
        named = port is None or port in (each.port.value, each.name.value) or str(each.port.value) == str(port)
        if named and each.transport in (None, transport):
            yield each, found


def port_value(cursor: Cursor) -> int | str | None:
    """A port as written, a number where it reads as one."""
    text = cursor.text
    if text is None:
        return None
    return int(text) if text.isdecimal() and len(text) < 6 else text
