"""Whether words occur in a resource at all, told from its text: what nobody wrote need not be looked for."""

from __future__ import annotations

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.yaml.nodes import Mapping

HIDING = ("\\", "*")
"""Escapes spell words in other ways, and aliases stand for what is written elsewhere."""


def may_mention(resource: Resource, words: tuple[str, ...], *, any_case: bool = False) -> bool:
    """Whether one of the words may occur in the resource; with `any_case`, of lower-case words in any spelling."""
    node = resource.cursor.node
    if node is None:
        return False
    span = node.extent if isinstance(node, Mapping) else node.span
    text = resource.cursor.source.text[span.start : span.end]
    if any_case:
        text = text.lower()
    return any(word in text for word in (*words, *HIDING))
