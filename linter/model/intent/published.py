"""Connections from outside and through gateways: what Services, Ingresses, routes and host ports publish."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.model.controllers import controllers
from hullmark.linter.model.exposure.exposures import Exposure, Way, exposures
from hullmark.linter.model.exposure.gateways import gateway_pods, product_controllers
from hullmark.linter.model.exposure.sources import Limit
from hullmark.linter.model.exposure.zones import Zone
from hullmark.linter.model.intent.parties import (
    ANYWHERE,
    PRIVATE,
    Blocks,
    Demand,
    Labelled,
    Party,
    Pods,
    Reason,
    Spaces,
)
from hullmark.linter.model.intent.scene import Scene
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.ports import WITH_PORTS, PortRange

NAME = "app.kubernetes.io/name"
# Load balancers that are no pods and come from the network of the nodes.
_CLOUD = frozenset({"alb", "agic", "gce", "openshift"})


def published(scene: Scene) -> Iterator[Demand]:
    """Every port that is published, from whoever comes."""
    for exposure in exposures(scene.bundle):
        unit = scene.unit_of(exposure.pod)
        if unit is None or exposure.number is None or exposure.protocol not in WITH_PORTS:
            continue
        port = (PortRange(exposure.protocol, exposure.number, exposure.number),)
        for source, reason in _sources(scene, exposure):
            yield Demand(source, Pods(unit), port, reason)


def _sources(scene: Scene, exposure: Exposure) -> Iterator[tuple[Party, Reason]]:
    match exposure.way:
        case Way.GATEWAY:
            yield from _gateways(scene, exposure)
        case Way.SERVICE:
            yield _clients(exposure)
        case Way.HOST_PORT:
            yield ANYWHERE, Reason(f"{exposure.what} is open on its node", exposure.place)


def _clients(exposure: Exposure) -> tuple[Party, Reason]:
    """Whoever comes through a Service: its source ranges where they arrive unchanged."""
    linked = exposure.service
    words = (exposure.zone.zone or Zone.INTERNET).words
    text = f"{exposure.service} is open to {words}"
    if linked is None:
        return ANYWHERE, Reason(text, exposure.place)
    sources, local = linked.sources, linked.service.external_traffic_policy.value == "Local"
    wide: Blocks = PRIVATE if exposure.zone.zone is Zone.PRIVATE else ANYWHERE
    if sources.limit is not Limit.LIST:
        return wide, Reason(text, exposure.place)
    ranges = tuple(sorted({each for each in sources.ranges if block(each) is not None}))
    if local and ranges and not linked.service.external_ips.texts:
        return Blocks(ranges), Reason(f"{exposure.service} lets these ranges through", sources.place or exposure.place)
    caution = "its source ranges act before, at the load balancer: pods see addresses of nodes"
    return wide, Reason(text, exposure.place, caution)


def _gateways(scene: Scene, exposure: Exposure) -> Iterator[tuple[Party, Reason]]:
    """The pods of a gateway: those of the input, those of the namespaces that the owner names, else by their labels."""
    endpoint = exposure.endpoint
    if endpoint is None:
        return
    reason = Reason(f"{endpoint.route} leads {endpoint.address} here", endpoint.place)
    own = gateway_pods(endpoint.product, scene.bundle)
    units = [unit for pod in own if (unit := scene.unit_of(pod)) is not None]
    if units:
        for unit in units:
            yield Pods(unit), reason
    elif scene.options.gateways:
        yield Spaces(scene.options.gateways), reason
    elif endpoint.product in _CLOUD:
        caution = "its load balancer is no pod and comes from the network of the nodes"
        yield PRIVATE, Reason(reason.text, reason.place, caution)
    else:
        names = product_controllers(endpoint.product)
        labels = sorted(
            {label for row in controllers() if row.gateway and (not names or row.name in names) for label in row.labels}
        )
        caution = "the gateway is not in the input and known by its usual label: name its namespace with --gateway"
        yield Labelled("", ((NAME, tuple(labels)),)), Reason(reason.text, reason.place, caution)
