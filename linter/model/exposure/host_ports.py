"""Ports that pods open on their nodes by themselves: hostPort, and everything under hostNetwork."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.container_parts import Port
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.model.exposure.addresses import is_loopback, is_private
from hullmark.linter.model.exposure.zones import INSIDE, Reached, Zone, outermost
from hullmark.linter.named_tuple import NamedTuple


class HostPort(NamedTuple):
    """A container port that a node listens for. `by_network`: because the pod is in the network of its node."""

    container: Container
    port: Port
    number: int
    reached: Reached
    place: Place
    by_network: bool


def host_ports(pod: PodSpec) -> Iterator[HostPort]:
    """Every port of the pod on its node, in file order; ports on the loopback of the node are none."""
    shared = pod.host_network.is_true
    for container in pod.containers:
        for port in container.ports if container.is_long_running else ():
            number = port.container_port.value if shared else port.host_port.value
            if not number:
                continue
            zone = _zone(port)
            if zone is None:
                continue
            field = pod.host_network if shared and port.host_port.absent else port.host_port
            note = "the pod is in the network of its node" if shared else f"every node of the pod listens on {number}"
            reached = Reached(zone, Confidence.HIGH, field.place, note, True)
            yield HostPort(container, port, number, reached, field.place, shared)


def _zone(port: Port) -> Zone | None:
    address = port.host_ip.value
    if address is None:
        return Zone.NODE
    if is_loopback(address):
        return None
    return Zone.PRIVATE if is_private(address) else Zone.NODE


def pod_zone(pod: PodSpec) -> Reached:
    """The outermost zone of the ports that a pod opens on its node."""
    return outermost(INSIDE, *(each.reached for each in host_ports(pod)))
