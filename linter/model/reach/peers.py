"""Peers as they are listed: workloads one by one, and wildcards that stand for all pods of a kind."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from hullmark.linter.model.network.addresses import Block
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import PRISTINE, SYSTEM_NAMESPACE
from hullmark.linter.records import record

ANY_POD = "*"
NODES = "nodes"
OUTSIDE = "outside"
NO_EGRESS_LIMIT = "*[egress open]"
NO_INGRESS_LIMIT = "*[ingress open]"
OTHER_NAMESPACES = "(other namespaces)"
"""Whatever namespaces the cluster has beside those of the input; no namespace can be called so."""
CLUSTER_DNS = f"{SYSTEM_NAMESPACE}/kube-dns[not in the input]"


class Sort(StrEnum):
    """What a peer stands for."""

    WORKLOAD = "workload"
    DNS = "dns"
    NAMESPACE = "namespace"
    OPEN = "open"
    ANY_POD = "any-pod"
    NODES = "nodes"
    ADDRESSES = "addresses"
    ZONE = "zone"


@record(eq=False)
class Peer:
    """One end of a connection. `mask` is the set of speakers that it stands for, all of which the connection has.

    `unit` is that of a workload. `blocks` are the addresses of a peer outside, which has no speakers: ranges of
    sources and of destinations are numbered apart.
    """

    name: str
    sort: Sort
    mask: int = 0
    namespace: str = ""
    unit: Unit | None = None
    blocks: tuple[Block, ...] = ()

    @property
    def is_wildcard(self) -> bool:
        """Whether it stands for pods that the input does not hold, too."""
        return self.sort in (Sort.NAMESPACE, Sort.OPEN, Sort.ANY_POD, Sort.NODES)


def workloads(network: Network) -> tuple[Peer, ...]:
    """Units of the input by number, and the pods of cluster DNS where the input does not hold them."""
    universe = network.universe
    found = [
        Peer(unit.title, Sort.WORKLOAD, 1 << at, unit.namespace, unit)
        for at, unit in enumerate(universe.speakers)
        if unit is not None
    ]
    if not any(peer.namespace == SYSTEM_NAMESPACE and _is_dns(peer.unit) for peer in found):
        found.append(Peer(CLUSTER_DNS, Sort.DNS, 1 << universe.dns, SYSTEM_NAMESPACE))
    return tuple(found)


def _is_dns(unit: Unit | None) -> bool:
    return unit is not None and unit.labels.get("k8s-app") == "kube-dns"


def namespaces(network: Network) -> tuple[Peer, ...]:
    """For every namespace all of its pods that have a network of their own, those that may be started there too."""
    universe = network.universe
    return tuple(
        Peer(all_of(home.name), Sort.NAMESPACE, universe.pods_in(home.name), home.name)
        for home in universe.homes.values()
    )


def all_of(namespace: str) -> str:
    """The name of the wildcard of a namespace."""
    return f"{OTHER_NAMESPACES if namespace == PRISTINE else namespace}/*"


def any_pod(network: Network) -> Peer:
    """Every pod of every namespace, save those in the network of their node."""
    return Peer(ANY_POD, Sort.ANY_POD, network.universe.every_pod)


def nodes(network: Network) -> Peer:
    """The nodes, and the pods in their network."""
    return Peer(NODES, Sort.NODES, network.universe.hosts_and_nodes)


def membership(network: Network, peer: Peer) -> tuple[str, ...]:
    """Names of what a set of pods holds: whole namespaces, single workloads, and what is left of a namespace."""
    universe = network.universe
    found: list[str] = []
    for home in universe.homes.values():
        own = universe.pods_in(home.name)
        inside = own & peer.mask
        if not inside:
            continue
        if inside == own:
            found.append(all_of(home.name))
            continue
        found += sorted({unit.title for unit in network.units_in(inside)})
        if inside >> home.pristine & 1:
            found.append(f"{home.name}/(pods without labels)")
    return tuple(found)


def hosts(network: Network) -> tuple[str, ...]:
    """Names of the workloads in the network of their node."""
    return tuple(sorted({unit.title for unit in network.units_in(network.universe.hosts)}))


def refined(masks: Iterable[int], everybody: int) -> dict[int, int]:
    """The number of the cell in which each member of `everybody` lies: those of one cell are in the same masks."""
    cells = [everybody]
    for mask in masks:
        cut = []
        for cell in cells:
            inside = cell & mask
            if inside == 0 or inside == cell:
                cut.append(cell)
            else:
                cut += (inside, cell & ~mask)
        cells = cut
    return {number: at for at, cell in enumerate(cells) for number in members(cell)}
