"""Lines from nodes to pins: up and down in gutters, along in corridors, each on a track of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hullmark.linter.records import record
from hullmark.linter.report.graph_network_layout import CORRIDOR, GAP, MARGIN, Box, Layout, place
from hullmark.linter.report.graph_network_scene import Edge, Look, Pin, Scene

TRACK = 6
Point = tuple[float, float]


@record(frozen=False, eq=False)
class Net:
    """All edges to one pin: they share a line from where they meet. `corridor` is taken by those from far away.

    Nets of one `number` share tracks too: those from the same zones, which look the same.
    """

    number: int
    target: Box
    pin: Pin
    edges: list[Edge]
    corridor: int = 0


@record(eq=False)
class Line:
    """An edge with the points that it passes."""

    net: Net
    edge: Edge
    points: tuple[Point, ...]


def routed(scene: Scene, found: Layout) -> list[Line]:
    """Every edge; widens gutters and corridors of the layout to what the lines need."""
    nets = _nets(scene, found)
    for net in nets:
        net.corridor = _corridor(net, found)
    across = _tracks((net.corridor, net.number, *_stretch(net, found)) for net in nets if _far(net, found))
    _widen_corridors(found, across)
    place(found)
    along = _tracks(each for net in nets for each in _risers(net, found, across))
    _widen_gutters(found, along)
    place(found)
    return [_line(net, edge, found, along, across) for net in nets for edge in net.edges]


def _nets(scene: Scene, found: Layout) -> list[Net]:
    by_pin: dict[int, list[Edge]] = {}
    for edge in scene.edges:
        by_pin.setdefault(id(edge.pin), []).append(edge)
    numbers: dict[object, int] = {}
    nets = []
    for pin, edges in by_pin.items():
        zones = tuple(sorted({edge.source.key for edge in edges}))
        alike: object = zones if all(edge.look is Look.EXPOSED for edge in edges) else pin
        number = numbers.setdefault(alike, len(numbers))
        nets.append(Net(number, found.boxes[edges[0].target.key], edges[0].pin, edges))
    return nets


def _far(net: Net, found: Layout) -> list[Box]:
    """Sources that are not in the column before the target's."""
    boxes = [found.boxes[edge.source.key] for edge in net.edges]
    return [box for box in boxes if box.column + 1 != net.target.column]


def _corridor(net: Net, found: Layout) -> int:
    """The corridor with the shortest way."""
    far, pin = _far(net, found), net.target.pin_y(net.pin)

    def detour(number: int) -> float:
        y = found.corridor_y(number)
        return sum(abs(box.exit_y - y) for box in far) + abs(pin - y)

    return min(range(found.shelves + 1), key=lambda number: (detour(number), number))


def _stretch(net: Net, found: Layout) -> tuple[float, float]:
    gutters = [box.column + 1 for box in _far(net, found)]
    return min(net.target.column, *gutters), max(net.target.column, *gutters)


Wanted = tuple[int, int, float, float]
"""A gutter or corridor, the number of a net, and the part of it that the net takes."""
Tracks = dict[tuple[int, int], int]
"""Track by gutter (corridor) and net."""


def _tracks(wanted: Iterable[Wanted]) -> Tracks:
    """A track for each, the first that is free all along; those that begin first choose first."""
    joined: dict[tuple[int, int], tuple[float, float]] = {}
    for lane, net, low, high in wanted:
        known = joined.get((lane, net), (low, high))
        joined[lane, net] = (min(low, known[0]), max(high, known[1]))
    taken: dict[int, list[list[tuple[float, float]]]] = {}
    found: Tracks = {}
    for (lane, net), (low, high) in sorted(joined.items(), key=lambda each: (each[0][0], *each[1], each[0][1])):
        tracks = taken.setdefault(lane, [])
        at = next((n for n, used in enumerate(tracks) if all(low > b + TRACK or high < a - TRACK for a, b in used)), -1)
        if at < 0:
            tracks.append([])
            at = len(tracks) - 1
        tracks[at].append((low, high))
        found[lane, net] = at
    return found


def _count(tracks: Tracks, lane: int) -> int:
    return max((track + 1 for (each, _), track in tracks.items() if each == lane), default=0)


def _widen_corridors(found: Layout, across: Tracks) -> None:
    for number in range(len(found.corridors)):
        count = _count(across, number)
        found.corridors[number] = float(max(CORRIDOR, count * TRACK + 2 * GAP)) if count else float(CORRIDOR)


def _widen_gutters(found: Layout, along: Tracks) -> None:
    for number in range(1, found.columns):
        found.gutters[number] = float(max(4 * GAP, _count(along, number) * TRACK + 4 * GAP))
    found.gutters[0] = found.gutters[-1] = float(MARGIN)
    count = _count(along, found.columns)
    if count:
        found.gutters[-1] = float(count * TRACK + 3 * GAP)


def _risers(net: Net, found: Layout, across: Tracks) -> Iterable[Wanted]:
    """What a net takes of gutters: one line up or down in each."""
    target, far = net.target.column, _far(net, found)
    ys: dict[int, list[float]] = {target: [net.target.pin_y(net.pin)]}
    for edge in net.edges:
        box = found.boxes[edge.source.key]
        ys.setdefault(box.column + 1, []).append(box.exit_y)
    if far:
        y = _corridor_y(net, found, across)
        for gutter in {target, *(box.column + 1 for box in far)}:
            ys[gutter].append(y)
    for gutter, several in ys.items():
        yield gutter, net.number, min(several), max(several)


def _corridor_y(net: Net, found: Layout, across: Tracks) -> float:
    return found.corridor_y(net.corridor) + GAP + TRACK * across[net.corridor, net.number]


def _line(net: Net, edge: Edge, found: Layout, along: Tracks, across: Tracks) -> Line:
    source, target = found.boxes[edge.source.key], net.target
    enter = _track_x(found, target.column, along[target.column, net.number])
    start, end = (source.x + source.width, source.exit_y), (target.x, target.pin_y(net.pin))
    if source.column + 1 == target.column:
        points: Sequence[Point] = (start, (enter, start[1]), (enter, end[1]), end)
    else:
        leave = _track_x(found, source.column + 1, along[source.column + 1, net.number])
        y = _corridor_y(net, found, across)
        points = (start, (leave, start[1]), (leave, y), (enter, y), (enter, end[1]), end)
    return Line(net, edge, tuple(points))


def _track_x(found: Layout, gutter: int, track: int) -> float:
    """Tracks stand in the middle of a gutter."""
    if gutter >= found.columns:
        return found.column_x[-1] + found.column_width[-1] + 2 * GAP + TRACK * track
    return found.gutter_x(gutter) + 2 * GAP + TRACK * track
