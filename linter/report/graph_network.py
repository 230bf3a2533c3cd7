"""Who reaches whom, one line a connection, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from hullmark.linter.manifest.place import Place
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.ports import PortRange, port_text
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.model.reach.connections import Connection
from hullmark.linter.model.reach.peers import Peer, Sort, hosts, membership
from hullmark.linter.model.reach.published import Published
from hullmark.linter.records import record
from hullmark.linter.report.escape import visible

_CLOSED = "policies turn everybody away"


@record(eq=False)
class Graph:
    """The network of one bundle as it is to be shown: lines, ways in, and what limits how far they can be trusted.

    `groups` are the workloads, alike ones together: what pictures show as one node.
    """

    name: str
    network: Network
    connections: tuple[Connection, ...]
    published: tuple[Published, ...]
    notes: tuple[str, ...] = ()
    groups: tuple[tuple[Peer, ...], ...] = ()

    def ports(self, atoms: int) -> tuple[PortRange, ...]:
        """Atoms as ranges."""
        return tuple(self.network.universe.atoms.ranges(atoms))

    def words(self, atoms: int) -> str:
        """Atoms for people."""
        return port_text(self.ports(atoms))

    @property
    def wildcards(self) -> tuple[Peer, ...]:
        """Those among the ends of lines that do not say by their name whom they stand for."""
        return unclear(peer for each in self.connections for peer in (each.source, each.target))

    def members(self, wildcard: Peer) -> tuple[str, ...]:
        """Names of those that a wildcard stands for."""
        return members(self.network, wildcard)


def unclear(peers: Iterable[Peer]) -> tuple[Peer, ...]:
    """Peers that do not say by their name whom they stand for, each once, by name."""
    found = {
        peer.name: peer
        for peer in peers
        if peer.sort in (Sort.OPEN, Sort.NODES) or (peer.sort is Sort.WORKLOAD and peer.unit is None)
    }
    return tuple(found[name] for name in sorted(found))


def members(network: Network, wildcard: Peer) -> tuple[str, ...]:
    """Names of those that a wildcard stands for."""
    return hosts(network) if wildcard.sort is Sort.NODES else membership(network, wildcard)


def text(graphs: Sequence[Graph]) -> str:
    """Sorted lines `source => target : ports`; ways in from outside first; what is no connection begins with `#`."""
    shown = [graph for graph in graphs if graph.connections or graph.published]
    if not shown:
        return "# No connection in this input.\n"
    lines: list[str] = []
    for graph in shown:
        if len(shown) > 1:
            lines += ["", f"# ---- {visible(graph.name)}"] if lines else [f"# ---- {visible(graph.name)}"]
        lines += _section(graph)
    return "".join(f"{line}\n" for line in lines)


def _section(graph: Graph) -> Iterator[str]:
    for note in graph.notes:
        yield f"# {visible(note)}"
    for wildcard in graph.wildcards:
        names = graph.members(wildcard)
        if names:
            yield visible(f"# {wildcard.name} = {', '.join(names)}")
    entries = sorted(entry(each) for each in graph.published)
    if entries:
        yield "# Open to the outside:"
        yield from entries
        yield "# Allowed by policies, or because none forbids it:"
    yield from sorted(line(graph, each) for each in graph.connections)


def entry(each: Published) -> str:
    """One way in from outside."""
    marks = [*(["limited to some addresses"] if each.limited else []), *([_CLOSED] if each.blocked else [])]
    mark = f"; {'; '.join(marks)}" if marks else ""
    return visible(
        f"{each.zone.name} => {each.target.name} : {each.words} (exposed by {', '.join(each.through)}{mark})"
    )


def line(graph: Graph, each: Connection) -> str:
    """One connection."""
    mark = "" if each.sure else " (perhaps)"
    return visible(f"{each.source.name} => {each.target.name} : {graph.words(each.ports)}{mark}")


def as_json(graphs: Sequence[Graph]) -> str:
    """The same for programs; the format is described in docs/network.md."""
    found = {"schema": "hullmark-graph-network/1", "bundles": [_bundle(graph) for graph in graphs]}
    return json.dumps(found, indent=2) + "\n"


def _bundle(graph: Graph) -> dict[str, object]:
    return {
        "name": graph.name,
        "notes": list(graph.notes),
        "workloads": _workloads(graph.network),
        "wildcards": [{"id": each.name, "members": list(graph.members(each))} for each in graph.wildcards],
        "exposed": [published_data(each) for each in graph.published],
        "connections": [
            {
                "from": each.source.name,
                "to": each.target.name,
                "ports": ports(graph.ports(each.ports)),
                "sure": each.sure,
            }
            for each in graph.connections
        ],
    }


def _workloads(network: Network) -> list[dict[str, object]]:
    found = []
    for unit in network.units:
        number = network.number(unit)
        selecting = [] if unit.host_network else [each.policy for each in network.selecting(number)]
        found.append(
            {
                "id": unit.title,
                "namespace": unit.namespace,
                "kind": unit.kind,
                "name": unit.name,
                "hostNetwork": unit.host_network,
                "isolated": {
                    direction.word: not unit.host_network and network.is_isolated(number, direction)
                    for direction in Direction
                },
                "policies": list(dict.fromkeys(f"{each.resource.kind}/{each.resource.name}" for each in selecting)),
                "location": location(unit.pod.resource.place),
            }
        )
    return found


def published_data(each: Published) -> dict[str, object]:
    """One way in from outside for programs."""
    return {
        "from": each.zone.name,
        "to": each.target.name,
        "protocol": each.protocol,
        "port": each.port or None,
        "through": list(each.through),
        "limited": each.limited,
        "blocked": each.blocked,
        "location": location(each.place),
    }


def ports(ranges: Iterable[PortRange]) -> list[dict[str, object]]:
    """Ranges of ports for programs; those of the protocols without ports have none."""
    return [
        {"protocol": each.protocol}
        if each.protocol == "other"
        else {"protocol": each.protocol, "first": each.first, "last": each.last}
        for each in ranges
    ]


def location(place: Place) -> dict[str, object]:
    """Path, line and column."""
    region = place.source.region(place.span)
    return {"path": place.source.path, "line": region.line, "column": region.column}
