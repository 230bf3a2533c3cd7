"""What a picture of a network shows: boxes for namespaces, nodes with pins, and edges that lead to pins.

What any pod may do is said at the node in words, not drawn: a cluster without policies would be nothing but edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from hullmark.linter.model.exposure.zones import ZONES
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.reach.connections import Connection
from hullmark.linter.model.reach.peers import OTHER_NAMESPACES, Peer, Sort
from hullmark.linter.model.reach.published import Published
from hullmark.linter.records import field, record
from hullmark.linter.report.escape import visible
from hullmark.linter.report.graph_network import Graph

ANYWHERE = "All Connections"
ANY_POD, OUTSIDE = "any pod", "outside"
MOST_NODES, MOST_EDGES = 60, 120
_BOTH = 2
_CALLERS = (ANY_POD, "other namespaces", "its namespace")


class Look(StrEnum):
    """How a pin or an edge is drawn."""

    EXPOSED = "exposed"
    OPEN = "open"
    ALLOWED = "allowed"
    PERHAPS = "perhaps"


def shown(pin: Pin) -> str:
    """The words of a pin: ports, or who may come."""
    return f"from {pin.text}" if pin.text.startswith(_CALLERS) else pin.text


class Place(StrEnum):
    """Which part of the picture a node is in."""

    SOURCES = "sources"
    NAMESPACE = "namespace"
    TARGETS = "targets"


@record(eq=False)
class Pin:
    """Where edges enter a node: the ports, in words. Without edges it says who may come."""

    text: str
    look: Look


@record(frozen=False, eq=False)
class Node:
    """One box: a workload, several that nothing tells apart, all pods of a namespace, a zone, or addresses.

    `leaves` says in words where it may go without an edge; `notes` is what there is no room for.
    """

    key: str
    names: tuple[str, ...]
    kind: str
    place: Place
    namespace: str = ""
    is_wildcard: bool = False
    is_host: bool = False
    zone: str = ""
    pins: list[Pin] = field(default_factory=list)
    leaves: list[Pin] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def pin(self, text: str, look: Look) -> Pin:
        """The pin with this text, made when first asked for."""
        return _pin(self.pins, text, look)

    def leave(self, text: str, look: Look) -> Pin:
        """Says where it may go."""
        return _pin(self.leaves, text, look)


def _pin(pins: list[Pin], text: str, look: Look) -> Pin:
    for each in pins:
        if (each.text, each.look) == (text, look):
            return each
    pins.append(Pin(text, look))
    return pins[-1]


@record(eq=False)
class Edge:
    """One line from a node to a pin of another. `ports` are atoms of the network."""

    source: Node
    target: Node
    pin: Pin
    look: Look
    ports: int = 0


@record
class Head:
    """What is said at a namespace, since it holds for every workload in it: who may come, and where they may go."""

    pins: tuple[Pin, ...] = ()
    leaves: tuple[Pin, ...] = ()


@record(frozen=False, eq=False)
class Scene:
    """Everything, in an order that depends on names alone. `heads` by namespace.

    `is_collapsed`: the workloads of a namespace are one node; `is_worded`: lines are said instead of drawn.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    is_collapsed: bool = False
    is_worded: bool = False

    def in_namespaces(self) -> dict[str, list[Node]]:
        """Nodes by namespace, both sorted."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            if node.place is Place.NAMESPACE:
                found.setdefault(node.namespace, []).append(node)
        return {name: sorted(found[name], key=lambda node: node.key) for name in sorted(found)}

    def placed(self, place: Place) -> list[Node]:
        """Nodes of one part of the picture, in order."""
        return sorted((node for node in self.nodes.values() if node.place is place), key=_rank)


def _rank(node: Node) -> tuple[int, str]:
    zone = ZONES.get(node.zone)
    return (0 if zone is None else -int(zone), node.key)


def scene(graph: Graph) -> Scene:
    """The scene of a graph whose connections were grouped."""
    made = _Maker(graph)
    for group in graph.groups:
        made.add_group(group)
    for each in graph.published:
        if not each.blocked:
            made.add_published(each)
    for connection in graph.connections:
        made.add(connection)
    found = made.finished()
    if len(found.nodes) > MOST_NODES or len(found.edges) > MOST_EDGES:
        found = collapsed(found, graph)
    for name, nodes in found.in_namespaces().items():
        found.heads[name] = _lifted([node for node in nodes if not node.is_host and not node.is_wildcard])
    return found


class _Maker:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.scene = Scene()
        self._by_bit: dict[int, Node] = {}

    def add_group(self, group: tuple[Peer, ...]) -> None:
        first = group[0]
        if first.sort is Sort.DNS:
            return  # drawn only where something leads there
        names = tuple(sorted({_short(each) for each in group}))
        node = Node(
            min(each.name for each in group),
            names,
            _kinds([each.unit for each in group if each.unit is not None]),
            Place.NAMESPACE,
            first.namespace,
            is_host=first.unit is not None and first.unit.host_network,
        )
        node = self.scene.nodes.setdefault(node.key, node)  # the same object may be written twice
        for each in group:
            self._by_bit[each.mask] = node

    def add_published(self, each: Published) -> None:
        target = self._by_bit[each.target.mask]
        zone = self._node(each.zone)
        limit = " (limited)" if each.limited else ""
        pin = target.pin(f"{each.words}{limit}", Look.EXPOSED)
        if not any(edge.source is zone and edge.pin is pin for edge in self.scene.edges):
            self.scene.edges.append(Edge(zone, target, pin, Look.EXPOSED))

    def add(self, each: Connection) -> None:
        source, target = each.source, each.target
        if Sort.NODES in (source.sort, target.sort) or source.name == "outside":
            return
        ports = self.graph.words(each.ports)
        words = "" if ports == ANYWHERE else f" {ports}"
        perhaps = "" if each.sure else "?"
        look = Look.OPEN if each.sure else Look.PERHAPS
        if target.sort in (Sort.ANY_POD, Sort.OPEN):
            for node in self._standing_for(source):
                node.leave(f"{ANY_POD}{words}{perhaps}", look)
            if source.sort not in (Sort.ANY_POD, Sort.OPEN):
                return
        if target.name == "outside":
            for node in self._standing_for(source):
                node.leave(f"{OUTSIDE}{words}{perhaps}", look)
            return
        who = _unlisted(source, target)
        if who:
            for node in self._standing_for(target):
                node.pin(f"{who}{words}{perhaps}", look)
        elif target.sort is Sort.NAMESPACE and not target.namespace:
            self._node(source).leave(f"{OTHER_NAMESPACES}{words}{perhaps}", look)
        else:
            one, other = self._node(source), self._node(target)
            look = Look.ALLOWED if each.sure else Look.PERHAPS
            pin = other.pin(("all ports" if ports == ANYWHERE else ports) + perhaps, look)
            self.scene.edges.append(Edge(one, other, pin, look, each.ports))

    def _standing_for(self, peer: Peer) -> Iterator[Node]:
        """Nodes that a peer stands for: itself, or those that a wide wildcard holds."""
        if peer.sort not in (Sort.ANY_POD, Sort.OPEN):
            if peer.sort is not Sort.NAMESPACE or peer.namespace:
                yield self._node(peer)
            return
        seen = set()
        for bit, node in self._by_bit.items():
            if bit & peer.mask and node.key not in seen:
                seen.add(node.key)
                yield node

    def _node(self, peer: Peer) -> Node:
        """The node of a peer that has one."""
        if peer.sort is Sort.WORKLOAD:
            low = peer.mask & -peer.mask
            return self._by_bit[low]
        known = self.scene.nodes.get(peer.name)
        if known is not None:
            return known
        node = self._made(peer)
        self.scene.nodes[peer.name] = node
        return node

    def _made(self, peer: Peer) -> Node:
        match peer.sort:
            case Sort.ZONE:
                return Node(peer.name, (_ZONE_NAMES.get(peer.name, peer.name),), "", Place.SOURCES, zone=peer.name)
            case Sort.NAMESPACE:
                return Node(peer.name, ("any pod",), "", Place.NAMESPACE, peer.namespace, is_wildcard=True)
            case Sort.DNS:
                return Node(peer.name, ("cluster DNS",), "not in the input", Place.NAMESPACE, peer.namespace)
        return Node(peer.name, (peer.name,), "", Place.SOURCES, zone="addresses")

    def finished(self) -> Scene:
        self._address_nodes()
        for node in self.scene.nodes.values():
            _simplify(node)
        return self.scene

    def _address_nodes(self) -> None:
        """Addresses that connections lead to stand on the right; those that are both, twice."""
        for edge in list(self.scene.edges):
            if edge.target.place is Place.SOURCES:
                key = f"to {edge.target.key}"
                node = self.scene.nodes.get(key)
                if node is None:
                    node = Node(key, edge.target.names, "", Place.TARGETS, zone="addresses")
                    self.scene.nodes[key] = node
                pin = node.pin(edge.pin.text, edge.pin.look)
                self.scene.edges[self.scene.edges.index(edge)] = Edge(edge.source, node, pin, edge.look, edge.ports)
        used = {id(edge.source) for edge in self.scene.edges}
        for key, node in list(self.scene.nodes.items()):
            if node.place is Place.SOURCES and id(node) not in used:
                del self.scene.nodes[key]


def collapsed(found: Scene, graph: Graph) -> Scene:
    """The scene with one node for all workloads of a namespace, save those that are open to the outside."""
    made = Scene(is_collapsed=True)
    entered = {id(edge.target) for edge in found.edges if edge.look is Look.EXPOSED}
    stands: dict[int, Node] = {}
    for name, nodes in found.in_namespaces().items():
        inner = [node for node in nodes if id(node) not in entered]
        if inner:
            joint = _joint(name, inner)
            made.nodes[joint.key] = joint
            stands.update((id(node), joint) for node in inner)
    for key, node in found.nodes.items():
        if id(node) not in stands:
            made.nodes[key] = node
            node.pins[:] = [pin for pin in node.pins if pin.look in (Look.EXPOSED, Look.OPEN)]
            stands[id(node)] = node
    joined: dict[tuple[str, str], list[Edge]] = {}
    for edge in found.edges:
        one, other = stands[id(edge.source)], stands[id(edge.target)]
        if edge.look is Look.EXPOSED:
            made.edges.append(edge)
        elif one is not other:
            joined.setdefault((one.key, other.key), []).append(edge)
    by_target: dict[str, int] = {}
    for (_, target), edges in joined.items():
        for edge in edges:
            by_target[target] = by_target.get(target, 0) | edge.ports
    for (source, target), edges in joined.items():
        look = Look.ALLOWED if any(edge.look is Look.ALLOWED for edge in edges) else Look.PERHAPS
        words = graph.words(by_target[target])
        pin = made.nodes[target].pin("all ports" if words == ANYWHERE else words, Look.ALLOWED)
        made.edges.append(Edge(made.nodes[source], made.nodes[target], pin, look))
    return made


def _joint(namespace: str, nodes: Sequence[Node]) -> Node:
    """One node for several; what all of them say of where they may go, it says too."""
    names = tuple(sorted({name for node in nodes for name in node.names}))
    joint = Node(f"{namespace}/", names, "", Place.NAMESPACE, namespace, is_host=all(node.is_host for node in nodes))
    own = [node for node in nodes if not node.is_host]
    for lists, add in (([node.pins for node in own], joint.pin), ([node.leaves for node in own], joint.leave)):
        for each in lists[0] if lists else ():
            if each.look is Look.OPEN and all(any(_is_open(pin, each.text) for pin in pins) for pins in lists):
                add(each.text, each.look)
    return joint


def _simplify(node: Node) -> None:
    """Says once what is said twice: `any pod?` where any pod may come anyway, and `anywhere` for pods and addresses."""
    for look, mark in ((Look.OPEN, ""), (Look.PERHAPS, "?")):
        there = [each for each in node.leaves if each.text in (f"{ANY_POD}{mark}", f"{OUTSIDE}{mark}")]
        if len(there) == _BOTH:
            node.leaves = [Pin(f"anywhere{mark}", look), *(each for each in node.leaves if each not in there)]
    for pins in (node.pins, node.leaves):
        said = {each.text for each in pins}
        bare = [each for each in pins if pins is node.leaves or shown(each) != each.text]
        again = [each for each in bare if each.look is Look.PERHAPS and each.text.removesuffix("?") in said]
        pins[:] = [each for each in pins if each not in again]
        pins.sort(key=lambda each: each.look is Look.OPEN)


def _lifted(nodes: Sequence[Node]) -> Head:
    """Takes from the nodes what any pod may do at every one of them, for the head of their namespace."""
    found = []
    for text, lists in ((ANY_POD, [node.pins for node in nodes]), ("anywhere", [node.leaves for node in nodes])):
        shared = bool(lists) and all(any(_is_open(each, text) for each in pins) for pins in lists)
        for pins in lists if shared else ():
            pins[:] = [each for each in pins if not _is_open(each, text)]
        found.append((Pin(text, Look.OPEN),) if shared else ())
    return Head(*found)


def _is_open(pin: Pin, text: str) -> bool:
    return pin.look is Look.OPEN and pin.text == text


_ZONE_NAMES = {"internet": "Internet", "private-network": "Private network", "node-network": "Network of the nodes"}


def _unlisted(source: Peer, target: Peer) -> str:
    """Who comes, in words, where no edge is drawn."""
    if source.sort in (Sort.ANY_POD, Sort.OPEN):
        return ANY_POD
    if source.sort is Sort.NAMESPACE:
        if not source.namespace:
            return _CALLERS[1]
        if source.namespace == target.namespace:
            return _CALLERS[2]
    return ""


def _short(peer: Peer) -> str:
    return visible(peer.unit.name if peer.unit is not None else peer.name)


def _kinds(units: Sequence[Unit]) -> str:
    return visible(", ".join(sorted({unit.kind for unit in units})))
