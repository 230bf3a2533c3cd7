"""Recognising templates that still have to be rendered: what they will say is not known, and is not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.file import ManifestFile
from hullmark.linter.yaml.documents import Document
from hullmark.linter.yaml.nodes import Mapping, Node, Sequence

# An action where YAML expects a key or a value: outside of quotes, or alone on its line.
_ACTION = re.compile(r"(?:^|[\r\n])[ \t]*(?:- +)*(?:\{\{|\{%)|[:,\[{][ \t]+(?:\{\{|\{%)")


def is_unrendered(manifest: ManifestFile) -> bool:
    """Whether template actions stand where YAML expects keys or values.

    Actions inside strings are values that are not known yet; they do not make a file unreadable.
    """
    text = manifest.source.text
    if "{{" not in text and "{%" not in text:
        return False
    return any(_is_unrendered(text, document) for document in manifest.documents)


def _is_unrendered(text: str, document: Document) -> bool:
    start, end = document.span
    action = _ACTION.search(text, start, end)
    if action is None:
        return False
    if document.broken:
        # What follows the first complaint may be anything; what breaks because of an action comes after it.
        fault = next(problem for problem in document.problems if problem.fatal)
        line_end = text.find("\n", fault.span.start)
        return action.start() <= (line_end if line_end >= 0 else end)
    return document.root is not None and any(text.startswith("{{", node.start) for node in _mappings(document.root))


def _mappings(root: Node) -> Iterator[Mapping]:
    """Every mapping of a document; a value that is used several times counts once."""
    waiting: list[Node] = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            yield node
            waiting.extend(entry.value for entry in node.entries)
        elif isinstance(node, Sequence):
            waiting.extend(node.items)
