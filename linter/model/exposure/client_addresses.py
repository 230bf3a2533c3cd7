"""Whether the address of a caller is still there when a gateway looks at it."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.place import Place
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.gateways import gateway_services
from hullmark.linter.model.exposure.nginx import configuration, setting
from hullmark.linter.model.exposure.services import LinkedService

_PROXY_PROTOCOL = (
    "service.beta.kubernetes.io/aws-load-balancer-proxy-protocol",
    "service.beta.kubernetes.io/do-loadbalancer-enable-proxy-protocol",
    "load-balancer.hetzner.cloud/uses-proxyprotocol",
    "service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v2",
    "loadbalancer.openstack.org/proxy-protocol",
)
_TARGETS = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type"


def lost_addresses(linked: LinkedService) -> Iterator[Place]:
    """Lists of addresses of a gateway that its Service makes blind, each once."""
    if linked.gateway is None or not linked.reached.is_exposed or _preserves(linked):
        return
    seen: set[tuple[object, ...]] = set()
    for each in endpoints(linked.bundle):
        place = each.controls.allow.place
        if not each.controls.allow.is_on or place is None:
            continue
        if linked not in gateway_services(each.product, linked.bundle):
            continue
        key = (place.source.path, place.span)
        if key not in seen:
            seen.add(key)
            yield place


def _preserves(linked: LinkedService) -> bool:
    service = linked.service
    policy = service.external_traffic_policy
    if policy.present and policy.value != "Cluster":
        return True
    if any((service.annotation(key).text or "false").lower() != "false" for key in _PROXY_PROTOCOL):
        return True
    if service.annotation(_TARGETS).value == "ip":
        return True
    spoken = setting(configuration(linked.bundle), "use-proxy-protocol")
    return spoken is not None and spoken.value == "true"
