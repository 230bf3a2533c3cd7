"""A picture of who reaches whom: SVG that needs nothing else, in light and dark, without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hullmark.linter.report.escape import visible, xml
from hullmark.linter.report.graph_network import Graph
from hullmark.linter.report.graph_network_layout import (
    HEADER,
    INSET,
    KIND_ROW,
    MARGIN,
    NAME,
    NAME_ROW,
    PAD,
    PIN_ROW,
    SMALL,
    Box,
    Layout,
    Space,
    laid_out,
)
from hullmark.linter.report.graph_network_metrics import shortened, text_width
from hullmark.linter.report.graph_network_routes import Line, Point, routed
from hullmark.linter.report.graph_network_scene import Look, Pin, Place, Scene, shown
from hullmark.linter.report.graph_network_words import drawn

_RADIUS = 5.0
_HUES = 6
_STYLE = """\
svg{color-scheme:light dark;--bg:#fff;--ink:#1c2733;--dim:#5b6875;--line:#c9d1d9;--space:#f4f6f8;--node:#fff;\
--red:#c62828;--amber:#a45b00;--n0:#1f6feb;--n1:#0a7d74;--n2:#7b4fc9;--n3:#3b6e22;--n4:#a0437f;--n5:#4a5f8a}
@media(prefers-color-scheme:dark){svg{--bg:#0e1318;--ink:#e6edf3;--dim:#9aa7b4;--line:#3a4652;--space:#161d24;\
--node:#1f2830;--red:#ff6b66;--amber:#f0a63a;--n0:#6cb0ff;--n1:#3fc9bb;--n2:#b99bff;--n3:#8ccf6a;--n4:#ee8fc8;\
--n5:#a3b7e0}}
text{font-family:Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif;font-size:11px;fill:var(--ink)}
.t{font-size:16px;font-weight:600}.b{font-size:13px;font-weight:600}.d{fill:var(--dim)}
.bg{fill:var(--bg)}.space{fill:var(--space);stroke:var(--line)}.node{fill:var(--node);stroke:var(--line)}
.zone{fill:var(--node);stroke:var(--red);stroke-width:1.5}.host{stroke-dasharray:4 3;stroke:var(--dim)}
.exposed{--c:var(--red)}.open{--c:var(--amber)}.allowed{--c:var(--h,var(--n0))}.perhaps{--c:var(--h,var(--n0))}
path.e{fill:none;stroke:var(--c);stroke-width:1.4}path.exposed{stroke-width:2.2}path.perhaps{stroke-dasharray:5 3}
path.e:hover{stroke-width:4}.m{fill:var(--c)}text.exposed,text.open{fill:var(--c)}
.h0{--h:var(--n0)}.h1{--h:var(--n1)}.h2{--h:var(--n2)}.h3{--h:var(--n3)}.h4{--h:var(--n4)}.h5{--h:var(--n5)}
"""


def svg(graphs: Sequence[Graph]) -> str:
    """One picture below the other for every graph, which must know its groups."""
    pictures = []
    width, y = 640.0, 0.0
    for each in graphs:
        stage = drawn(each)
        found = laid_out(stage)
        lines = routed(stage, found)
        width = max(width, found.width)
        pictures.append((y, each, _hint(stage), found, lines))
        y += found.height + MARGIN
    body: list[str] = []
    for top, graph, hint, found, lines in pictures:
        body.append(f'<g transform="translate(0 {_n(top)})">')
        body += _picture(graph, hint, found, lines)
        body.append("</g>")
    legend, y = _legend(y, width)
    height = y + MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" role="img" aria-label="Network connections">'
    )
    return (
        "\n".join([head, f"<style>\n{_STYLE}</style>", '<rect class="bg" width="100%" height="100%"/>', *body, *legend])
        + "\n</svg>\n"
    )


def _hint(stage: Scene) -> str:
    if stage.is_worded:
        return "; lines are said in words, all names where the pointer is, --namespace NAME draws them"
    return "; workloads of a namespace are drawn as one, --namespace NAME shows them" if stage.is_collapsed else ""


def _picture(graph: Graph, hint: str, found: Layout, lines: Sequence[Line]) -> Iterator[str]:
    title = shortened(
        "Network" if graph.name in ("", ".") else f"Network of {visible(graph.name)}",
        found.width - 2 * MARGIN,
        16,
        bold=True,
    )
    yield _text(MARGIN, 30, title, "t")
    yield _text(MARGIN, 48, shortened(_summary(graph) + hint, found.width - 2 * MARGIN, SMALL), "d")
    for space in found.spaces:
        yield from _space(space, found)
    for line in lines:
        yield _path(line)
    for space in found.spaces:
        for boxes in space.columns.values():
            for box in boxes:
                yield from _box(box)
    for boxes in found.outside:
        for box in boxes:
            yield from _box(box)
    arrows = {id(line.net): line for line in lines}
    for line in arrows.values():
        yield _arrow(line)


def _summary(graph: Graph) -> str:
    units = {unit.title for unit in graph.network.units}  # an object may be written twice
    spaces = {unit.namespace for unit in graph.network.units}
    policies = {(each.resource.gk, each.namespace, each.resource.name) for each in graph.network.policies}
    parts = [_counted(len(units), "workload"), _counted(len(spaces), "namespace")]
    parts.append(f"{len(policies)} {'policy' if len(policies) == 1 else 'policies'}")
    return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _space(space: Space, found: Layout) -> Iterator[str]:
    yield (
        f'<g><title>{xml(f"namespace {space.name}")}</title><rect class="space" x="{_n(space.x)}" y="{_n(space.y)}" '
        f'width="{_n(space.width)}" height="{_n(space.height)}" rx="8"/></g>'
    )
    room = found.column_width[space.first]
    yield _text(space.x + INSET, space.y + 20, shortened(visible(space.name), room, NAME, bold=True), "b")
    y = space.y + HEADER - 6
    for pin in space.head.pins:
        yield from _pin(pin, space.x, y, room)
    for pin in space.head.leaves:
        yield from _leave(pin, space.x + space.width, y, found.column_width[space.last])


def _box(box: Box) -> Iterator[str]:
    node = box.node
    look = "zone" if node.zone and node.place is Place.SOURCES and node.zone != "addresses" else "node"
    if node.is_host:
        look += " host"
    yield f"<g><title>{xml('; '.join((', '.join(node.names), *node.notes)))}</title>"
    radius = box.height / 2 if node.is_wildcard and not node.pins and not node.leaves else 5
    yield (
        f'<rect class="{look}" x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" '
        f'rx="{_n(radius)}"/>'
    )
    room = box.width - 2 * INSET
    y = box.y + PAD
    for name in box.names:
        yield _text(box.x + INSET, y + 13, shortened(name, room, NAME, bold=True), "b")
        y += NAME_ROW
    if node.kind:
        yield _text(box.x + INSET, y + 7, shortened(node.kind, room, SMALL), "d")
        y += KIND_ROW
    for pin in node.pins:
        yield from _pin(pin, box.x, y, room)
        y += PIN_ROW
    y = box.y + box.leaves_at
    for pin in node.leaves:
        yield from _leave(pin, box.x + box.width, y, room)
        y += PIN_ROW
    yield "</g>"


def _pin(pin: Pin, x: float, y: float, room: float) -> Iterator[str]:
    if pin.look is Look.OPEN:
        yield f'<circle class="m open" cx="{_n(x)}" cy="{_n(y + 9)}" r="3.5"/>'
    yield _text(x + INSET, y + 13, shortened(shown(pin), room, SMALL), pin.look.value)


def _leave(pin: Pin, right: float, y: float, room: float) -> Iterator[str]:
    text = shortened(f"to {pin.text}", room, SMALL)
    sign = "allowed" if pin.look is Look.ALLOWED else "open"
    yield f'<path class="m {sign}" d="M{_n(right - 3)} {_n(y + 5)}l7 4l-7 4z"/>'
    yield _text(right - INSET, y + 13, text, pin.look.value, end=True)


def _path(line: Line) -> str:
    look = line.edge.look.value
    label = f"{', '.join(line.edge.source.names)} to {', '.join(line.edge.target.names)}: {line.edge.pin.text}"
    return (
        f'<path class="e {look} h{line.net.number % _HUES}" d="{_rounded(line.points)}">'
        f"<title>{xml(label)}</title></path>"
    )


def _rounded(points: Sequence[Point]) -> str:
    """A path with round corners, as far as the segments are long enough."""
    kept = [points[0]]
    for point in points[1:]:
        if point != kept[-1]:
            kept.append(point)
    parts = [f"M{_n(kept[0][0])} {_n(kept[0][1])}"]
    for before, corner, after in zip(kept, kept[1:], kept[2:], strict=False):
        radius = min(_RADIUS, _length(before, corner) / 2, _length(corner, after) / 2)
        near, far = _toward(corner, before, radius), _toward(corner, after, radius)
        parts.append(f"L{_n(near[0])} {_n(near[1])}Q{_n(corner[0])} {_n(corner[1])} {_n(far[0])} {_n(far[1])}")
    parts.append(f"L{_n(kept[-1][0] - 2)} {_n(kept[-1][1])}")
    return "".join(parts)


def _length(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _toward(start: Point, end: Point, distance: float) -> Point:
    length = _length(start, end) or 1.0
    return (
        start[0] + (end[0] - start[0]) * distance / length,
        start[1] + (end[1] - start[1]) * distance / length,
    )


def _arrow(line: Line) -> str:
    x, y = line.points[-1]
    look = line.edge.look.value
    return f'<path class="m {look} h{line.net.number % _HUES}" d="M{_n(x - 8)} {_n(y - 4)}l8 4l-8 4z"/>'


def _legend(top: float, width: float) -> tuple[list[str], float]:
    """What the signs mean, and where that ends."""
    x, y = float(MARGIN), top + 16
    found = []
    for look, words in (
        (Look.EXPOSED, "open to the outside"),
        (Look.ALLOWED, "allowed by a policy"),
        (Look.PERHAPS, "depends on labels that the input does not hold (?)"),
        (Look.OPEN, "from any pod of the cluster; to any pod or address"),
        (None, "in the network of its node, beyond policies"),
    ):
        size = 40 + text_width(words, SMALL) + 20
        if x > MARGIN and x + size > width - MARGIN:
            x, y = float(MARGIN), y + 18
        found += [_sign(look, x, y), _text(x + 36, y + 4, words, "d")]
        x += size
    return found, y


def _sign(look: Look | None, x: float, y: float) -> str:
    if look is None:
        return f'<rect class="node host" x="{_n(x)}" y="{_n(y - 6)}" width="28" height="12" rx="3"/>'
    if look is Look.OPEN:
        return (
            f'<circle class="m open" cx="{_n(x + 6)}" cy="{_n(y)}" r="3.5"/>'
            f'<path class="m open" d="M{_n(x + 18)} {_n(y - 4)}l7 4l-7 4z"/>'
        )
    return f'<path class="e {look.value} h0" d="M{_n(x)} {_n(y)}h28"/>'


def _text(x: float, y: float, text: str, look: str, *, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text class="{look}" x="{_n(x)}" y="{_n(y)}"{anchor}>{xml(text)}</text>'


def _n(value: float) -> str:
    """A number in few characters; the same everywhere."""
    return f"{value:.1f}".removesuffix(".0")
