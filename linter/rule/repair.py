"""Fixes as rules write them: change, remove or insert a field, and leave the rest of the text as it is.

Each function gives a `Fix`, or None where the text is written in a way that is better left to its author
(templates aside: a rule that does not know a value does not offer to change it). What edits text is imported
when there is something to edit.
"""

from __future__ import annotations

from typing import Protocol

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.records import replace
from hullmark.linter.rule.hit import Fix, Offer, made, put_off
from hullmark.linter.text import Edit, Source, Span
from hullmark.linter.yaml.nodes import Mapping, Scalar, Sequence
from hullmark.linter.yaml.trees import Plain


class OnCursor(Protocol):
    """Fields and views: whatever stands on a cursor."""

    @property
    def cursor(self) -> Cursor:
        """Where it stands."""
        ...


class Change(Protocol):
    """One edit of a text, of whichever layer."""

    @property
    def span(self) -> Span:
        """What is replaced."""
        ...

    @property
    def replacement(self) -> str:
        """What is written instead."""
        ...


@put_off
def rewrite(field: OnCursor, value: Plain, *, safe: bool = False, description: str = "") -> Fix | None:
    """Writes `value` in the place of the field's; text is YAML as it shall be written (`"false"`, `"[ALL]"`)."""
    cursor = field.cursor
    node = cursor.node
    if node is None or _is_alias(cursor) or (not isinstance(node, Scalar) and not node.flow):
        return None
    from hullmark.linter.yaml import edit, writing

    written = value if isinstance(value, str) else writing.flow(value)
    change = edit.rewritten(cursor.source, node, written)
    return _fix(cursor, change, safe, description or f"set {_name(cursor)} to {written}")


@put_off
def remove(field: OnCursor, *, safe: bool = False, description: str = "") -> Fix | None:
    """Removes the field with its key, or the item from its list."""
    cursor = field.cursor
    change = _removed(cursor)
    return _fix(cursor, change, safe, description or f"remove {_name(cursor)}")


@put_off
def remove_object(resource: OnCursor) -> Fix | None:
    """Removes the document of an object. None for an item of a List, and where nothing would be left of the file.

    Never safe: what is no longer in the manifests is pruned from the cluster, or stays there unseen.
    """
    cursor = resource.cursor
    root = cursor.node
    if not isinstance(root, Mapping):
        return None
    from hullmark.linter.yaml import edit

    change = edit.deleted_document(cursor.source, root)
    found = _fix(cursor, change, False, "remove the object from the manifests")
    return None if found is None else replace(found, removes=1)


@put_off
def insert(parent: OnCursor, path: str, value: Plain, *, safe: bool = False, description: str = "") -> Fix | None:
    """Adds the field at the dotted `path` below a view or field, with the mappings between where they are missing.

    `value` is data: `False`, `"RuntimeDefault"`, `{"drop": ["ALL"]}`. None where something is written there already.
    """
    here = parent.cursor
    names = path.split(".")
    while len(names) > 1 and here.get(names[0]).present:
        here = here.get(names.pop(0))
    node = here.node
    if not isinstance(node, Mapping) or node.entry(names[0]) is not None:
        return None
    from hullmark.linter.yaml import edit

    for name in reversed(names[1:]):
        value = {name: value}
    change = edit.inserted_entry(here.source, node, names[0], value)
    return _fix(here, change, safe, description or f"add {path}")


@put_off
def replace_item(item: OnCursor, *values: str, safe: bool = False, description: str = "") -> Fix | None:
    """Writes items in the place of one of a list, each as YAML; removes it where there are none."""
    cursor = item.cursor
    holder, node = cursor.holder, cursor.node
    if not values:
        return made(remove(item, safe=safe, description=description))
    if not isinstance(holder, Sequence) or node is None or _is_alias(cursor):
        return None
    text = cursor.source.text
    line = text[text.rfind("\n", 0, node.start) + 1 : node.start]
    if not holder.flow and line.strip() != "-":
        return None  # the list begins beside something else
    between = ", " if holder.flow else f"\n{line}"
    return made(rewrite(item, between.join(values), safe=safe, description=description))


@put_off
def append(field: OnCursor, value: Plain, *, safe: bool = False, description: str = "") -> Fix | None:
    """Adds an item behind the last one of a list in flow style (`[a, b]`); None for lists of other form."""
    cursor = field.cursor
    node = cursor.node
    if not isinstance(node, Sequence) or not node.flow:
        return None
    from hullmark.linter.yaml import writing

    written = writing.flow(value)
    text = cursor.source.text
    inside = text[node.start + 1 : node.end - 1]
    if not node.items and inside.strip():
        return None  # a comment
    end = node.place(len(node.items) - 1).end if node.items else node.start + 1
    change = Edit(node.span._replace(start=end, end=end), f", {written}" if node.items else written)
    return _fix(cursor, change, safe, description or f"add {written} to {_name(cursor)}")


@put_off
def together(description: str, *fixes: Offer, safe: bool = False) -> Fix | None:
    """Several fixes as one; None where one of them is missing, since half a fix is none."""
    found = [fix for fix in map(made, fixes) if fix is not None]
    if len(found) != len(fixes):
        return None
    return Fix(description, tuple(each for fix in found for each in fix.edits), safe)


def _removed(cursor: Cursor) -> Change | None:
    from hullmark.linter.yaml import edit

    holder = cursor.holder
    if isinstance(holder, Mapping):
        for entry in holder.written:
            if entry.key.span == cursor.key:
                return edit.deleted_entry(cursor.source, holder, entry)
        return None  # merged from elsewhere: removing it there would change others
    if isinstance(holder, Sequence) and cursor.node is not None:
        for position, item in enumerate(holder.items):
            if item is cursor.node:
                return edit.deleted_item(cursor.source, holder, position)
    return None


def _is_alias(cursor: Cursor) -> bool:
    """Whether the value stands elsewhere, under an anchor: changing it there would change others."""
    if isinstance(cursor.holder, Mapping):
        entry = cursor.holder.entry(cursor.path[-1]) if cursor.path else None
        return entry is not None and entry.is_alias
    if isinstance(cursor.holder, Sequence) and cursor.node is not None:
        places = [cursor.holder.place(n) for n, item in enumerate(cursor.holder.items) if item is cursor.node]
        return places[:1] != [cursor.node.span]
    return False


def _fix(cursor: Cursor, change: Change | None, safe: bool, description: str) -> Fix | None:
    if change is None:
        return None
    edits: tuple[tuple[Source, Edit], ...] = ((cursor.source, Edit(change.span, change.replacement)),)
    return Fix(description, edits, safe)


def _name(cursor: Cursor) -> str:
    """The field's own name, for descriptions: a list item as its list's."""
    names = [part for part in cursor.path if not part.startswith("[")]
    last = names[-1] if names else "it"
    return f"the item of {last}" if cursor.path[-1:] != tuple(names[-1:]) else last
