"""Documents inside scalars: a configuration in a ConfigMap, a manifest in an installer's spec. Places are of the file.

Literal block scalars map exactly, line by line; so do plain and quoted scalars on one line without escapes. In a folded
block scalar a place inside is the line that holds it, since a fix within would be folded. Through anything else it is
the place of the scalar.
"""

from __future__ import annotations

from bisect import bisect_right

from hullmark.linter.patterns import regex
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml import raws
from hullmark.linter.yaml.documents import Document, documents
from hullmark.linter.yaml.nodes import Scalar, frozen, wrap
from hullmark.linter.yaml.raws import Origin, Raw

_LINE = regex(r"([^\r\n\x85\u2028\u2029]*)(?:\r\n|[\r\n\x85\u2028\u2029]|\Z)")


class Place:
    """Where the text of a scalar stands in its file: parts of it with their offsets there, or nowhere in particular."""

    __slots__ = ("_inner", "_outer", "_whole")

    def __init__(self, whole: Span, parts: list[tuple[int, int]]) -> None:
        self._whole = whole
        self._inner = [inner for inner, _ in parts]
        self._outer = [outer for _, outer in parts]

    @property
    def exact(self) -> bool:
        """Whether places inside the text have places of their own in the file."""
        return bool(self._inner)

    def span(self, inner: Span) -> Span:
        """Place in the file of a range of the text."""
        if not self._inner:
            return self._whole
        start = self._offset(inner.start)
        return Span(start, start if inner.end <= inner.start else max(self._offset(inner.end - 1) + 1, start))

    def _offset(self, inner: int) -> int:
        part = max(bisect_right(self._inner, inner) - 1, 0)
        return min(self._outer[part] + inner - self._inner[part], self._whole.end)


class Lines(Place):
    """Where the lines of a folded scalar stand: a range of the text has the place of all that is on its lines."""

    __slots__ = ("_ends",)

    def __init__(self, whole: Span, parts: list[tuple[int, int]], ends: list[int]) -> None:
        super().__init__(whole, parts)
        self._ends = ends

    def span(self, inner: Span) -> Span:
        """The lines of a range of the text."""
        first, last = (max(bisect_right(self._inner, at) - 1, 0) for at in (inner.start, inner.end - 1))
        return Span(self._outer[first], self._ends[max(first, last)])


class EmbeddedDocument(Document):
    """A document inside a scalar. `inner` is the same document with places in the text of the scalar."""

    __slots__ = ("inner", "place")

    def __init__(self, source: Source, inner: Document, place: Place) -> None:
        super().__init__(source, place.span(inner.span), inner.index, is_json=inner.is_json)
        self.inner = inner
        self.place = place

    @property
    def text(self) -> str:
        """The text as the program that reads the scalar gets it."""
        return self.inner.text

    def _compose(self) -> None:
        span = self.place.span
        self._composed = tuple(
            [p._replace(span=span(p.span), related=p.related and span(p.related)) for p in self.inner.problems]
        )
        root = self.inner.root
        if root is not None:
            moved = _moved(frozen(root), self.place)
            self._root = wrap(moved, Origin("", 0, aliased=True, root=moved))


def embedded(scalar: Scalar, source: Source) -> tuple[EmbeddedDocument, ...]:
    """Documents in the value of a scalar, split and composed as those of a file."""
    place = (_folded(scalar, source.text) if scalar.style == ">" else None) or _place(scalar, source.text)
    inner = source.within(scalar.value)
    return tuple(EmbeddedDocument(source, document, place) for document in documents(inner))


def placed(scalar: Scalar, source: Source) -> Place:
    """Where the value of a scalar stands in its file, for those who search it for more than documents."""
    return _place(scalar, source.text)


def _place(scalar: Scalar, text: str) -> Place:
    if scalar.style == "|":
        return Place(scalar.span, _literal_lines(scalar, text))
    quote = 1 if scalar.style in ("'", '"') else 0
    start = scalar.start + quote
    same = text[start : scalar.end - quote] == scalar.value != ""
    return Place(scalar.span, [(0, start)] if same else [])


def _folded(scalar: Scalar, text: str) -> Lines | None:
    """The lines of a folded scalar, whose breaks may be blanks in its value; None if they do not fit."""
    header = _LINE.match(text, scalar.start, scalar.end)
    value, inner, parts, ends = scalar.value, 0, [], []
    outer = scalar.end if header is None else header.end()
    indent = -1
    while outer < scalar.end:
        line = _LINE.match(text, outer, scalar.end)
        content = "" if line is None else line[1].strip(" ")
        if line is None:
            return None
        if content:
            indent = indent if indent >= 0 else len(line[1]) - len(line[1].lstrip(" "))
            written = line[1][indent:]
            gap = len(value) - inner - len(value[inner:].lstrip("\n" if written[0] == " " else " \n"))
            inner += gap
            if not value.startswith(written, inner):
                return None
            parts.append((inner, outer + indent))
            ends.append(outer + len(line[1]))
            inner += len(written)
        outer = line.end()
    return Lines(scalar.span, parts, ends) if parts else None


def _literal_lines(scalar: Scalar, text: str) -> list[tuple[int, int]]:
    """Offset in the value and in the file of every line of a literal block scalar; empty if they do not fit."""
    header = _LINE.match(text, scalar.start, scalar.end)
    if header is None:
        return []
    found: list[tuple[int, int]] = []
    inner, outer, indent = 0, header.end(), -1
    for line in scalar.value.splitlines(keepends=True):
        content = line.rstrip("\r\n\x85\u2028\u2029")
        written = _LINE.match(text, outer)
        if written is None:
            return []
        if indent < 0 and content:
            indent = len(written[1]) - len(content)
        if content and (indent < 0 or written[1][indent:] != content):
            return []
        found.append((inner, outer + min(max(indent, 0), len(written[1]))))
        inner += len(line)
        outer = written.end()
    return found


def _moved(root: Raw, place: Place) -> Raw:
    """The raw tree with places in the file."""
    order, waiting = [], [root]
    while waiting:
        raw = waiting.pop()
        order.append(raw)
        if not raws.is_scalar(raw):
            waiting.extend(raw[5])
    moved: dict[int, Raw] = {}
    for raw in reversed(order):
        if id(raw) in moved:
            continue
        start, end = place.span(Span(raw[3], raw[4]))
        if raws.is_scalar(raw):
            moved[id(raw)] = (*raw[:3], start, end)
            continue
        used = raw[6] and tuple([alias and place.span(alias) for alias in raw[6]])
        moved[id(raw)] = (*raw[:3], start, end, tuple([moved[id(child)] for child in raw[5]]), used)
    return moved[id(root)]
