"""Fixes that add a whole object: a document behind the one that is judged, in the same file."""

from __future__ import annotations

import re

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.patterns import regex
from hullmark.linter.rule.hit import Fix, put_off
from hullmark.linter.text import Edit, Source, Span
from hullmark.linter.yaml import writing
from hullmark.linter.yaml.nodes import Mapping
from hullmark.linter.yaml.trees import Plain

_NEXT = regex(r"^(---|\.\.\.)(?=\s|$)", re.MULTILINE)


@put_off
def document_behind(resource: Resource, value: Plain, description: str, *, safe: bool = False) -> Fix | None:
    """Adds an object as a document of its own; None for items of lists, JSON and streams with other marks."""
    cursor = resource.cursor
    node, text = cursor.node, cursor.source.text
    if cursor.path or not isinstance(node, Mapping) or node.flow or cursor.source.has_returns:
        return None
    following = _NEXT.search(text, node.end)
    if following is not None and following[0] != "---":
        return None
    at = len(text) if following is None else following.start()
    if text[node.end : at].strip() and following is None and not _only_comments(text[node.end : at]):
        return None
    written = "---\n" + "\n".join(writing.block(value)) + "\n"
    if not text[:at].endswith("\n"):
        written = "\n" + written
    edits: tuple[tuple[Source, Edit], ...] = ((cursor.source, Edit(Span(at, at), written)),)
    return Fix(description, edits, safe)


def _only_comments(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n"))


__all__ = ["Plain", "document_behind"]
