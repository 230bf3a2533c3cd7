"""Which product serves a Gateway of Gateway API, and where it opens to."""

from __future__ import annotations

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField, StrMapField
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import zone_of
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, class_zone, own_zone
from hullmark.linter.model.exposure.markers import deciding, facts, reached, service_markers
from hullmark.linter.model.exposure.zones import ZONES, Reached, Zone

GROUP = "gateway.networking.k8s.io"
_AWS = "gateway.k8s.aws"
_CONTROLLERS = (
    ("gateway.envoyproxy.io/", "envoy-gateway"),
    ("istio.io/", "istio"),
    ("kgateway.dev/", "kgateway"),
    ("solo.io/", "kgateway"),
    ("networking.gke.io/", "gke"),
    ("gateway.k8s.aws/", "aws"),
    ("application-networking.k8s.aws/", "aws-lattice"),
    ("traefik.io/", "traefik"),
    ("konghq.com/", "kong"),
    ("projectcontour.io/", "contour"),
    ("gateway.nginx.org/", "nginx-gateway"),
    ("io.cilium/", "cilium"),
    ("haproxy.org/", "haproxy"),
)
_NAMES = {
    "eg": "envoy-gateway",
    "envoy-gateway": "envoy-gateway",
    "envoy": "envoy-gateway",
    "istio": "istio",
    "kgateway": "kgateway",
    "gloo-gateway": "kgateway",
    "traefik": "traefik",
    "kong": "kong",
    "contour": "contour",
    "nginx": "nginx-gateway",
    "cilium": "cilium",
    "amazon-vpc-lattice": "aws-lattice",
}


def gateway_class(bundle: Bundle, gateway: Resource) -> tuple[str, Resource | None]:
    """Name of the class, and its object."""
    name = gateway.cursor.get("spec", "gatewayClassName").text or ""
    return name, bundle.find(GROUP, "GatewayClass", "", name)


def product_of(bundle: Bundle, gateway: Resource) -> str:
    """Short name of the product, empty where nobody can know."""
    name, defined = gateway_class(bundle, gateway)
    controller = None if defined is None else defined.cursor.get("spec", "controllerName").text
    if controller:
        return next((product for prefix, product in _CONTROLLERS if controller.startswith(prefix)), "")
    return "gke" if name.startswith("gke-l7-") else _NAMES.get(name, "")


def gateway_zone(bundle: Bundle, gateway: Resource) -> Reached:
    """Where a Gateway opens to: its own markers and addresses, its parameters, its class, its pods, else the usual."""
    name, _ = gateway_class(bundle, gateway)
    infrastructure = StrMapField(gateway.cursor.get("spec", "infrastructure", "annotations"))
    marked = deciding(service_markers(), infrastructure)
    if marked is not None:
        return reached(*marked)
    return (
        _by_service_type(gateway, infrastructure)
        or _by_address(gateway)
        or _by_parameters(bundle, gateway)
        or class_zone("gateway_class", name, gateway)
        or own_zone(product_of(bundle, gateway), bundle)
        or PUBLIC_BY_DEFAULT
    )


def _by_service_type(gateway: Resource, infrastructure: StrMapField) -> Reached | None:
    """Istio lets an annotation choose the type of the Service that it makes."""
    key = "networking.istio.io/service-type"
    for field in (gateway.annotation(key), infrastructure.get(key)):
        found = _type_zone(field.value, field)
        if found is not None:
            return found
    return None


def _type_zone(kind: str | None, field: StrField) -> Reached | None:
    zone = {"ClusterIP": Zone.CLUSTER, "NodePort": Zone.NODE}.get(kind or "")
    return None if zone is None else Reached(zone, Confidence.HIGH, field.place, f"its Service is of type {kind}", True)


def _by_address(gateway: Resource) -> Reached | None:
    for item in gateway.cursor.get("spec", "addresses").items():
        value = item.get("value")
        if item.get("type").text in (None, "IPAddress") and value.text:
            zone = zone_of([value.text])
            if zone is not None:
                return Reached(zone, Confidence.HIGH, value.place, f"its address is {value.text}", True)
    return None


def parameters(bundle: Bundle, gateway: Resource) -> tuple[Resource, ...]:
    """Objects with parameters of a Gateway and of its class, the one that wins first.

    For AWS that is the class's, unless its `mergingMode` says otherwise; for others the Gateway's.
    """
    _, defined = gateway_class(bundle, gateway)
    own = _named(
        bundle, gateway.cursor.get("spec", "infrastructure", "parametersRef"), bundle.namespace_of(gateway).name
    )
    at = None if defined is None else defined.cursor.get("spec", "parametersRef")
    common = None if at is None else _named(bundle, at, at.get("namespace").text or "")
    found = [own, common]
    if (
        common is not None
        and common.group == _AWS
        and common.cursor.get("spec", "mergingMode").text != "prefer-gateway"
    ):
        found.reverse()
    return tuple(each for each in found if each is not None)


def _named(bundle: Bundle, at: Cursor, space: str) -> Resource | None:
    if not at.get("name").text:
        return None
    return bundle.find(at.get("group").text or "", at.get("kind").text or "", space, at.get("name").text or "")


def _by_parameters(bundle: Bundle, gateway: Resource) -> Reached | None:
    every = parameters(bundle, gateway)
    for row in facts()["gateway_parameters"]:
        group, _, kind = row["kind"].partition("/")
        for found in every:
            if found.gk != (group, kind):
                continue
            if "path" not in row:
                return Reached(ZONES[row["default"]], Confidence.HIGH, found.place, f"{found} is so by default")
            field = next((at for each in every if (at := each.cursor.get(*row["path"].split("."))).text), found.cursor)
            if field.text in row["equals"]:
                return Reached(ZONES[row["zone"]], Confidence.HIGH, field.place, f"{found} says so", True)
    return next((_envoy_proxy(each) for each in every if each.gk == ("gateway.envoyproxy.io", "EnvoyProxy")), None)


def _envoy_proxy(found: Resource) -> Reached | None:
    service = found.cursor.get("spec", "provider", "kubernetes", "envoyService")
    marked = deciding(service_markers(), StrMapField(service.get("annotations")))
    return (
        reached(*marked) if marked is not None else _type_zone(service.get("type").text, StrField(service.get("type")))
    )
