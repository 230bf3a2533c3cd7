"""Who leads where, in words: what is left of a picture in which nobody could follow the lines.

Lines from outside stay, for they share their way. Every other one is said at the end where it enters, with the names of
those whom it comes from; where they are too many for a box, their number is there. All names are in its note.
"""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.report.graph_network import Graph
from hullmark.linter.report.graph_network_layout import INSET, SMALL, WIDEST
from hullmark.linter.report.graph_network_metrics import text_width
from hullmark.linter.report.graph_network_scene import MOST_EDGES, Edge, Look, Node, Pin, Place, Scene, scene

_MOST_NAMED = 2


def drawn(graph: Graph) -> Scene:
    """The scene of a graph with as many lines as somebody can follow."""
    found = scene(graph)
    return worded(found) if _is_crowded(found) else found


def _is_crowded(found: Scene) -> bool:
    """Whether lines are too many, though the workloads of a namespace are one node."""
    return found.is_collapsed and sum(edge.look is not Look.EXPOSED for edge in found.edges) > MOST_EDGES


def worded(found: Scene) -> Scene:
    """The scene with lines from outside alone."""
    by_pin: dict[int, list[Edge]] = {}
    by_source: dict[str, list[Edge]] = {}
    for edge in found.edges:
        if edge.look is Look.EXPOSED:
            continue
        if edge.target.place is Place.TARGETS:
            by_source.setdefault(edge.source.key, []).append(edge)
        else:
            by_pin.setdefault(id(edge.pin), []).append(edge)
    for edges in by_pin.values():
        _say_callers(edges)
    for edges in by_source.values():
        _say_addresses(edges)
    made = Scene(heads=found.heads, is_collapsed=True, is_worded=True)
    made.edges = [edge for edge in found.edges if edge.look is Look.EXPOSED]
    used = {id(edge.source) for edge in made.edges}
    made.nodes = {key: node for key, node in found.nodes.items() if node.place is Place.NAMESPACE or id(node) in used}
    return made


def _say_callers(edges: list[Edge]) -> None:
    target, pin = edges[0].target, edges[0].pin
    names = _names(edge.source for edge in edges)
    at = next(number for number, each in enumerate(target.pins) if each is pin)
    target.pins[at] = Pin(_fitting(f"{pin.text} from ", names, "others"), pin.look)
    target.notes.append(f"{pin.text} from {', '.join(names)}")


def _say_addresses(edges: list[Edge]) -> None:
    source = edges[0].source
    ports: dict[str, list[Node]] = {}
    for edge in edges:
        ports.setdefault(edge.pin.text, []).append(edge.target)
    for text, targets in sorted(ports.items()):
        names = _names(targets)
        source.leaves.append(Pin(_fitting(f"{text} at ", names, "ranges"), Look.ALLOWED))
        source.notes.append(f"to {text} at {', '.join(names)}")


def _fitting(before: str, names: list[str], noun: str) -> str:
    """All names where there is room for them, else how many there are."""
    whole = f"{before}{', '.join(names)}"
    if len(names) == 1 or (len(names) <= _MOST_NAMED and text_width(f"to {whole}", SMALL) <= WIDEST - 2 * INSET):
        return whole
    return f"{before}{len(names)} {noun}"


def _names(nodes: Iterable[Node]) -> list[str]:
    return sorted({_name(node) for node in nodes})


def _name(node: Node) -> str:
    if node.place is not Place.NAMESPACE:
        return node.names[0]
    if node.is_wildcard:
        return f"{node.namespace}/*"
    if node.key == f"{node.namespace}/":
        return node.namespace
    more = f" +{len(node.names) - 1}" if len(node.names) > 1 else ""
    return f"{node.namespace}/{node.names[0]}{more}"
