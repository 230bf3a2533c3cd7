"""Recognising templates that still have to be rendered: what they will say is not known, and is not judged."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.file import ManifestFile
from hullmark.linter.patterns import regex
from hullmark.linter.yaml.documents import Document
from hullmark.linter.yaml.nodes import Mapping, Node, Sequence

_OPENING = regex(r"\{[{%]")
# What may stand before an action on its line where YAML expects a key or a value: outside of quotes, or nothing.
_ALONE = regex(r"[ \t]*+(?:- ++)*+")


def is_unrendered(manifest: ManifestFile) -> bool:
    """Whether template actions stand where YAML expects keys or values.

    Actions inside strings are values that are not known yet; they do not make a file unreadable.
    """
    text = manifest.source.text
    if "{{" not in text and "{%" not in text and "${" not in text:
        return False
    return any(_is_unrendered(text, document) for document in manifest.documents)


def _is_unrendered(text: str, document: Document) -> bool:
    if document.broken and _breaks_at_variable(text, document):
        return True
    action = _first_action(text, *document.span)
    if action < 0:
        return False
    if document.broken:
        # What follows the first complaint may be anything; what breaks because of an action comes after it.
        fault = next(problem for problem in document.problems if problem.fatal)
        line_end = text.find("\n", fault.span.start)
        return action <= (line_end if line_end >= 0 else document.span.end)
    return document.root is not None and any(text.startswith("{{", node.start) for node in _mappings(document.root))


def _breaks_at_variable(text: str, document: Document) -> bool:
    """Whether the first line that breaks has a variable of envsubst, whose braces YAML takes for its own."""
    fault = next(problem for problem in document.problems if problem.fatal)
    start, end = text.rfind("\n", 0, fault.span.start) + 1, text.find("\n", fault.span.start)
    return text.find("${", start, end if end >= 0 else len(text)) >= 0


def _first_action(text: str, start: int, end: int) -> int:
    """Offset of the first action where YAML expects a key or a value; -1 where there is none."""
    line = last = start
    for found in _OPENING.finditer(text, start, end):
        at = found.start()
        # Only what lies between two of them is looked at: a line may be as long as the file.
        line = max(line, text.rfind("\n", last, at) + 1, text.rfind("\r", last, at) + 1)
        last = at
        before = at - 1
        while before >= line and text[before] in " \t":
            before -= 1
        if before < at - 1 and before >= line and text[before] in ":,[{":
            return at
        if _ALONE.fullmatch(text, line, at):
            return at
    return -1


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
