"""A position in a located YAML tree that stays useful where the tree ends.

A `Cursor` is either on a node, or absent and anchored at the key of its nearest
present ancestor, so that a missing field can be shown in the file. It never raises.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import ResourceRef
from hullmark.linter.manifest.place import Place
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence


class Cursor:
    """One place of a tree: `node` is None where the field is absent or null.

    `key` is the span of the mapping key that leads here (None for list items and roots);
    `anchor` is where a missing child points. A null counts as absent, as it does for the
    API server (https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
    aside, unset and null decode alike into Go's zero value). `holder` is the collection that was
    looked into, for fixes that take the field out of it; it stays behind when a cursor is pickled.

    Most cursors are never asked where they stand: both places may be given as what stands there.
    """

    __slots__ = ("_anchor", "_key", "holder", "node", "owner", "path", "source")

    def __init__(
        self,
        source: Source,
        node: Node | None,
        key: Span | Entry | None,
        anchor: Span | Entry | Node,
        path: tuple[str, ...] = (),
        owner: ResourceRef | None = None,
        holder: Mapping | Sequence | None = None,
    ) -> None:
        self.source = source
        self.node = node
        self._key = key
        self._anchor = anchor
        self.path = path
        self.owner = owner
        self.holder = holder

    def __reduce__(self) -> tuple[object, ...]:
        return (Cursor, (self.source, self.node, self.key, self.anchor, self.path, self.owner))

    def __repr__(self) -> str:
        state = "absent" if self.node is None else type(self.node).__name__
        return f"Cursor({'.'.join(self.path)!r}, {state})"

    @property
    def key(self) -> Span | None:
        """The key that leads here; None for list items and roots."""
        key = self._key
        return key.key.span if isinstance(key, Entry) else key

    @property
    def anchor(self) -> Span:
        """Where a missing child points."""
        anchor = self._anchor
        if isinstance(anchor, Span):
            return anchor
        if isinstance(anchor, Entry):
            found = anchor.key.span
        else:
            found = self._dash(anchor) if type(anchor) is Mapping else anchor.span
        self._anchor = found
        return found

    @property
    def identity(self) -> str:
        """A name of what stands here, unlike that of anything else in the run."""
        node = self.node
        return f"{self.source.shown}:{self.anchor.start if node is None else node.start}"

    @property
    def absent(self) -> bool:
        """Whether the field is missing or null."""
        return self.node is None

    @property
    def present(self) -> bool:
        """Whether the field has a value of any type."""
        return self.node is not None

    @property
    def span(self) -> Span:
        """The value of a scalar, the key of a collection, the anchor of an absent field."""
        node = self.node
        if node is None:
            return self.anchor
        if type(node) is Scalar:
            return node.span
        key = self.key
        return self.anchor if key is None else key

    @property
    def place(self) -> Place:
        """Where a hit about this field points."""
        return Place(self.source, self.span, self.path, self.owner)

    @property
    def key_place(self) -> Place:
        """The key that leads here, else the anchor."""
        return Place(self.source, self.key if self.key is not None else self.anchor, self.path, self.owner)

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return type(self.node) is Mapping

    @property
    def is_sequence(self) -> bool:
        """Whether the value is a sequence."""
        return type(self.node) is Sequence

    @property
    def text(self) -> str | None:
        """Text of a scalar value after unquoting, else None; numbers and booleans as written."""
        node = self.node
        return node.value if type(node) is Scalar else None

    @property
    def truth(self) -> bool | None:
        """A boolean, in any of the spellings that YAML 1.1 has for one; a quoted `true` counts, too."""
        node = self.node
        if not isinstance(node, Scalar):
            return None
        if node.value in ("true", "false"):
            return node.value == "true"
        resolved = node.resolved
        return resolved if isinstance(resolved, bool) else None

    @property
    def instead(self) -> str:
        """Of an absent field, the scalar that stands where what should hold it is expected; else nothing."""
        anchor = self._anchor
        if self.node is not None or not isinstance(anchor, Entry) or type(anchor.value) is not Scalar:
            return ""
        return anchor.value.value

    def get(self, *names: str) -> Cursor:
        """The field reached through the named keys; absent where any of them is missing."""
        node = self.node
        entry: Entry | None = None
        holder: Mapping | None = None
        for name in names:
            if type(node) is not Mapping or name not in node.index:
                anchor = self._anchor if entry is None else entry
                return Cursor(self.source, None, None, anchor, self.path + names, self.owner)
            holder = node
            found = node.index[name]
            entry = found if type(found) is Entry else node[name]
            node = entry.given
        if entry is None:
            return self
        return Cursor(self.source, node, entry, entry, self.path + names, self.owner, holder)

    def entries(self) -> Iterator[tuple[str, Cursor]]:
        """Key and value of every entry of a mapping, in file order; nothing for other types."""
        node = self.node
        if type(node) is not Mapping:
            return
        source, path, owner = self.source, self.path, self.owner
        for entry in node.entries:
            name = entry.name
            yield name, Cursor(source, entry.given, entry, entry, (*path, name), owner, node)

    def items(self) -> Iterator[Cursor]:
        """Items of a sequence, in file order; nothing for other types."""
        node = self.node
        if type(node) is not Sequence:
            return
        source, path, owner = self.source, self.path, self.owner
        for index, item in enumerate(node.items):
            if type(item) is Scalar:
                given = None if item.is_null else item
                yield Cursor(source, given, None, item, (*path, f"[#{index}]"), owner, node)
                continue
            # Label and anchor of a mapping are its name, else its number and the dash.
            named = item["name"].value if type(item) is Mapping and "name" in item.index else None
            if type(named) is Scalar and named.value:
                yield Cursor(source, item, None, named, (*path, f"[{named.value}]"), owner, node)
            else:
                yield Cursor(source, item, None, item, (*path, f"[#{index}]"), owner, node)

    def _dash(self, item: Node) -> Span:
        """The dash of a block list item; in flow style the item's first code point."""
        text = self.source.text
        at = item.start - 1
        while at >= 0 and text[at] in " \t\r\n":
            at -= 1
        if at >= 0 and text[at] == "-":
            return Span(at, at + 1)
        return Span(item.start, min(item.start + 1, item.end))

    def owned(self, owner: ResourceRef) -> Cursor:
        """The same position, said to belong to `owner`."""
        return Cursor(self.source, self.node, self._key, self._anchor, self.path, owner, self.holder)

    def anchored(self, anchor: Span) -> Cursor:
        """The same position with another anchor for missing children."""
        return Cursor(self.source, self.node, self._key, anchor, self.path, self.owner, self.holder)
