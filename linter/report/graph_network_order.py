"""In which column a node stands, and in which order namespaces follow one another."""

from __future__ import annotations

from hullmark.linter.report.graph_network_scene import Look, Place, Scene

DEEPEST = 5


def levels(scene: Scene) -> dict[str, int]:
    """The column of every node: what is outside 0, others one more than the farthest node that leads to them.

    Edges that close a circle do not count. Where there are more levels than columns, several share one.
    """
    leads: dict[str, list[str]] = {key: [] for key in sorted(scene.nodes)}
    for edge in scene.edges:
        if (
            edge.source.place is Place.NAMESPACE
            and edge.target.place is Place.NAMESPACE
            and edge.source is not edge.target
        ):
            leads[edge.source.key].append(edge.target.key)
    for targets in leads.values():
        targets[:] = sorted(set(targets))
    starts = sorted(leads, key=lambda key: (not _is_entered(scene, key), key))
    order = _finished(leads, starts)
    level = {key: 0 if scene.nodes[key].place is Place.SOURCES else 1 for key in leads}
    position = {key: at for at, key in enumerate(order)}
    for key in order:
        for target in leads[key]:
            if position[target] > position[key]:
                level[target] = max(level[target], level[key] + 1)
    deepest = max([*level.values(), DEEPEST])
    return {key: 1 + (at - 1) * DEEPEST // deepest if at > 0 else 0 for key, at in level.items()}


def _is_entered(scene: Scene, key: str) -> bool:
    return any(edge.look is Look.EXPOSED and edge.target.key == key for edge in scene.edges)


def _finished(leads: dict[str, list[str]], starts: list[str]) -> list[str]:
    """Depth first, last finished first: an order in which edges lead on, save those that close a circle."""
    seen: set[str] = set()
    finished: list[str] = []
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(leads[start]))]
        while stack:
            key, rest = stack[-1]
            following = next((each for each in rest if each not in seen), None)
            if following is None:
                stack.pop()
                finished.append(key)
            else:
                seen.add(following)
                stack.append((following, iter(leads[following])))
    return finished[::-1]


def arranged(scene: Scene) -> list[str]:
    """Namespaces from the top: what the outside leads to first, then what has most to do with those before."""
    spaces = scene.in_namespaces()
    exposed = dict.fromkeys(spaces, 0)
    between: dict[tuple[str, str], int] = {}
    for edge in scene.edges:
        if edge.target.place is not Place.NAMESPACE:
            continue
        if edge.look is Look.EXPOSED:
            exposed[edge.target.namespace] += 1 if edge.source.zone != "internet" else 100
        elif edge.source.place is Place.NAMESPACE and edge.source.namespace != edge.target.namespace:
            for pair in (
                (edge.source.namespace, edge.target.namespace),
                (edge.target.namespace, edge.source.namespace),
            ):
                between[pair] = between.get(pair, 0) + 1
    total = {name: sum(count for (one, _), count in between.items() if one == name) for name in spaces}
    left, order = sorted(spaces), list[str]()
    while left:
        following = max(
            left,
            key=lambda name: (
                sum(between.get((name, other), 0) for other in order),
                exposed[name],
                total[name],
                len(spaces[name]),
                [-ord(mark) for mark in name],
            ),
        )
        left.remove(following)
        order.append(following)
    return order
