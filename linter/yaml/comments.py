"""Comments of a document with their places, told apart from the same characters inside quoted and block scalars."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml.documents import Document
from hullmark.linter.yaml.embedded import EmbeddedDocument
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar
from hullmark.linter.yaml.trees import walk

# A comment needs a blank before it, save at the beginning of a line and next to brackets, commas and closing quotes.
_COMMENT = regex(r"(?:(?<=[\s,\[\]{}\"'])|\A)#[^\r\n\x85\u2028\u2029]*")

_HEADER = regex(r"[^\r\n]*")


class Comment(NamedTuple):
    """One comment. `text` is what stands behind `#`, without blanks around it."""

    span: Span
    text: str
    own_line: bool


def comments(document: Document, needle: str | None = None) -> Iterator[Comment]:
    """Comments of a document and of the `---` line above it, in order; only those that contain `needle`.

    Without any `#` (or `needle`) in the text nothing is composed. In a broken document every `#` behind a blank counts.
    """
    if isinstance(document, EmbeddedDocument):
        for comment in comments(document.inner, needle):
            yield comment._replace(span=document.place.span(comment.span))
        return
    text = document.source.text
    start, end = _with_border(document), document.span.end
    if text.find("#" if needle is None else needle, start, end) < 0:
        return
    scalars = _Scalars(document.root, text)
    here = start
    while (found := _COMMENT.search(text, here, end)) is not None:
        inside = scalars.end_around(found.start())
        here = found.end() if inside is None else inside
        if inside is None and (needle is None or needle in found[0]):
            line = max(text.rfind("\n", 0, found.start()), text.rfind("\r", 0, found.start())) + 1
            own_line = not text[line : found.start()].strip()
            yield Comment(Span(*found.span()), found[0][1:].strip(), own_line)


def _with_border(document: Document) -> int:
    """Offset of the `---` line above the document, if there is one."""
    text, start = document.source.text, document.span.start
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    return above if text.startswith("---", above, start) else start


class _Scalars:
    """Ranges in which `#` is no comment: scalars, but not the first line of a block scalar."""

    def __init__(self, root: Node | None, text: str) -> None:
        spans = sorted(_hiding(root, text)) if root is not None else []
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def end_around(self, offset: int) -> int | None:
        """End of the range that contains `offset`, if one does."""
        position = bisect_right(self._starts, offset) - 1
        return self._ends[position] if position >= 0 and offset < self._ends[position] else None


def _hiding(root: Node, text: str) -> Iterator[tuple[int, int]]:
    for node in walk(root):
        if isinstance(node, Mapping):
            yield from (entry.key.span for entry in node.written if "#" in entry.key.value)
        elif isinstance(node, Scalar) and "#" in node.value:
            header = _HEADER.match(text, node.start, node.end) if node.style in ("|", ">") else None
            yield (header.end() if header else node.start), node.end
