"""The gateways themselves: which of their Services and pods are in the input, and where those open to."""

from __future__ import annotations

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.host_ports import pod_zone
from hullmark.linter.model.exposure.markers import class_rows, deciding, reached
from hullmark.linter.model.exposure.services import LinkedService, gateways_by_pod, linked_services
from hullmark.linter.model.exposure.sources import ANYBODY, Sources
from hullmark.linter.model.exposure.zones import INSIDE, ZONES, Reached, Zone, outermost
from hullmark.linter.records import replace

_CONTROLLERS = {
    "nginx": ("ingress-nginx",),
    "nginx-inc": ("ingress-nginx",),
    "emissary": ("emissary",),
    "traefik": ("traefik",),
    "contour": ("contour",),
    "kong": ("kong",),
    "haproxy": ("haproxy-ingress",),
    "haproxy-ingress": ("haproxy-ingress",),
    "envoy-gateway": ("envoy-gateway",),
    "kgateway": ("kgateway",),
    "istio": ("istiod",),
}
PUBLIC_BY_DEFAULT = Reached(
    Zone.INTERNET, Confidence.MEDIUM, None, "its gateway is not in the input, and most are public"
)


def product_controllers(product: str) -> tuple[str, ...]:
    """Names of the controllers, as in the table of controllers, that serve a product; none where nobody knows."""
    return _CONTROLLERS.get(product, ())


def gateway_services(product: str, bundle: Bundle) -> tuple[LinkedService, ...]:
    """Services that publish a gateway of this product."""
    names = _CONTROLLERS.get(product, ())
    return tuple(each for each in bundle.derived(_published) if each.gateway and each.gateway.name in names)


def _published(bundle: Bundle) -> tuple[LinkedService, ...]:
    """Services of gateways of any product."""
    return tuple(each for each in linked_services(bundle) if each.kind is not None and each.gateway is not None)


def gateway_pods(product: str, bundle: Bundle) -> tuple[PodSpec, ...]:
    """Pods of a gateway of this product."""
    names = _CONTROLLERS.get(product, ())
    return tuple(pod for name, pod in bundle.derived(_gateway_pods) if name in names)


def _gateway_pods(bundle: Bundle) -> tuple[tuple[str, PodSpec], ...]:
    known = bundle.derived(gateways_by_pod)
    return tuple((known[id(pod)].name, pod) for pod in bundle.pods if id(pod) in known)


def own_zone(product: str, bundle: Bundle) -> Reached | None:
    """The zone that the gateway's own Services and pods open to; None where none of them is in the input."""
    zones = bundle.derived(_zones)
    if product not in zones:
        zones[product] = zone_of_services(gateway_services(product, bundle), gateway_pods(product, bundle))
    return zones[product]


def own_sources(product: str, bundle: Bundle) -> Sources:
    """Who may come to the gateway itself: limited only where each of its load balancers is."""
    found = [each for each in gateway_services(product, bundle) if each.reached.is_exposed]
    limited = [each.sources for each in found if each.is_limited]
    return limited[0] if limited and len(limited) == len(found) else ANYBODY


def _zones(bundle: Bundle) -> dict[str, Reached | None]:
    """Zones of products as they are asked for."""
    return {}


def zone_of_services(services: tuple[LinkedService, ...], pods: tuple[PodSpec, ...]) -> Reached | None:
    """The outermost zone of Services and of ports that pods open on their nodes; None where there is nothing."""
    found = [_opened(each) for each in services] + [zone for pod in pods if (zone := pod_zone(pod)).is_exposed]
    if not found:
        return None
    best = outermost(*found)
    return best if best.is_exposed or best.zone is None else Reached(INSIDE.zone, Confidence.MEDIUM)


def _opened(linked: LinkedService) -> Reached:
    """The zone of a Service, at the text that opens it where only a default of the platform decides."""
    zone = linked.reached
    return zone if zone.place is not None else replace(zone, place=linked.opening)


def class_zone(table: str, name: str, resource: Resource) -> Reached | None:
    """What the tables say of a class: a marker on the object, else the default of the class."""
    default = None
    for row in class_rows(table):
        if not row.matches(name):
            continue
        if row.marker is not None:
            marked = deciding((row.marker,), resource.annotations)
            if marked is not None:
                return reached(*marked)
        elif default is None:
            default = Reached(ZONES[row.default], row.confidence, None, f"class {name} is so by default")
    return default
