"""Where the load balancer of a Service can be reached from: what the Service says, then its class, then its controller.

The order is that of the fact table: explicit markers, literal addresses, class, controller, platform default. A class
that no table knows belongs to a controller that nobody here knows: its zone is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import network, zone_of
from hullmark.linter.model.exposure.images import containers_with_image, runs_image
from hullmark.linter.model.exposure.markers import class_rows, deciding, facts, reached, service_markers
from hullmark.linter.model.exposure.zones import ZONES, Reached, Zone
from hullmark.linter.patterns import regex

_HOOK = "mservice.elbv2.k8s.aws"
_AWS = ("aws-load-balancer-controller", "aws-alb-ingress-controller")
_VERSION = regex(r"v?(\d+)\.(\d+)(?:\.|$|-)")
_INTERNAL_SINCE = (2, 2)
_POOLS = (("metallb.io", "IPAddressPool", "addresses"), ("cilium.io", "CiliumLoadBalancerIPPool", "blocks"))
_ANNOUNCING = (("cilium.io", "CiliumL2AnnouncementPolicy"), ("cilium.io", "CiliumBGPPeeringPolicy"))
_BY_ADDRESS = ("metallb/controller", "metallb/speaker", "kube-vip/kube-vip", "kube-vip")


def load_balancer_zone(service: Service, bundle: Bundle) -> Reached:
    """The zone of a Service of type LoadBalancer, before source ranges are looked at."""
    marked = deciding(service_markers(), service.annotations)
    if marked is not None:
        return reached(*marked)
    return (
        _by_address(service)
        or _by_class(service, bundle)
        or _by_controller(service, bundle)
        or _by_evidence(service, bundle)
        or Reached(Zone.INTERNET, Confidence.MEDIUM, None, "platforms give a public address by default")
    )


def _addresses(service: Service) -> Iterator[StrField]:
    keys = facts()["service_address_keys"]
    yield service.load_balancer_ip
    yield from service.external_ips.items
    for item in service.cursor.get("status", "loadBalancer", "ingress").items():
        yield StrField(item.get("ip"))
    for key in keys["annotations"]:
        yield service.annotation(key)


def _by_address(service: Service) -> Reached | None:
    for field in _addresses(service):
        if field.value:
            zone = zone_of(part.partition("/")[0] if "/" in part else part for part in field.value.split(","))
            if zone is not None:
                return Reached(zone, Confidence.HIGH, field.place, f"its address is {field.value}", True)
    return None


def _by_class(service: Service, bundle: Bundle) -> Reached | None:
    field = service.load_balancer_class
    if field.absent:
        return None
    name = field.value
    for row in class_rows("service_load_balancer_class"):
        if name is not None and row.matches(name):
            if row.default == "address":
                return _by_pool(service, bundle, field)
            return Reached(ZONES[row.default], row.confidence, field.place, f"class {name} is so by default")
    return Reached(None, Confidence.LOW, field.place, "nothing is known of this class")


def _by_controller(service: Service, bundle: Bundle) -> Reached | None:
    for row in facts()["service_controller_annotation"]:
        field = service.annotation(row["key"])
        if field.among(tuple(row["equals"])):
            old = bundle.derived(_public_controller)
            if old is not None:
                note = "the AWS Load Balancer Controller here is older than 2.2, and public by default"
                return Reached(Zone.INTERNET, Confidence.MEDIUM, old.image.place, note)
            note = f"{row['key']}: {field.value} chooses a controller that is so by default"
            return Reached(ZONES[row["default"]], Confidence.HIGH, field.place, note)
    return None


def _public_controller(bundle: Bundle) -> Container | None:
    """An AWS Load Balancer Controller of before 2.2, which made public load balancers unless told otherwise.

    https://kubernetes-sigs.github.io/aws-load-balancer-controller/v2.4/guide/service/nlb/
    """
    for container in containers_with_image(bundle, *_AWS):
        reference = container.image_reference
        found = None if reference is None else _VERSION.match(reference.tag)
        if found is not None and (int(found[1]), int(found[2])) < _INTERNAL_SINCE:
            return container
    return None


def _by_evidence(service: Service, bundle: Bundle) -> Reached | None:
    if service.annotation("service.beta.kubernetes.io/aws-load-balancer-type").present:
        return None  # `nlb` chooses the in-tree controller, and the webhook leaves such a Service alone
    hook = bundle.derived(_webhook)
    if hook is not None:
        note = "the AWS Load Balancer Controller is here and makes load balancers internal by default"
        return Reached(Zone.PRIVATE, Confidence.MEDIUM, hook.place, note)
    if bundle.derived(_announces_addresses):
        return _by_pool(service, bundle, None)
    return None


def _webhook(bundle: Bundle) -> Resource | None:
    for resource in bundle.by_kind("admissionregistration.k8s.io", "MutatingWebhookConfiguration"):
        if any(item.get("name").text == _HOOK for item in resource.cursor.get("webhooks").items()):
            return resource
    return None


def _announces_addresses(bundle: Bundle) -> bool:
    if any(bundle.by_kind(group, kind) for group, kind in (*_ANNOUNCING, *(pool[:2] for pool in _POOLS))):
        return True
    return runs_image(bundle, *_BY_ADDRESS)


def _by_pool(service: Service, bundle: Bundle, said: StrField | None) -> Reached:
    """Zone of the pool that the address comes from: the one that the Service names, or the only one."""
    pools = [(pool, list_name) for group, kind, list_name in _POOLS for pool in bundle.by_kind(group, kind)]
    keys = facts()["service_address_keys"]["pool_annotations"]
    named = next((field.value for key in keys if (field := service.annotation(key)).present), None)
    if named is not None:
        pools = [(pool, list_name) for pool, list_name in pools if pool.name == named]
    place = None if said is None else said.place
    if len(pools) == 1:
        pool, list_name = pools[0]
        zone = zone_of(_pool_addresses(pool, list_name))
        if zone is not None:
            return Reached(zone, Confidence.MEDIUM, pool.place, f"its address comes from {pool}")
    default = ZONES[facts()["platform_defaults"]["address"]]
    return Reached(default, Confidence.MEDIUM, place, "its address comes from a pool of the own network")


def _pool_addresses(pool: Resource, field: str) -> Iterator[str]:
    for item in pool.cursor.get("spec", field).items():
        text = item.text or item.get("cidr").text or item.get("start").text or ""
        first = text.partition("-")[0].strip()
        if network(first) is not None:
            yield first
