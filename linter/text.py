"""Text of one file and places in it: the only module that knows lines and columns.

Every other module stores a `Span` (offsets) and asks `Source.region` when it
has to speak to a person or to another program.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, count
from operator import add
from typing import TypeVar

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

T = TypeVar("T")

_BREAK = regex(r"\r\n|\n|\r")


class Span(NamedTuple):
    """Half-open range of 0-based code point offsets into `Source.text`."""

    start: int
    end: int

    def touches(self, other: Span) -> bool:
        """Whether the two ranges share a code point, or meet where one is empty."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end

    def shifted(self, offset: int) -> Span:
        """The same range, `offset` code points further right."""
        return Span(self.start + offset, self.end + offset)


class Region(NamedTuple):
    """Lines and columns of a span: all 1-based, columns in code points, end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Source:
    """Decoded text of one file under the path that reports show.

    `path` uses forward slashes and is relative where it can be; it is hostile
    input and is escaped by the reporters, not here. `text` has no byte order
    mark and keeps its line breaks (LF, CRLF or CR) as written.

    What was made of a text holds for every file with that text whose path answers the same to what was `asked`.
    `mentioned` are the answers of `mentions`: what was made of a part of the text depends on them as well.
    To read `path` is a question to which no other path has the same answer. `shown` is the path for who names a place
    by it and decides nothing: that is no question.
    """

    __slots__ = ("_starts", "asked", "mentioned", "path", "shown", "text")

    path: str

    def __init__(self, path: str, text: str) -> None:
        self.shown = path
        self.text = text
        self.asked: dict[Callable[[str], object], object] = {}
        self._starts: Sequence[int] | None = None
        self.mentioned: dict[tuple[str, ...], bool] = {}

    def __reduce__(self) -> tuple[type[Source], tuple[str, str]]:
        return (Source, (self.shown, self.text))

    def __repr__(self) -> str:
        return f"Source({self.shown!r}, {len(self.text)} code points)"

    def __getattr__(self, name: str) -> str:
        # Slots are asked in vain only once: whoever links files reads their paths again and again.
        if name != "path":
            raise AttributeError(name)
        self.path = path = self.tells(str)
        return path

    def tells(self, question: Callable[[str], T]) -> T:
        """The answer of a pure function of the path."""
        answer = self.asked[question] = question(self.shown)
        return answer

    def within(self, text: str) -> Source:
        """A text that stands in this one: what is asked about the path there is asked about it here."""
        inner = Source(self.shown, text)
        inner.asked = self.asked
        return inner

    def mentions(self, *words: str) -> bool:
        """Whether one of the words occurs; looked for once, for a text may be long and hold thousands of objects."""
        known = self.mentioned.get(words)
        if known is None:
            known = False
            for word in words:
                if word in self.text:
                    known = True
                    break
            self.mentioned[words] = known
        return known

    @property
    def has_returns(self) -> bool:
        """Whether there is a carriage return."""
        return self.mentions("\r")

    def release(self) -> None:
        """Lets go of the offsets of lines; they are found again for whoever asks."""
        self._starts = None

    @property
    def line_starts(self) -> Sequence[int]:
        """Offset of the first code point of every line."""
        if self._starts is None:
            self._starts = _starts(self.text)
        return self._starts

    def region(self, span: Span) -> Region:
        """Lines and columns of `span`; offsets outside the text are clamped to it."""
        starts = self.line_starts
        size = len(self.text)
        start = min(max(span.start, 0), size)
        end = min(max(span.end, start), size)
        line = bisect_right(starts, start)
        end_line = bisect_right(starts, end)
        return Region(line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)

    def first_line_region(self, span: Span) -> Region:
        """`region`, cut at the end of its first line: what a pull request can show."""
        found = self.region(span)
        if found.end_line == found.line:
            return found
        return Region(found.line, found.column, found.line, len(self.line(found.line)) + 1)

    def line(self, number: int) -> str:
        """Text of the 1-based line without its line break; empty when there is no such line."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def line_span(self, number: int) -> Span:
        """Range of the 1-based line without its line break."""
        start = self.line_starts[number - 1]
        return Span(start, start + len(self.line(number)))

    def slice(self, span: Span) -> str:
        """Text that `span` covers."""
        return self.text[span.start : span.end]


def _starts(text: str) -> Sequence[int]:
    # A number of a list takes ten times the four bytes, and they are kept for every text with a finding.
    if "\r" in text:
        return array("I", (0, *(found.end() for found in _BREAK.finditer(text))))
    # Three times as fast, and most texts are so.
    starts = array("I", map(add, accumulate(map(len, text.split("\n")), initial=0), count()))
    starts.pop()
    return starts


def utf16_column(line: str, column: int) -> int:
    """1-based UTF-16 column of a 1-based code point `column` in `line` (SARIF, language servers)."""
    prefix = line[: column - 1]
    if prefix.isascii():
        return column
    return 1 + len(prefix.encode("utf-16-le", "surrogatepass")) // 2


class Edit(NamedTuple):
    """Replacement of the text that `span` covers; an empty span inserts, an empty text deletes."""

    span: Span
    replacement: str
