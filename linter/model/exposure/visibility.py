"""How far an object is meant to be seen, as its author says: by label or annotation, on it or on its Namespace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.globs import path_glob
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.gateway_kinds import ROUTE_KINDS
from hullmark.linter.model.exposure.services import linked_services
from hullmark.linter.model.exposure.zones import Reached, Zone
from hullmark.linter.records import record

VISIBILITY = "hullmark.io/visibility"
INTERNAL = "exposure.internal"
PUBLIC = "exposure.public-allow-list"
_WORDS = {"public": Zone.INTERNET, "private-network": Zone.PRIVATE, "internal": Zone.CLUSTER}


@record
class Declared:
    """The outermost zone that an object is meant for. `place` is where that is said, None in the configuration."""

    zone: Zone
    place: Place | None = None


def declared(bundle: Bundle, resource: Resource) -> Declared | None:
    """What is said of an object; the nearest word wins."""
    namespace = bundle.find("", "Namespace", "", bundle.namespace_of(resource).name)
    for each in (resource, *([] if namespace is None else [namespace])):
        for field in (each.label(VISIBILITY), each.annotation(VISIBILITY)):
            zone = _WORDS.get(field.value or "")
            if zone is not None:
                return Declared(zone, field.place)
    return Declared(Zone.CLUSTER) if is_named(bundle, resource, INTERNAL) else None


def is_named(bundle: Bundle, resource: Resource, key: str) -> bool:
    """Whether a list of the configuration names an object as `namespace/Kind/name`."""
    identity = f"{bundle.namespace_of(resource).name}/{resource.kind}/{resource.name}"
    return any(path_glob("/" + glob.lstrip("/")).fullmatch(identity) for glob in bundle.context.texts(key))


@record(eq=False)
class Publication:
    """An object that is reached from outside: a Service, a route, or the Service behind a route (`behind`)."""

    kinds: ClassVar[KindSet] = ROUTE_KINDS | {("", "Service")}

    bundle: Bundle
    resource: Resource
    zone: Reached
    opening: Place
    behind: bool = False

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Publication]:
        """Every publication, once for every text that opens."""
        for linked in linked_services(bundle):
            if linked.reached.is_exposed:
                yield cls(bundle, linked.service, linked.reached, linked.opening)
        seen: set[tuple[object, ...]] = set()
        for each in endpoints(bundle):
            if not each.zone.is_exposed:
                continue
            found = [(each.route, each.host_place, False)]
            found += [(one.service.service, one.place, True) for one in each.backends if one.service is not None]
            for resource, place, behind in found:
                key = (id(resource.cursor.node), place.source.path, place.span)
                if key not in seen:
                    seen.add(key)
                    yield cls(bundle, resource, each.zone, place, behind)

    @property
    def context(self) -> Context:
        """The circumstances of the run."""
        return self.bundle.context

    @property
    def place(self) -> Place:
        """The text that opens."""
        return self.opening
