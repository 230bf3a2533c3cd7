"""Nodes of a document: values with their exact places, made one level at a time and only where somebody looks.

A node wraps what the parser left (`Raw`) and never walks what is not asked for. Offsets count code points in the text
of the file. Equality is identity: an anchored node that is used twice is one node.
"""

from __future__ import annotations

from typing import Any

from hullmark.linter.text import Span
from hullmark.linter.yaml import raws, scalars
from hullmark.linter.yaml.leaves import Scalar as Scalar
from hullmark.linter.yaml.raws import Origin, Raw

Value = scalars.Value


class Entry:
    """One `key: value` of a mapping. `name` is the key's text after conversion: `on` is named `true`.

    `value` is the value, for an alias the anchored node; `given` is the same, and None where a null is written. Both
    are made when they are first asked for.
    """

    __slots__ = ("_key", "_origin", "_place", "_raw", "given", "name", "value")

    given: Node | None
    value: Node

    def __init__(self, name: str, key: Raw | Scalar, value: Raw | None, origin: Origin, place: Span | None) -> None:
        self.name = name
        self._key = key
        self._raw = value
        self._origin = origin
        self._place = place

    def __getattr__(self, name: str) -> Node | None:
        # Slots are asked in vain only once: nothing is read as often in a run as values of entries.
        if name not in ("given", "value"):
            raise AttributeError(name)
        self.value = value = wrap(self._raw, self._origin)
        given: Node | None = value
        if type(value) is Scalar and (value.tag is not None or value.value in scalars.NULLS) and value.is_null:
            given = None
        self.given = given
        return value if name == "value" else given

    def __reduce__(self) -> tuple[Any, tuple[str, Scalar, Node, Span | None]]:
        return (thawed_entry, (self.name, self.key, self.value, self._place))

    def __repr__(self) -> str:
        return f"Entry({self.name!r}, {self.key.start})"

    @property
    def key(self) -> Scalar:
        """The key as written."""
        key = self._key
        if type(key) is not Scalar:
            key = self._key = wrap_scalar(key, self._origin)
        return key

    @property
    def is_merge(self) -> bool:
        """Whether this is a merge key: a plain `<<`."""
        return self.name == raws.MERGE and raws.is_merge_scalar(self.key.style, self.key.tag)

    @property
    def is_alias(self) -> bool:
        """Whether the value is written elsewhere and used here through an alias."""
        return self._place is not None

    @property
    def place(self) -> Span:
        """Where the value is used: the alias if there is one, else the value itself."""
        return self._place or self.value.span

    @property
    def span(self) -> Span:
        """From the key to the end of what is written for the value."""
        return Span(self.key.start, max(self.place.end, self.key.end))


class _Collection:
    """What mappings and sequences have in common."""

    __slots__ = ("_end", "_origin", "_raw")

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return (thaw, (raws.freeze(self.raw, self._origin), self._origin.shared is not None))

    _raw: Raw
    _origin: Origin
    _end: int

    @property
    def raw(self) -> Raw:
        """What the parser left."""
        return self._raw

    @property
    def start(self) -> int:
        """Offset of the first key, dash or bracket, behind anchor and tag."""
        return raws.start(self.raw, self._origin)

    @property
    def end(self) -> int:
        """Offset behind the last value or the bracket: no blanks and comments after it."""
        if self._end < 0:
            self._end = raws.end(self.raw, self._origin)
        return self._end

    @property
    def span(self) -> Span:
        """The written text, without anchor and tag."""
        return Span(self.start, self.end)

    @property
    def tag(self) -> str | None:
        """Explicit tag, which kubectl ignores."""
        return raws.tag(self.raw)

    @property
    def flow(self) -> bool:
        """Whether it is written with braces or brackets."""
        return raws.is_flow(self.raw)


class Mapping(_Collection):
    """Keys and values. `get`, `entry`, `entries` show what kubectl sees: merges applied, the last duplicate wins.

    The root of a document may be without what it is made from, once it was released or came from another process: it
    is composed again for whoever looks. That costs less than taking it along, and most roots nobody looks into again.
    """

    __slots__ = ("_indexed", "_written", "index")

    index: dict[str, Any]
    """Under each name of `entries` its entry, or what the parser left of it until somebody asks for the entry."""

    def __init__(self, raw: Raw, origin: Origin) -> None:
        self._raw = raw
        self._origin = origin
        self._end = -1
        self._indexed = False
        self._written: tuple[Entry, ...] | None = None

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        if not self.is_document:
            return super().__reduce__()
        origin = self._origin
        return (recalled, (origin.text, origin.base, origin.end))

    @property
    def raw(self) -> Raw:
        """What the parser left, or leaves when it goes through the document again."""
        if self._raw is None:
            from hullmark.linter.yaml.compose import compose  # which every document went through before

            origin = self._origin
            self._raw, self._origin, _ = compose(origin.text, origin.base, origin.end)
        return self._raw

    @property
    def extent(self) -> Span:
        """Where all of it is written, told without composing it again: for a root, the whole document."""
        return Span(self._origin.base, self._origin.end) if self.is_document else self.span

    @property
    def is_document(self) -> bool:
        """Whether composing its `extent` again would make this mapping."""
        return self._raw is None or (self._origin.end >= 0 and self._raw is self._origin.root)

    def __getattr__(self, name: str) -> dict[str, Any]:
        if name != "index":
            raise AttributeError(name)
        raw = self._raw
        found = raws.simple_index(self.raw if raw is None else raw, self._origin)
        if found is None:
            self._build()
            return self.index
        self.index, self._indexed = found, True
        return found

    def __repr__(self) -> str:
        return f"Mapping({', '.join(self.keys)}, {self.start}:{self.end})"

    def get(self, key: str) -> Node | None:
        """Value of `key`."""
        return self[key].value if key in self.index else None

    def entry(self, key: str) -> Entry | None:
        """Key and value of `key`."""
        return self[key] if key in self.index else None

    def __getitem__(self, key: str) -> Entry:
        index = self.index
        found = index[key]
        if type(found) is tuple:
            found = index[key] = Entry(key, found[0], found[1], self._origin, None)
        return found  # type: ignore[no-any-return]  # it is an entry

    @property
    def entries(self) -> tuple[Entry, ...]:
        """One entry for each key, in the order in which the keys first occur."""
        index, origin = self.index, self._origin
        for name, found in index.items():
            index[name] = Entry(name, found[0], found[1], origin, None) if type(found) is tuple else found
        return tuple(index.values())

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of `entries`."""
        return tuple(self.index)

    def __contains__(self, key: str) -> bool:
        return key in self.index

    @property
    def written(self) -> tuple[Entry, ...]:
        """Every entry as written: duplicates and merge keys (named `<<`) too, without keys that kubectl refuses."""
        if self._written is None:
            entries = self.entries
            self._written = self._written or entries  # a simple index has everything
        return self._written

    @property
    def duplicates(self) -> tuple[tuple[Entry, Entry], ...]:
        """Entries whose key was there before, each after the first one with that key."""
        first: dict[str, Entry] = {}
        found = []
        for entry in self.written:
            if not entry.is_merge:
                earlier = first.setdefault(entry.name, entry)
                if earlier is not entry:
                    found.append((earlier, entry))
        return tuple(found)

    @property
    def merges(self) -> tuple[Entry, ...]:
        """Entries of merge keys."""
        return tuple(entry for entry in self.written if entry.is_merge)

    @property
    def invalid_keys(self) -> tuple[Node, ...]:
        """Keys that kubectl refuses: mappings, sequences, null and integers above int64."""
        refused = [key for key, _ in raws.pairs(self.raw) if raws.name(key, self._origin) is None]
        return tuple(wrap(key, self._origin) for key in refused)

    def release(self) -> None:
        """Lets go of the entries, with everything that was made of them; they are made again for whoever asks."""
        if self._indexed:
            del self.index
            self._indexed = False
        self._written = None
        if self.is_document:
            origin = self._origin
            self._raw, self._origin = None, Origin(origin.text, origin.base, end=origin.end)

    def _scan(self) -> None:
        """Make `written`, and the index where nothing is merged."""
        raw = self.raw
        origin = self._origin
        used = None if origin.shared is None else raws.places(raw, origin)
        index: dict[str, Entry] = {}
        written = []
        merging = False
        for position, (key, value) in enumerate(raws.pairs(raw)):
            name = raws.name(key, origin)
            if name is None:
                continue
            entry = Entry(name, key, value, origin, None if used is None else used[position])
            written.append(entry)
            index[name] = entry
            merging = merging or (name == raws.MERGE and raws.is_merge(key))
        self._written = tuple(written)
        if not merging:
            self.index, self._indexed = index, True

    def _build(self) -> None:
        """Make the index; a chain of merged mappings is worked off from its end, without recursion."""
        waiting = [self]
        while waiting:
            mapping = waiting[-1]
            if mapping._written is None and not mapping._indexed:
                mapping._scan()
            if mapping._indexed:
                waiting.pop()
                continue
            missing = [m for entry in mapping.merges for m in merged(entry) if not m._indexed]
            if missing:
                waiting.extend(missing)
                continue
            mapping.index, mapping._indexed = mapping._merge(), True

    def _merge(self) -> dict[str, Entry]:
        index: dict[str, Entry] = {}
        for entry in self.written:
            if entry.is_merge:
                for source in merged(entry):
                    index.update((each.name, each) for each in source.entries)
            else:
                index[entry.name] = entry
        return index


class Sequence(_Collection):
    """Items in order."""

    __slots__ = ("_items",)

    def __init__(self, raw: Raw, origin: Origin) -> None:
        self._raw = raw
        self._origin = origin
        self._end = -1
        self._items: tuple[Node, ...] | None = None

    def __repr__(self) -> str:
        return f"Sequence({len(self.items)} items, {self.start}:{self.end})"

    @property
    def items(self) -> tuple[Node, ...]:
        """The items; for an alias the anchored node."""
        if self._items is None:
            origin = self._origin
            self._items = tuple([wrap(raw, origin) for raw in raws.items(self._raw)])
        return self._items

    def place(self, position: int) -> Span:
        """Where an item is used: the alias if there is one, else the item itself."""
        used = raws.places(self._raw, self._origin) if self._origin.shared is not None else None
        return (used and used[position]) or self.items[position].span


Node = Scalar | Mapping | Sequence
"""A value of a document; `match` on the three classes is exhaustive."""


def merged(entry: Entry) -> list[Mapping]:
    """Mappings that a merge key brings in, in the order of application: later ones overwrite earlier ones."""
    value = entry.value
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, Sequence) and not entry.is_alias:
        return [item for item in reversed(value.items) if isinstance(item, Mapping)]
    return []


def wrap(raw: Raw, origin: Origin) -> Node:
    """Node of a raw node; where aliases occur, the same node for the same raw node."""
    shared = origin.shared
    if shared is not None:
        known: Node | None = shared.get(id(raw))
        if known is not None:
            return known
    if type(raw) is tuple:
        made: Node = Scalar(*raw) if len(raw) == 5 else Mapping(raw, origin) if raw[0] else Sequence(raw, origin)
    elif type(raw.value) is not str:
        made = Mapping(raw, origin) if raw.id == "mapping" else Sequence(raw, origin)
    elif origin.decorated or raw.style in ("|", ">"):
        made = wrap_scalar(raw, origin)
    else:
        base = origin.base
        made = Scalar(raw.value, raw.style, None, raw.start_mark.index + base, raw.end_mark.index + base)
    if shared is not None:
        shared[id(raw)] = made
    return made


def wrap_scalar(raw: Raw, origin: Origin) -> Scalar:
    """Scalar of a raw scalar."""
    if type(raw) is tuple:
        return Scalar(*raw)
    tag = raws.scalar_tag(raw, origin) if origin.decorated else None
    return Scalar(raw.value, raw.style, tag, *raws.scalar_span(raw, origin))


def frozen(node: Node) -> Raw:
    """Tuples with the content of a node and everything below it, see `raws`."""
    if isinstance(node, Scalar):
        return (node.value, node.style, node.tag, node.start, node.end)
    return raws.freeze(node.raw, node._origin)


def thawed_entry(name: str, key: Scalar, value: Node, place: Span | None) -> Entry:
    """Entry of a mapping that did not come along: the inverse of pickling one."""
    entry = Entry(name, key, None, Origin("", 0), place)
    entry.value = value
    entry.given = None if isinstance(value, Scalar) and value.is_null else value
    return entry


def thaw(raw: Raw, aliased: bool) -> Node:
    """Node of a frozen raw node: the inverse of pickling."""
    return wrap(raw, Origin("", 0, aliased=aliased, root=raw))


def recalled(text: str, base: int, end: int) -> Mapping:
    """The root of a document, composed when somebody looks: the inverse of pickling one."""
    return Mapping(None, Origin(text, base, end=end))
