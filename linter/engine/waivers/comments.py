"""Waivers in comments: for the line they stand on or above, or for the document or list item that begins there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.engine.waivers.grammar import MARK, Written, in_comment
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.engine.waivers.reading import waiver
from hullmark.linter.finding import SuppressionKind
from hullmark.linter.manifest.file import ManifestFile
from hullmark.linter.manifest.generated import GENERATED
from hullmark.linter.manifest.waiver import WaiverPolicy
from hullmark.linter.patterns import regex
from hullmark.linter.text import Edit, Region, Source, Span
from hullmark.linter.yaml.comments import Comment, comments
from hullmark.linter.yaml.documents import Document
from hullmark.linter.yaml.nodes import Mapping, Sequence
from hullmark.linter.yaml.trees import walk

# What stands between a comment and the content it is about: blank lines, further comments, a document's border.
_NO_CONTENT = regex(r"(?:[ \t]*+(?:#[^\r\n]*+)?(?:\r\n|\n|\r)|---[ \t]*+(?:#[^\r\n]*+)?(?:\r\n|\n|\r))*+")
_LEAD = regex(r"[ \t]*+")
_DASHES = regex(r"(?:-[ \t]++)*+")
_LINE_COMMENT = regex(r"^[ \t]*+(#[^\r\n]*+)", re.MULTILINE)
_BREAK = regex(r"\r\n|\n|\r|\Z")


def in_comments(manifest: ManifestFile, policy: WaiverPolicy) -> Iterator[Posted]:
    """Waivers in the comments of a file, in order."""
    source = manifest.source
    if MARK not in source.text:
        return
    heads: dict[int, Span] | None = None
    for comment in _comments(manifest):
        body = source.slice(comment.span)[1:]
        written = in_comment(body)
        if written is None:
            continue
        if heads is None:
            heads = heads_of(manifest)
        yield _posted(source, comment, written, heads, policy)


def _comments(manifest: ManifestFile) -> Iterator[Comment]:
    for document in manifest.documents:
        yield from comments(document, MARK)
    if not manifest.documents and any(each.gk == ("", GENERATED) for each in manifest.resources):
        # No YAML: in lists of variables, as in most files of settings, a comment is a line of its own.
        for line in _LINE_COMMENT.finditer(manifest.source.text):
            if MARK in line[1]:
                yield Comment(Span(*line.span(1)), line[1][1:].strip(), True)


def _posted(source: Source, comment: Comment, written: Written, heads: dict[int, Span], policy: WaiverPolicy) -> Posted:
    base = comment.span.start + 1
    sign = source.text.rfind("#", comment.span.start, base + written.span.start)
    place = Span(sign, base + written.span.end)
    alone = comment.own_line and sign == comment.span.start
    removal = _removal(source, Span(sign, comment.span.end), alone)
    made = waiver(SuppressionKind.COMMENT, source, place, written, base, removal, policy)
    return Posted(made, region(source, comment, heads), touched=True)


def _removal(source: Source, span: Span, alone: bool) -> Edit:
    """Takes the comment out: its whole line where it stands alone, else with the blanks before it."""
    text = source.text
    if alone:
        line = source.line_span(source.region(span).line)
        end = _BREAK.match(text, line.end)
        return Edit(Span(line.start, end.end() if end else line.end), "")
    start = span.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    return Edit(Span(start, span.end), "")


def heads_of(manifest: ManifestFile) -> dict[int, Span]:
    """The extents of the documents and list items of a file, by where their first keys begin."""
    return {start: span for each in manifest.documents for start, span in _heads(each)}


def region(source: Source, comment: Comment, heads: dict[int, Span]) -> Region:
    """What the comment is about."""
    text = source.text
    start = source.line_span(source.region(comment.span).line).start
    if comment.own_line or text.startswith("---", start):
        start = _after(_NO_CONTENT, text, start)
    first = _after(_LEAD, text, start)
    head = heads.get(_after(_DASHES, text, first))
    if head is not None:
        return source.region(head)
    line = source.region(Span(first, first)).line
    return Region(line, 1, line + 1, 1)


def _after(pattern: re.Pattern[str], text: str, offset: int) -> int:
    found = pattern.match(text, offset)
    return found.end() if found else offset


def _heads(document: Document) -> Iterator[tuple[int, Span]]:
    """Where the first key of the document and of every list item stands, with the extent of the whole."""
    root = document.root
    if root is None:
        return
    for node in walk(root):
        if isinstance(node, Sequence):
            for item in node.items:
                if isinstance(item, Mapping) and item.written:
                    yield item.written[0].key.start, item.span
    if isinstance(root, Mapping) and root.written:
        yield root.written[0].key.start, document.span
