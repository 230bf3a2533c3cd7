"""Documents of which nobody reads more than the beginning: the rest is only checked for being YAML.

libyaml checks four times as fast as it composes. Whatever is not plainly well is composed as usual, so that
every complaint is the one that the whole document gets.
"""

from __future__ import annotations

from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml import compose
from hullmark.linter.yaml.documents import Document
from hullmark.linter.yaml.nodes import wrap

# libyaml goes through all open brackets at every token: thousands of them, and it takes minutes.
_MOST_BRACKETS = 2_000
# Aliases are resolved by the composer, whose complaint is missed where there is no anchor.
_ALIAS = regex(r"\*[0-9A-Za-z_-]")


class HeadDocument(Document):
    """A document whose root holds what is written before `head_end`, a border between two entries of its mappings."""

    __slots__ = ("head_end",)

    def __init__(self, document: Document, head_end: int) -> None:
        super().__init__(document.source, document.span, document.index)
        self.head_end = head_end

    def _compose(self) -> None:
        text = self.source.text
        if not is_well_formed(text, self.span):
            super()._compose()
            return
        found = compose.compose(text, self.span.start, self.head_end)
        if found.root is None or found.problems:
            super()._compose()
            return
        self._composed = ()
        self._root = wrap(found.root, found.origin)


def is_well_formed(text: str, span: Span) -> bool:
    """Whether the range is surely one YAML document that the composer takes; False may mean that this is not known."""
    chunk = text[span.start : span.end]
    if "\n..." in chunk or "\ufeff" in chunk or chunk.count("[") + chunk.count("{") > _MOST_BRACKETS:
        return False
    if "*" in chunk and _ALIAS.search(chunk):
        return False
    return compose.is_syntax(chunk)
