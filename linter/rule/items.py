"""Fixes that add an item to a list in block style, or join one item with the item before it."""

from __future__ import annotations

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.rule.hit import Fix, put_off
from hullmark.linter.text import Edit, Source, Span
from hullmark.linter.yaml import writing
from hullmark.linter.yaml.nodes import Sequence
from hullmark.linter.yaml.trees import Plain


@put_off
def add_item(cursor: Cursor, value: Plain, description: str, *, safe: bool = False) -> Fix | None:
    """Adds an item behind the last one; None where the list is in flow style, empty, or not there."""
    node, text = cursor.node, cursor.source.text
    if not isinstance(node, Sequence) or node.flow or not node.items or cursor.source.has_returns:
        return None
    dash = _dash(text, node.items[-1].start)
    end = text.find("\n", node.end)
    if dash is None or text[node.end : end if end >= 0 else len(text)].strip():
        return None
    indent = " " * (dash - text.rfind("\n", 0, dash) - 1)
    first, *rest = writing.block(value)
    lines = [f"{indent}- {first}", *(f"{indent}  {line}" for line in rest)]
    at = len(text) if end < 0 else end
    return _fix(cursor.source, Span(at, at), "\n" + "\n".join(lines), description, safe)


@put_off
def join_items(cursor: Cursor, position: int, description: str, *, safe: bool = False) -> Fix | None:
    """Makes the item at `position` a part of the one before it, by taking its dash away."""
    node, text = cursor.node, cursor.source.text
    if not isinstance(node, Sequence) or node.flow or not 0 < position < len(node.items):
        return None
    dash = _dash(text, node.items[position].start)
    return None if dash is None else _fix(cursor.source, Span(dash, dash + 1), " ", description, safe)


def _dash(text: str, start: int) -> int | None:
    """The dash before an item that begins on the dash's own line."""
    at = start - 1
    while at >= 0 and text[at] == " ":
        at -= 1
    return at if at >= 0 and text[at] == "-" else None


def _fix(source: Source, span: Span, replacement: str, description: str, safe: bool) -> Fix:
    edits: tuple[tuple[Source, Edit], ...] = ((source, Edit(span, replacement)),)
    return Fix(description, edits, safe)
