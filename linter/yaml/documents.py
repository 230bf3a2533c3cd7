"""A file as documents, split where kubectl splits it, each composed on its own so that none hides another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hullmark.linter.patterns import regex
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml import compose
from hullmark.linter.yaml.limits import MAX_DOCUMENTS
from hullmark.linter.yaml.nodes import Node, wrap
from hullmark.linter.yaml.problems import Kind, Problem

_BORDER = regex(r"---([^\r\n]*)(?:\r\n|\n|\r)?")
_INK = regex(r"\S")
_JSON_START = regex(r"\s*+\{")
_VERSION = regex(r"%YAML[ \t]+(?!1\.1[ \t\r\n#])([^\s#]+)")


class Document:
    """One document of a file. `root` is None when the document is empty or broken; `problems` tells which.

    `span` is the text between its borders; nodes carry offsets into `source`.
    """

    __slots__ = ("_composed", "_given", "_root", "index", "is_json", "source", "span")

    def __init__(
        self, source: Source, span: Span, index: int = 0, problems: tuple[Problem, ...] = (), is_json: bool = False
    ) -> None:
        self.source = source
        self.span = span
        self.index = index
        self.is_json = is_json
        self._given = problems
        self._composed: tuple[Problem, ...] | None = None
        self._root: Node | None = None

    def __repr__(self) -> str:
        return f"Document({self.source.path!r}, {self.index}, {self.span.start}:{self.span.end})"

    @property
    def root(self) -> Node | None:
        """The value of the document, composed at the first access."""
        if self._composed is None:
            self._compose()
        return self._root

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the document as YAML; a fatal problem means that `root` is None."""
        if self._composed is None:
            self._compose()
        return self._given + (self._composed or ())

    @property
    def broken(self) -> bool:
        """Whether the document could not be read."""
        return any(problem.fatal for problem in self.problems)

    @property
    def empty(self) -> bool:
        """Whether there is nothing but blanks and comments."""
        return self.root is None and not self.broken

    @property
    def text(self) -> str:
        """The written text, comments included."""
        return self.source.text[self.span.start : self.span.end]

    def release(self) -> None:
        """Let go of the tree once nobody needs it: memory that is used again at once is much cheaper than new memory.

        Nodes that are held elsewhere stay as they are; the next access to `root` composes again.
        """
        self._composed = None
        self._root = None

    def _compose(self) -> None:
        if any(problem.fatal for problem in self._given):
            self._composed = ()
            return
        found = compose.compose(self.source.text, self.span.start, self.span.end)
        if self.is_json:
            from hullmark.linter.yaml import json_text

            if not (json_text.same_as_yaml(self.source.text, self.span) and _settled(found)):
                found = json_text.compose(self.source.text, self.span)
        self._composed = found.problems
        if found.root is not None:
            self._root = wrap(found.root, found.origin)


def _settled(found: compose.Composed) -> bool:
    """Whether reading as YAML came to an end: JSON that is no YAML is a syntax error there."""
    return found.root is not None or any(problem.kind in (Kind.NESTING, Kind.SIZE) for problem in found.problems)


def documents(source: Source, problems: Iterable[Problem] = ()) -> tuple[Document, ...]:
    """Documents of a file in order. `problems` of decoding make the documents broken in which they lie."""
    text = source.text
    given = sorted(problems, key=lambda problem: problem.span)
    found: list[Document] = []
    for span, fault in _chunks(text):
        if len(found) > MAX_DOCUMENTS:
            break
        faults = [] if fault is None else [fault]
        while given and given[0].span.start < span.end:
            faults.append(given[0])
            if given[0].span.end > span.end:
                break
            given.pop(0)
        if not faults and _JSON_START.match(text, span.start, span.end):
            found.extend(_json_documents(source, span, len(found)))
        else:
            found.append(Document(source, span, len(found), tuple(faults)))
    if len(found) > MAX_DOCUMENTS:
        rest = Span(found[MAX_DOCUMENTS].span.start, len(text))
        problem = Problem(
            Kind.SIZE, f"more than {MAX_DOCUMENTS} documents in one file", Span(rest.start, rest.start + 1)
        )
        found[MAX_DOCUMENTS:] = [Document(source, rest, MAX_DOCUMENTS, (problem,))]
    return tuple(found)


def borders(text: str) -> Iterator[int]:
    """Offsets of the lines that begin with `---`, in order."""
    if text.startswith("---"):
        yield 0
    if "\r---" in text:  # a lone CR ends a line in YAML, though not for kubectl, which would drop what follows
        yield from (found.end() for found in re.finditer(r"[\r\n](?=---)", text))
        return
    here = text.find("\n---")
    while here >= 0:
        yield here + 1
        here = text.find("\n---", here + 1)


def _chunks(text: str) -> Iterator[tuple[Span, Problem | None]]:
    """The text between borders, with what is wrong with the border before it. Chunks without any text are left out."""
    start = 0
    fault: Problem | None = None
    for border in borders(text):
        if border > start and text.find("%", start, border) >= 0 and _is_directives(text, start, border):
            fault = _version_fault(text, start, border)  # the directives belong to the document below the border
            continue
        if fault is not None or _INK.search(text, start, border):
            yield Span(start, border), fault
        line = _BORDER.match(text, border)
        assert line is not None  # noqa: S101  # borders are where it matches
        start = line.end()
        fault = _separator_fault(line)
    if fault is not None or _INK.search(text, start):
        yield Span(start, len(text)), fault


def _is_directives(text: str, start: int, border: int) -> bool:
    lines = text[start:border].lstrip("\ufeff").splitlines()
    return all(not line.strip() or line.lstrip().startswith("#") or line.startswith("%") for line in lines)


def _version_fault(text: str, start: int, border: int) -> Problem | None:
    found = _VERSION.search(text, start, border)
    return found and Problem(Kind.SYNTAX, "Kubernetes reads YAML 1.1 only", Span(*found.span()))


def _separator_fault(line: re.Match[str]) -> Problem | None:
    """kubectl refuses `--- text` since 1.22 and dropped the text before."""
    rest = line[1].strip()
    if not rest or rest.startswith("#"):
        return None
    begin = line.start(1) + line[1].index(rest)
    return Problem(Kind.SEPARATOR, "text after '---' on the same line", Span(begin, begin + len(rest)))


def _json_documents(source: Source, span: Span, index: int) -> list[Document]:
    """Documents of a chunk that begins with a brace: a stream of JSON values, or one YAML document after all."""
    from hullmark.linter.yaml import json_text

    text = source.text
    values = json_text.values(text, span, MAX_DOCUMENTS + 1 - index)
    if not values:
        return [Document(source, span, index)]
    found = [Document(source, value, index + number, is_json=True) for number, value in enumerate(values)]
    rest = _INK.search(text, values[-1].end, span.end)
    if rest is None:
        return found
    apart = "\n" in text[values[-1].end : rest.start()] or rest[0] == "#"
    if len(values) == 1 and apart:  # kubectl takes up YAML after one JSON object
        found.append(Document(source, Span(values[-1].end, span.end), index + 1))
        return found
    last = found[-1]
    place = Span(rest.start(), len(text[rest.start() : span.end].split("\n", 1)[0].rstrip()) + rest.start())
    dropped = Problem(Kind.DROPPED, "text after a JSON object that is no further JSON object", place, fatal=False)
    found[-1] = Document(source, last.span, last.index, (dropped,), is_json=True)
    return found
