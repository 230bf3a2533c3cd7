"""Edits of a text that leave everything else as it is: comments, quotes, order, indentation and line breaks.

Every function gives an `Edit`, or None where the text is written in a way that it does not dare to touch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml import documents, raws, writing
from hullmark.linter.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence
from hullmark.linter.yaml.scalars import Value
from hullmark.linter.yaml.trees import Plain

_TO_END_OF_LINE = regex(r"[ \t]*(?:(?<=[ \t\r\n])#[^\r\n]*)?(?=[\r\n]|\Z)")
_LINE_BREAK = regex(r"\r\n|\n|\r|\Z")
_ONLY_COMMENTS = regex(r"(?:[ \t\r\n]*(?:#[^\r\n]*)?)*")
_BLANKS = regex(r"[ \t]*")
_BETWEEN = regex(rf"(?:{raws.SKIPPED.pattern},?){{2}}")


class Edit(NamedTuple):
    """Put `replacement` in the place of `span`; an empty span inserts."""

    span: Span
    replacement: str


class Conflict(NamedTuple):
    """Two edits that change the same text, or insert at the same place."""

    first: Edit
    second: Edit


def apply(text: str, edits: Iterable[Edit]) -> str | Conflict:
    """The text with all edits, or the first two that exclude each other. Equal edits count once."""
    parts: list[str] = []
    here = 0
    before: Edit | None = None
    for edit in sorted(set(edits)):
        if before is not None and (edit.span.start < here or edit.span.start == before.span.start):
            return Conflict(before, edit)
        parts += (text[here : edit.span.start], edit.replacement)
        here = edit.span.end
        before = edit
    return "".join([*parts, text[here:]])


def rewritten(source: Source, node: Node, written: str) -> Edit:
    """Replace the written text of a node by `written`, which is YAML on one line."""
    behind_colon = node.start == node.end and node.start > 0 and not source.text[node.start - 1].isspace()
    return Edit(node.span, f" {written}" if behind_colon else written)


def revalued(source: Source, scalar: Scalar, value: Value) -> Edit:
    """Replace the value of a scalar; text keeps the quotes of the old value, other values are written plain."""
    style = scalar.style if scalar.style in ("'", '"') else ""
    return rewritten(source, scalar, writing.scalar(value, style))


def deleted_entry(source: Source, mapping: Mapping, entry: Entry) -> Edit | None:
    """Delete a key with its value, and the comment behind it. The last key leaves `{}`."""
    written = mapping.written
    position = next((n for n, other in enumerate(written) if other.key is entry.key), None)
    if position is None or len(written) == 0 or mapping.invalid_keys:
        return None
    spans = [other.span for other in written]
    return _deleted(source, spans, position, mapping.span, "{}" if not mapping.flow else "", mapping.flow)


def deleted_item(source: Source, sequence: Sequence, position: int) -> Edit | None:
    """Delete an item of a sequence with its dash, and the comment behind it. The last item leaves `[]`."""
    places = [sequence.place(number) for number in range(len(sequence.items))]
    if sequence.flow:
        return _deleted(source, places, position, sequence.span, "", True)
    spans = []
    here = sequence.start
    for place in places:
        dash = raws.SKIPPED.match(source.text, here)
        start = here if dash is None else dash.end()
        if not source.text.startswith("-", start):
            return None
        spans.append(Span(start, max(place.end, start + 1)))
        here = spans[-1].end
    return _deleted(source, spans, position, sequence.span, "[]", False)


def deleted_document(source: Source, root: Mapping) -> Edit | None:
    """Take a document out of its file, with the comments inside its borders.

    None for the only document of a file, for JSON streams and directives, and where comments stand above the first
    document, since they may be about the file.
    """
    text = source.text
    borders = [*documents.borders(text), len(text)]
    before = max((border for border in borders if border <= root.start), default=None)
    after = min(border for border in borders if border >= root.end)
    first = 0 if before is None else _past_line(text, before)
    above, below = text[first : root.start], text[root.end : after]
    if not _ONLY_COMMENTS.fullmatch(below) or not _ONLY_COMMENTS.fullmatch(above):
        return None
    if not _has_content(text[: before or 0]) and not _has_content(text[after:]):
        return None
    if before is not None and text[:before].strip():
        return Edit(Span(before, after), "")
    if above.strip():
        return None
    return Edit(Span(first, _past_line(text, after)), "")


def _has_content(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith(("#", "---")) for line in text.splitlines())


def _past_line(text: str, here: int) -> int:
    """Where the line after the one at `here` begins."""
    found = _LINE_BREAK.search(text, here)
    return len(text) if found is None else found.end()


def _deleted(source: Source, spans: list[Span], position: int, whole: Span, empty: str, in_flow: bool) -> Edit | None:
    if in_flow:
        return _deleted_in_flow(source.text, spans, position, whole)
    if len(spans) == 1:
        return Edit(whole, empty)
    return _deleted_lines(source.text, spans[position])


def _deleted_in_flow(text: str, spans: list[Span], position: int, whole: Span) -> Edit | None:
    if len(spans) == 1:
        return Edit(Span(whole.start + 1, whole.end - 1), "")
    before, after = (spans[position], spans[position + 1]) if position == 0 else (spans[position - 1], spans[position])
    between = _BETWEEN.match(text, before.end, after.start)
    if between is None or between.end() != after.start:  # an anchor, a tag or an explicit key
        return None
    return Edit(Span(before.start, after.start) if position == 0 else Span(before.end, after.end), "")


def _deleted_lines(text: str, span: Span) -> Edit | None:
    """Delete what begins at `span` up to the end of its last line, where nothing else may follow."""
    rest = _TO_END_OF_LINE.match(text, span.end)
    line = _line_start(text, span.start)
    head = text[line : span.start]
    if rest is None or head.strip(" -"):
        return None
    behind = _LINE_BREAK.match(text, rest.end())
    end = rest.end() if behind is None else behind.end()
    if head.strip():  # behind a dash: what follows moves up
        inside = _BLANKS.match(text, end)
        return Edit(Span(span.start, end if inside is None else inside.end()), "")
    if end == rest.end() and line > 0:  # the last line of a file that does not end with a line break
        line -= 2 if text.startswith("\r\n", line - 2) else 1
    return Edit(Span(line, end), "")


def inserted_entry(source: Source, mapping: Mapping, key: str, value: Plain) -> Edit | None:
    """Add a key behind the last one, written as the mapping is written."""
    written = mapping.written
    if mapping.flow:
        return _inserted_in_flow(source.text, mapping, key, value)
    if not written or mapping.invalid_keys:
        return None
    column = _column(source.text, [entry.key for entry in written])
    end = _TO_END_OF_LINE.match(source.text, mapping.end)
    if column is None:
        return None
    lines = writing.attached(f"{writing.key(key)}:", value)
    line_break = _line_break(source.text, mapping.start)
    joint = line_break + " " * column
    if end is None or _keeps_blank_lines(source.text, mapping):
        here = written[0].key.start
        return Edit(Span(here, here), joint.join([*lines, ""]))
    return Edit(Span(end.end(), end.end()), joint.join(["", *lines]))


def _keeps_blank_lines(text: str, node: Node) -> bool:
    """Whether the node ends with a block scalar (`|+`) that owns the blank lines behind it."""
    while not isinstance(node, Scalar):
        if node.flow:
            return False
        below = [entry.value for entry in node.written] if isinstance(node, Mapping) else list(node.items)
        if not below or below[-1].start < node.start:
            return False
        node = below[-1]
    return node.style in ("|", ">") and "+" in text[node.start : node.start + 3]


def _inserted_in_flow(text: str, mapping: Mapping, key: str, value: Plain) -> Edit | None:
    written = mapping.written
    as_json = bool(written) and written[0].key.style == '"'
    entry = f"{writing.key(key, as_json)}: {writing.flow(value, as_json)}"
    if not written:
        inside = text[mapping.start + 1 : mapping.end - 1]
        return Edit(Span(mapping.start + 1, mapping.start + 1), entry) if not inside.strip() else None
    here = written[-1].span.end
    behind = raws.SKIPPED.match(text, here)
    if behind is not None and text.startswith(",", behind.end()):
        return None
    start = written[-1].key.start
    line = _line_start(text, start)
    if line > mapping.start and not text[line:start].strip():
        return Edit(Span(here, here), f",{_line_break(text, start)}{text[line:start]}{entry}")
    return Edit(Span(here, here), f", {entry}")


def _column(text: str, keys: list[Scalar]) -> int | None:
    """Column of the keys of a block mapping; None when the first one does not show it."""
    for key in keys[:2]:
        line = _line_start(text, key.start)
        if not text[line : key.start].strip(" -"):
            return key.start - line
    return None


def _line_start(text: str, here: int) -> int:
    return max(text.rfind("\n", 0, here), text.rfind("\r", 0, here)) + 1


def _line_break(text: str, here: int) -> str:
    """The line break that the text uses around `here`."""
    found = re.compile(r"\r\n|\n|\r").search(text, here) or re.compile(r"\r\n|\n|\r").search(text)
    return found[0] if found else "\n"
