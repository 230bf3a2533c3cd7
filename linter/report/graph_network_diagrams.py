"""Who reaches whom as Mermaid and Graphviz sources: the same nodes and edges as in the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hullmark.linter.report.diagram_text import dot_string, mermaid_label
from hullmark.linter.report.graph_network import Graph
from hullmark.linter.report.graph_network_layout import named
from hullmark.linter.report.graph_network_scene import Edge, Look, Node, Place, Scene, shown
from hullmark.linter.report.graph_network_words import drawn

_ARROWS = {Look.EXPOSED: "==>", Look.ALLOWED: "-->", Look.PERHAPS: "-.->", Look.OPEN: "-->"}
_LOOKS = {
    Look.EXPOSED: ", color=red, fontcolor=red, penwidth=2",
    Look.PERHAPS: ", style=dashed",
}


def mermaid(graphs: Sequence[Graph]) -> str:
    """`flowchart LR`, one subgraph a namespace, edges labelled with ports; ways in from outside are thick and red."""
    lines = ["flowchart LR"]
    reds: list[int] = []
    count = 0
    for number, graph in enumerate(graphs):
        stage = drawn(graph)
        names = {key: f"n{number}_{at}" for at, key in enumerate(sorted(stage.nodes))}
        for place in (Place.SOURCES, Place.TARGETS):
            lines += [f"  {_mermaid_node(node, names)}" for node in stage.placed(place)]
        for at, (space, nodes) in enumerate(stage.in_namespaces().items()):
            lines.append(f'  subgraph s{number}_{at}["{_mermaid_lines(_head(space, stage))}"]')
            lines += [f"    {_mermaid_node(node, names)}" for node in nodes]
            lines.append("  end")
        for edge in _sorted(stage):
            if edge.look is Look.EXPOSED:
                reds.append(count)
            lines.append(f"  {_mermaid_edge(edge, names)}")
            count += 1
    if reds:
        lines.append(f"  linkStyle {','.join(map(str, reds))} stroke:#c62828,color:#c62828")
    return "\n".join(lines) + "\n"


def _mermaid_node(node: Node, names: dict[str, str]) -> str:
    opening, closing = ("([", "])") if node.is_wildcard or node.zone else ("[", "]")
    return f'{names[node.key]}{opening}"{_mermaid_lines(_words(node))}"{closing}'


def _mermaid_lines(lines: Sequence[str]) -> str:
    return "<br/>".join(mermaid_label(line) for line in lines)


def _mermaid_edge(edge: Edge, names: dict[str, str]) -> str:
    arrow = _ARROWS[edge.look]
    return f'{names[edge.source.key]} {arrow}|"{mermaid_label(edge.pin.text)}"| {names[edge.target.key]}'


def dot(graphs: Sequence[Graph]) -> str:
    """Graphviz: one cluster a namespace, edges labelled with ports; ways in from outside are red."""
    lines = ["digraph network {", "  rankdir=LR;", "  node [shape=box];"]
    for number, graph in enumerate(graphs):
        stage = drawn(graph)
        names = {key: f"n{number}_{at}" for at, key in enumerate(sorted(stage.nodes))}
        for place in (Place.SOURCES, Place.TARGETS):
            lines += [f"  {_dot_node(node, names)}" for node in stage.placed(place)]
        for at, (space, nodes) in enumerate(stage.in_namespaces().items()):
            lines.append(f"  subgraph cluster_{number}_{at} {{")
            lines.append(f"    label={_dot_lines(_head(space, stage))};")
            lines += [f"    {_dot_node(node, names)}" for node in nodes]
            lines.append("  }")
        for edge in _sorted(stage):
            label = f"label={dot_string(edge.pin.text)}{_LOOKS.get(edge.look, '')}"
            lines.append(f"  {names[edge.source.key]} -> {names[edge.target.key]} [{label}];")
    return "\n".join([*lines, "}"]) + "\n"


def _dot_node(node: Node, names: dict[str, str]) -> str:
    shape = ", style=rounded" if node.is_wildcard or node.zone else ", style=dashed" if node.is_host else ""
    note = f", tooltip={_dot_lines(node.notes)}" if node.notes else ""
    return f"{names[node.key]} [label={_dot_lines(_words(node))}{shape}{note}];"


def _dot_lines(lines: Sequence[str]) -> str:
    return '"' + "\\n".join(dot_string(line)[1:-1] for line in lines) + '"'


def _words(node: Node) -> list[str]:
    """Names, and what is said of it without an edge. Where lines are said in words, long lists of names are cut."""
    said = (shown(pin) for pin in node.pins if shown(pin) != pin.text or (node.notes and pin.look is not Look.EXPOSED))
    return [*(named(node.names) if node.notes else node.names), *said, *_leaves(node)]


def _leaves(node: Node) -> Iterator[str]:
    for pin in node.leaves:
        yield f"to {pin.text}"


def _head(space: str, stage: Scene) -> list[str]:
    head = stage.heads[space]
    return [space, *map(shown, head.pins), *(f"to {pin.text}" for pin in head.leaves)]


def _sorted(stage: Scene) -> list[Edge]:
    return sorted(stage.edges, key=lambda edge: (edge.source.key, edge.target.key, edge.pin.text, edge.look))
