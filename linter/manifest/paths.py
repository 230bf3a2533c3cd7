"""Patterns of field paths, as the fact tables write them, and the places that they lead to.

`spec.template` names one place. `[]` stands for every item of a list, `{}` for every value of a map,
`{a,b}` for either; `.` alone is the object itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_BRANCH = regex(r"\{([^{}]*,[^{}]*)\}")
_STEP = regex(r"(?P<told>!)?(?P<name>[^\[\]{}]+)(?P<each>\[\]|\{\})?\Z")


class Step(NamedTuple):
    """One part of a path: a field and, if `each` is `[]` or `{}`, all that it holds.

    `told` says whether the name tells one place from another, since the pattern has several.
    """

    name: str
    each: str = ""
    told: bool = False


class Found(NamedTuple):
    """A place that a pattern leads to; `label` tells it from the other places of the same object."""

    label: str
    cursor: Cursor


def find(cursor: Cursor, pattern: str) -> Iterator[Found]:
    """Every present place that `pattern` leads to, branch by branch in the pattern's order."""
    for steps in branches(pattern):
        yield from _follow(cursor, steps, "")


@cache
def branches(pattern: str) -> tuple[tuple[Step, ...], ...]:
    """The pattern without alternatives: one sequence of steps for each of them."""
    return tuple(_steps(plain) for plain in _spread(pattern))


def _spread(pattern: str) -> list[str]:
    """The pattern once for every alternative, whose names are marked with `!`."""
    found = _BRANCH.search(pattern) if "{" in pattern else None
    if found is None:
        return [pattern]
    before, after = pattern[: found.start()], pattern[found.end() :]
    marked = [".".join(f"!{part}" for part in alternative.split(".")) for alternative in found[1].split(",")]
    return [plain for alternative in marked for plain in _spread(f"{before}{alternative}{after}")]


def _steps(pattern: str) -> tuple[Step, ...]:
    if pattern == ".":
        return ()
    return tuple(_step(part) for part in pattern.split("."))


def _step(part: str) -> Step:
    match = _STEP.match(part)
    if match is None:
        raise ValueError(f"no path pattern: {part!r}")
    return Step(match["name"], match["each"] or "", bool(match["told"]))


def _follow(cursor: Cursor, steps: tuple[Step, ...], label: str) -> Iterator[Found]:
    for index, step in enumerate(steps):
        cursor = cursor.get(step.name)
        if cursor.absent:
            return
        if step.each:
            rest = steps[index + 1 :]
            for part, inner in _parts(cursor, step):
                yield from _follow(inner, rest, _joined(label, part))
            return
        if step.told:
            label = _joined(label, step.name)
    if cursor.present:
        yield Found(label, cursor)


def _parts(cursor: Cursor, step: Step) -> Iterator[tuple[str, Cursor]]:
    if step.each == "{}":
        yield from cursor.entries()
        return
    for index, item in enumerate(cursor.items()):
        named = item.path[-1]
        yield f"{step.name}[{index}]" if named.startswith("[#") else f"{step.name}{named}", item


def _joined(label: str, part: str) -> str:
    return f"{label}.{part}" if label else part
