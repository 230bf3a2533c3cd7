"""A text with the place of each of its characters: what adapters hand to settings.

A flag may stand in a plain scalar, inside a shell script of a block scalar, or in a unit
file; a rule only wants to know where the offending word is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from hullmark.linter.finding import ResourceRef
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.nodes import Scalar, Sequence

Marks = tuple[tuple[int, int], ...]
"""Runs of characters that stand together: offset in the word, offset in the file."""


class Word:
    """`text` as the component reads it. `whole` is the span of all of it in the file.

    `marks` map the text to the file; without them (escapes, encodings) every part has the
    place of the whole.
    """

    __slots__ = ("marks", "owner", "path", "source", "text", "whole")

    def __init__(
        self,
        text: str,
        source: Source,
        whole: Span,
        marks: Marks = (),
        path: tuple[str, ...] = (),
        owner: ResourceRef | None = None,
    ) -> None:
        self.text = text
        self.source = source
        self.whole = whole
        self.marks = marks
        self.path = path
        self.owner = owner

    def __repr__(self) -> str:
        return f"Word({self.text!r})"

    @property
    def place(self) -> Place:
        """Where it is written."""
        return Place(self.source, self.whole, self.path, self.owner)

    def part(self, start: int, end: int) -> Word:
        """The characters from `start` up to `end` as a word of their own."""
        marks = self.marks
        if len(marks) == 1:  # most words stand in one piece
            at = marks[0][1] + start - marks[0][0]
            span = Span(at, at + end - start if end > start else at)
            return Word(self.text[start:end], self.source, span, ((0, at),), self.path, self.owner)
        return Word(self.text[start:end], self.source, self.span(start, end), self._marks(start, end), *self._context)

    def span(self, start: int, end: int) -> Span:
        """Range in the file of a part of the text; the whole where it cannot be mapped."""
        if not self.marks:
            return self.whole
        if start >= end:
            at = self._outer(start)
            return Span(at, at)
        return Span(self._outer(start), self._outer(end - 1) + 1)

    def labelled(self, label: str) -> Word:
        """The same word, known by `label` instead of its place in a list: flags may be reordered."""
        return Word(self.text, self.source, self.whole, self.marks, (*self.path[:-1], label), self.owner)

    def renamed(self, text: str) -> Word:
        """Another text at the same place: its parts cannot be told apart."""
        return Word(text, self.source, self.whole, (), *self._context)

    def split(self, separator: str) -> tuple[Word, ...]:
        """Parts between separators, trimmed, empty ones dropped."""
        return tuple(self._split(separator))

    def _split(self, separator: str) -> Iterator[Word]:
        start = 0
        for piece in self.text.split(separator):
            inner = piece.strip()
            if inner:
                at = start + piece.index(inner)
                yield self.part(at, at + len(inner))
            start += len(piece) + len(separator)

    @property
    def _context(self) -> tuple[tuple[str, ...], ResourceRef | None]:
        return (self.path, self.owner)

    def _outer(self, at: int) -> int:
        index = max(bisect_right(self.marks, (at, 1 << 60)) - 1, 0)
        inner, outer = self.marks[index]
        return outer + at - inner

    def _marks(self, start: int, end: int) -> Marks:
        if not self.marks:
            return ()
        found = [(0, self._outer(start))]
        found += [(inner - start, outer) for inner, outer in self.marks if start < inner < end]
        return tuple(found)


def scalar_word(cursor: Cursor) -> Word | None:
    """The scalar at `cursor` as a word, with its characters mapped where the style allows; else None."""
    node = cursor.node
    if not isinstance(node, Scalar):
        return None
    span = node.span
    text = node.value
    return Word(text, cursor.source, span, scalar_marks(cursor.source.text, span, text), cursor.path, cursor.owner)


def scalar_words(holder: Cursor) -> list[Word]:
    """The scalars of a list as words, made without cursors: command lines are long. Other items are left out."""
    words = ListedWords((holder,))
    return [words[at] for at in range(len(words))]


class ListedWords:
    """The scalars of lists as words, from one on, each made when it is asked for."""

    def __init__(self, lists: Iterable[Cursor], start: int = 0) -> None:
        found = [(index, each, holder) for holder in lists for index, each in _scalars(holder)]
        self._scalars = found[start:]

    def __len__(self) -> int:
        return len(self._scalars)

    def __getitem__(self, at: int) -> Word:
        index, item, holder = self._scalars[at]
        span, text, source = item.span, item.value, holder.source
        marks = scalar_marks(source.text, span, text)
        return Word(text, source, span, marks, (*holder.path, f"[#{index}]"), holder.owner)


def _scalars(holder: Cursor) -> list[tuple[int, Scalar]]:
    """Scalars of a list with their positions, without nulls; a plain word of more than four letters is none."""
    node = holder.node
    if not isinstance(node, Sequence):
        return []
    return [
        (index, item)
        for index, item in enumerate(node.items)
        if type(item) is Scalar and ((item.tag is None and (item.style or item.value[4:])) or not is_null(item))
    ]


def scalar_texts(holder: Cursor) -> tuple[str, ...]:
    """Texts of the scalars of a list."""
    return tuple([item.value for _, item in _scalars(holder)])


def has_items(holder: Cursor) -> bool:
    """Whether a list is not empty."""
    return isinstance(holder.node, Sequence) and bool(holder.node.items)


def is_null(node: Scalar) -> bool:
    """Whether a scalar counts as absent."""
    return (node.tag is not None or (not node.style and len(node.value) <= 4)) and node.resolved is None


def scalar_marks(source: str, span: Span, text: str) -> Marks:
    """Marks of a scalar's text: exact for plain, quoted and literal scalars without escapes."""
    raw = source[span.start : span.end]
    if raw == text:
        return ((0, span.start),)
    if raw[1:-1] == text:
        return ((0, span.start + 1),)
    if raw[:1] in "|>":
        return _block_marks(raw, span.start, text)
    return ()


def _block_marks(raw: str, base: int, text: str) -> Marks:
    """Line by line: a block scalar's value keeps its lines in order, less their indentation."""
    marks = []
    at = raw.find("\n") + 1
    inner = 0
    if not at:
        return ()
    pieces = text.split("\n") if raw[0] == "|" else text.replace("\n", " ").split(" ")
    for piece in pieces:
        if piece:
            found = raw.find(piece, at)
            if found < 0:
                return ()
            marks.append((inner, base + found))
            at = found + len(piece)
        inner += len(piece) + 1
    return tuple(marks)
