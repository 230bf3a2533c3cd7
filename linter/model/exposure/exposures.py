"""Every port of every pod that somebody outside the cluster can knock at, and the way that leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.mentions import may_mention
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import Control
from hullmark.linter.model.exposure.endpoint import Backend, Endpoint, proxy
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.gateway_kinds import ROUTE_KINDS
from hullmark.linter.model.exposure.gateways import own_sources
from hullmark.linter.model.exposure.host_ports import host_ports
from hullmark.linter.model.exposure.publicness import is_public
from hullmark.linter.model.exposure.services import LinkedService, linked_services
from hullmark.linter.model.exposure.sources import ANYBODY, Limit, Sources
from hullmark.linter.model.exposure.steps import Step
from hullmark.linter.model.exposure.targets import Target
from hullmark.linter.model.exposure.zones import Reached, Zone
from hullmark.linter.records import record

_UNASKED = Control(False)


class Way(StrEnum):
    """What publishes a port."""

    SERVICE = "service"
    GATEWAY = "gateway"
    HOST_PORT = "host port"
    HOST_NETWORK = "host network"


@record(eq=False)
class Exposure:
    """One port of one pod, by one way. `steps` lead from the outside to the container; `place` is the step to close.

    `container` is None where no container declares the port. `number` is None where it is not known.
    """

    kinds: ClassVar[KindSet] = POD_KINDS | ROUTE_KINDS | {("", "Service")}

    bundle: Bundle
    way: Way
    zone: Reached
    pod: PodSpec
    container: Container | None
    number: int | None
    protocol: str
    place: Place
    steps: tuple[Step, ...]
    sources: Sources = ANYBODY
    auth: Control = _UNASKED
    service: LinkedService | None = None
    endpoint: Endpoint | None = None

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Exposure]:
        """Every exposure of the bundle: of Services, gateways, then of pods by themselves."""
        yield from exposures(bundle)

    @property
    def context(self) -> Context:
        """The circumstances of the run."""
        return self.bundle.context

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about it are at most this sure."""
        return min(self.pod.confidence_cap, self.zone.confidence)

    @property
    def is_public(self) -> bool:
        """Whether everybody may knock, for all that is known."""
        return is_public(self.zone, self.bundle)

    @property
    def is_limited(self) -> bool:
        """Whether addresses are limited, by ranges of a load balancer or a list of a gateway."""
        listed = self.endpoint is not None and self.endpoint.controls.allow.is_on
        return self.sources.limit is not Limit.ANY or listed

    @property
    def what(self) -> str:
        """What can be reached, for messages."""
        port = "" if self.number is None else f" on port {self.number}"
        if self.container is not None:
            return f"{self.container.described}{port}"
        return f"{self.pod}{port}"


def exposures(bundle: Bundle) -> tuple[Exposure, ...]:
    """Every exposure of a bundle; made once."""
    return bundle.derived(_exposures)


def _exposures(bundle: Bundle) -> tuple[Exposure, ...]:
    return (*_of_services(bundle), *_of_gateways(bundle), *_of_pods(bundle))


def _of_services(bundle: Bundle) -> Iterator[Exposure]:
    for linked in linked_services(bundle):
        if not linked.reached.is_exposed:
            continue
        note = f"{linked} is open to {(linked.reached.zone or Zone.CLUSTER).words}: {linked.reached.note}"
        opening = Step(linked.opening, note)
        for port, targets in linked.targets:
            inner = Step(port.port.place, f"port {port.port.text} of the Service")
            for found in targets:
                yield Exposure(
                    bundle,
                    Way.SERVICE,
                    linked.reached,
                    found.pod,
                    found.container,
                    found.number,
                    found.protocol,
                    opening.place,
                    (opening, inner, *_end(found)),
                    _sources(linked),
                    proxy(found.container) or _UNASKED,
                    linked,
                )


def _sources(linked: LinkedService) -> Sources:
    """Ranges hold for the load balancer alone: where node ports are public, nothing is limited."""
    if linked.reached.zone is Zone.NODE or is_public(linked.node_ports, linked.bundle):
        return ANYBODY
    return linked.sources


def _end(found: Target) -> Iterator[Step]:
    yield from found.detour
    if found.declared is not None:
        yield Step(found.declared.container_port.place, f"port of {found.container}")
    else:
        yield Step(found.pod.resource.place if found.container is None else found.container.place, "the pod behind it")


def _of_gateways(bundle: Bundle) -> Iterator[Exposure]:
    seen: set[tuple[object, ...]] = set()
    for endpoint in endpoints(bundle):
        if not endpoint.zone.is_exposed or endpoint.redirects:
            continue
        for backend in endpoint.backends:
            for found in backend.targets:
                key = (id(endpoint.route.cursor.node), endpoint.host, backend.name, id(found.pod), found.number)
                if key in seen:
                    continue
                seen.add(key)
                yield _through(bundle, endpoint, backend, found)


def approach(endpoint: Endpoint) -> Iterator[Step]:
    """The way to an endpoint: what opens the gateway, the gateway, the route that it takes."""
    zone, gateway, route = endpoint.zone, endpoint.gateway, endpoint.route
    words = (zone.zone or Zone.CLUSTER).words
    if zone.place is not None:
        yield Step(zone.place, f"open to {words}: {zone.note}")
    if gateway.cursor.node is not route.cursor.node:
        told = "listens there" if zone.place is not None else f"is open to {words}: {zone.note}"
        yield Step(gateway.place, f"{gateway} {told}")
    yield Step(endpoint.host_place, f"{route} answers for {endpoint.address} from {words}")


def _through(bundle: Bundle, endpoint: Endpoint, backend: Backend, found: Target) -> Exposure:
    place, linked = backend.place, backend.service
    steps = list(approach(endpoint))
    if linked is not None:
        if (place.source.path, place.span) != (steps[-1].place.source.path, steps[-1].place.span):
            steps.append(Step(place, f"requests go to {linked}"))
        steps.append(Step(linked.place, f"{linked} is behind it"))
    return Exposure(
        bundle,
        Way.GATEWAY,
        endpoint.zone,
        found.pod,
        found.container,
        found.number,
        found.protocol,
        place,
        (*steps, *_end(found)),
        own_sources(endpoint.product, bundle),
        endpoint.auth,
        linked,
        endpoint,
    )


def _of_pods(bundle: Bundle) -> Iterator[Exposure]:
    for pod in bundle.pods:
        if not may_mention(pod.resource, ("hostPort", "hostNetwork")) or pod.is_fragment:
            continue
        for each in host_ports(pod):
            yield Exposure(
                bundle,
                Way.HOST_NETWORK if each.by_network else Way.HOST_PORT,
                each.reached,
                pod,
                each.container,
                each.port.container_port.value,
                each.port.transport or "TCP",
                each.place,
                (
                    Step(each.place, each.reached.note),
                    Step(each.port.container_port.place, f"port of {each.container}"),
                ),
                auth=proxy(each.container) or _UNASKED,
            )
