"""Routes and grants of Gateway API as they are written, attached or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.attachment import (
    GROUP,
    ROUTES,
    attachments,
    granted,
    has_namespace,
    parents,
    routes,
)
from hullmark.linter.model.exposure.emissary import is_listened
from hullmark.linter.model.exposure.emissary_objects import attaches, hostname_field, things
from hullmark.linter.model.exposure.gateway_api import backend_refs
from hullmark.linter.records import record


@record(eq=False)
class WrittenRoute:
    """One reference of a route to a gateway, or a Mapping; `attached`: something takes it, None where nobody knows."""

    kinds: ClassVar[KindSet] = frozenset((GROUP, kind) for kind in ROUTES) | {("getambassador.io", "Mapping")}

    bundle: Bundle
    resource: Resource
    place: Place
    gateway: str
    attached: bool | None

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[WrittenRoute]:
        """Every reference of every route."""
        for route in routes(bundle):
            for parent in parents(bundle, route):
                taken = None if parent.gateway is None else any(True for _ in attachments(bundle, route, parent))
                yield cls(bundle, route, parent.cursor.get("name").place, f"{parent.kind} {parent.name!r}", taken)
        hosts = list(things(bundle, "Host"))
        for mapping in things(bundle, "Mapping"):
            field = hostname_field(mapping)
            place = field.place if field.present else mapping.resource.place
            near = [host for host in hosts if mapping.with_(host)]
            taken = any(attaches(mapping, host) for host in near if is_listened(bundle, host)) if near else None
            yield cls(bundle, mapping.resource, place, "Host", taken)


@record(eq=False)
class BackendReference:
    """A reference of a route to a Service, perhaps in another namespace."""

    kinds: ClassVar[KindSet] = frozenset((GROUP, kind) for kind in ROUTES)

    bundle: Bundle
    route: Resource
    cursor: Cursor
    home: str
    namespace: str

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[BackendReference]:
        """Every reference of every rule."""
        for route in routes(bundle):
            home = bundle.namespace_of(route).name
            for rule in route.cursor.get("spec", "rules").items():
                for item in backend_refs(rule):
                    yield cls(bundle, route, item, home, item.get("namespace").text or home)

    @property
    def place(self) -> Place:
        """The namespace, else the name."""
        field = self.cursor.get("namespace")
        return field.place if field.present else self.cursor.get("name").place

    @property
    def is_inert(self) -> bool:
        """Whether a grant is missing for sure: the input has the namespace, and none that lets the route in."""
        target = ("", "Service", self.namespace, self.cursor.get("name").text or "")
        return has_namespace(self.bundle, self.namespace) and not granted(
            self.bundle, (GROUP, self.route.kind), self.home, target
        )


@record(eq=False)
class Grant:
    """One ReferenceGrant."""

    kinds: ClassVar[KindSet] = frozenset({(GROUP, "ReferenceGrant")})

    bundle: Bundle
    resource: Resource

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Grant]:
        """Every grant."""
        for each in bundle.by_kind(GROUP, "ReferenceGrant"):
            yield cls(bundle, each)

    @property
    def sources(self) -> tuple[str, ...]:
        """Namespaces that it lets in."""
        found = (item.get("namespace").text or "" for item in self.resource.cursor.get("spec", "from").items())
        return tuple(dict.fromkeys(found))

    @property
    def targets(self) -> Iterator[Cursor]:
        """What it lets them name."""
        return self.resource.cursor.get("spec", "to").items()


@record(eq=False)
class OpenListener:
    """A place that says which namespaces a gateway takes routes from; `everybody`: from all, for names of all."""

    kinds: ClassVar[KindSet] = frozenset(
        {(GROUP, "Gateway"), ("networking.istio.io", "Gateway"), ("getambassador.io", "Listener")}
    )

    bundle: Bundle
    resource: Resource
    place: Place
    everybody: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[OpenListener]:
        """Every such place, where tenants share the cluster: with two of their namespaces or more."""
        if len(bundle.derived(_tenants)) < 2:
            return
        for gateway in bundle.by_kind(GROUP, "Gateway"):
            for item in gateway.cursor.get("spec", "listeners").items():
                source = item.get("allowedRoutes", "namespaces", "from")
                name = item.get("hostname").text
                yield cls(bundle, gateway, source.place, source.text == "All" and (not name or name.startswith("*")))
            source = gateway.cursor.get("spec", "allowedListeners", "namespaces", "from")
            if source.present:
                yield cls(bundle, gateway, source.place, source.text == "All")
        for gateway in bundle.by_kind("networking.istio.io", "Gateway"):
            for server in gateway.cursor.get("spec", "servers").items():
                for host in server.get("hosts").items():
                    yield cls(bundle, gateway, host.place, host.text in ("*", "*/*"))
        for listener in things(bundle, "Listener"):
            source = listener.spec.get("hostBinding", "namespace", "from")
            yield cls(bundle, listener.resource, source.place, source.text == "ALL")


def _tenants(bundle: Bundle) -> frozenset[str]:
    """Namespaces with pods that are no gateway and no part of the system."""
    names = {bundle.namespace_of(pod.resource).name for pod in bundle.pods}
    return frozenset(name for name in names if name and not name.endswith("-system"))
