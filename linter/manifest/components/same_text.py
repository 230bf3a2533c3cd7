"""Texts that alone decide what they say: what was found out about one need not be found out about the next."""

from __future__ import annotations

from hullmark.linter.text import Source
from hullmark.linter.yaml.nodes import Node

LARGEST = 1 << 13
"""Characters of a text that is worth remembering."""


def same_text(node: Node, source: Source) -> str:
    """The text of a node; empty where aliases or tags of the file may say more, and for large ones.

    What a first line means depends on its column, which is kept as blanks. It is meaningless where a document was
    decoded out of another text: its places hold something else.
    """
    if source.mentions("&", "!"):
        return ""
    text, start, end = source.text, node.start, node.end
    return " " * (start - text.rfind("\n", 0, start) - 1) + text[start:end] if end - start <= LARGEST else ""
