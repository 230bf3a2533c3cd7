"""Composition from libyaml's events: slower than the C composer, for documents that it refuses and kubectl reads.

Anchors may be defined again (YAML 1.2 allows it), and colons inside plain scalars between brackets are accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hullmark.linter.text import Span
from hullmark.linter.yaml import limits, raws
from hullmark.linter.yaml.limits import RefusedError
from hullmark.linter.yaml.problems import Kind, Problem
from hullmark.linter.yaml.raws import Raw


def _tag(event: Any) -> str | None:
    """Explicit tag. `!` alone says that a plain scalar is text; elsewhere it says nothing."""
    found = None if event.ctag is None else str(event.ctag)
    return None if found == "!" and getattr(event, "style", None) != "" else found


class _Open:
    """A collection whose end has not come yet."""

    __slots__ = ("anchor", "children", "flow", "mapping", "places", "start", "tag")

    def __init__(self, event: Any, start: int) -> None:
        self.mapping = type(event).__name__ == "MappingStartEvent"
        self.start = start
        self.tag = _tag(event)
        self.flow = bool(event.flow_style)
        self.anchor: str | None = event.anchor
        self.children: list[Raw] = []
        self.places: list[Span | None] = []

    def closed(self, end: int) -> Raw:
        """The finished collection; a block collection ends with its last child."""
        if not self.flow and self.children:
            last = self.places[-1]
            end = self.children[-1][4] if last is None else last.end
        places = self.places[1::2] if self.mapping else self.places
        used = tuple(places) if any(places) else None
        return (self.mapping, self.tag, self.flow, self.start, end, tuple(self.children), used)


class Composer:
    """One composition of a document: `text[base:]` was given to the parser, `restored` undoes a mask in values."""

    def __init__(self, parser: Any, text: str, base: int, restored: Callable[[str], str]) -> None:
        self._parser = parser
        self._text = text
        self._base = base
        self._restored = restored
        self._anchors: dict[str, Raw | _Open] = {}
        self._open: list[_Open] = []
        self._root: Raw = None
        self._count = 0
        self.aliased = False

    def root(self) -> Raw:
        """Raw root of the first document, None if there is none; raises the parser's errors and RefusedError."""
        steps: dict[str, Callable[[Any, Span], None]] = {
            "ScalarEvent": self._scalar,
            "AliasEvent": self._alias,
            "MappingStartEvent": self._enter,
            "SequenceStartEvent": self._enter,
            "MappingEndEvent": self._leave,
            "SequenceEndEvent": self._leave,
        }
        while self._parser.check_event():
            event = self._parser.get_event()
            kind = type(event).__name__
            if kind == "DocumentEndEvent":
                break
            step = steps.get(kind)
            if step is not None:
                step(event, Span(event.start_mark.index + self._base, event.end_mark.index + self._base))
        return self._root

    def dropped(self) -> bool:
        """Whether the text goes on after the first document."""
        return self._parser.check_event() and type(self._parser.get_event()).__name__ != "StreamEndEvent"

    def _add(self, raw: Raw, place: Span | None = None) -> None:
        if self._open:
            self._open[-1].children.append(raw)
            self._open[-1].places.append(place)
        else:
            self._root = raw

    def _begin(self, start: int) -> None:
        """A child begins: what stands between the start of a new collection and it is anchor and tag."""
        if len(self._open) >= limits.MAX_DEPTH:
            raise limits.too_deep(start)
        self._count += 1
        if self._count > limits.MAX_NODES:
            raise limits.too_many(start)
        if self._open and not self._open[-1].children:
            parent = self._open[-1]
            if self._text.startswith(("&", "!"), parent.start):
                parent.start = raws.after_properties(self._text, parent.start, max(start, parent.start))

    def _scalar(self, event: Any, span: Span) -> None:
        self._begin(span.start)
        begin, end = raws.trimmed(self._text, *span, event.style)
        raw = (self._restored(event.value), event.style or "", _tag(event), begin, end)
        if event.anchor is not None:
            self._anchors[event.anchor] = raw
        self._add(raw)

    def _alias(self, event: Any, span: Span) -> None:
        self._begin(span.start)
        target = self._anchors.get(event.anchor)
        if target is None:
            raise RefusedError(Problem(Kind.SYNTAX, "no anchor of this name stands before the alias", span))
        if isinstance(target, _Open):
            raise RefusedError(Problem(Kind.ALIASING, "an anchored value contains itself", span))
        self.aliased = True
        self._add(target, span)

    def _enter(self, event: Any, span: Span) -> None:
        self._begin(span.start)
        collection = _Open(event, span.start)
        if event.anchor is not None:
            self._anchors[event.anchor] = collection
        self._open.append(collection)

    def _leave(self, event: Any, span: Span) -> None:
        collection = self._open.pop()
        if not collection.children and self._text.startswith(("&", "!"), collection.start):
            collection.start = raws.after_properties(self._text, collection.start, span.start)
        raw = collection.closed(span.end)
        if collection.anchor is not None and self._anchors.get(collection.anchor) is collection:
            self._anchors[collection.anchor] = raw
        self._add(raw)
