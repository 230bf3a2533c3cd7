"""Waivers in the annotation `hullmark.io/ignore`, of objects and of pod templates."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.engine.waivers.grammar import Written, in_annotation
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.engine.waivers.reading import waiver
from hullmark.linter.finding import SuppressionKind
from hullmark.linter.manifest.file import ManifestFile
from hullmark.linter.manifest.waiver import Waiver, WaiverPolicy
from hullmark.linter.text import Edit, Source, Span
from hullmark.linter.yaml.documents import Document
from hullmark.linter.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence

ANNOTATION = "hullmark.io/ignore"


def in_annotations(manifest: ManifestFile, policy: WaiverPolicy) -> Iterator[Posted]:
    """Waivers in annotations of a file, in order. A key that is written with escapes is not looked for."""
    source = manifest.source
    if ANNOTATION not in source.text:
        return
    for document in manifest.documents:
        if ANNOTATION not in document.text or document.root is None:
            continue
        for extent, around, entry in _annotated(document):
            region = source.region(extent)
            for made in _waivers(source, around, entry, policy):
                yield Posted(made, region)


def _annotated(document: Document) -> Iterator[tuple[Span, Mapping, Entry]]:
    """Extent of every object or template that carries the annotation, its annotations, and the one."""
    root = document.root
    waiting: list[tuple[Node, int]] = [] if root is None else [(root, document.span.start)]
    seen: set[int] = set()
    while waiting:
        node, start = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        below: list[tuple[Node, int]] = []
        if isinstance(node, Mapping):
            around = _mapping(_mapping(node, "metadata"), "annotations")
            entry = around.entry(ANNOTATION) if around is not None else None
            if around is not None and entry is not None:
                yield Span(start, document.span.end if node is root else node.end), around, entry
            below = [(each.value, each.key.start) for each in node.entries]
        elif isinstance(node, Sequence):
            below = [(item, item.start) for item in node.items]
        waiting.extend(reversed(below))


def _mapping(node: Node | None, name: str) -> Mapping | None:
    found = node.get(name) if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _waivers(source: Source, around: Mapping, entry: Entry, policy: WaiverPolicy) -> Iterator[Waiver]:
    value = entry.value
    if not isinstance(value, Scalar):
        return
    quote = 1 if value.style in ("'", '"') else 0
    start = value.start + quote
    exact = source.text[start : value.end - quote] == value.value
    written = in_annotation(value.value)
    for number, each in enumerate(written):
        base = start if exact else None
        place = each.span.shifted(start) if exact and each.span.start < each.span.end else value.span
        if len(written) == 1:
            removal = _whole(source, around, entry)
        else:
            removal = _part(written, number, start) if exact else None
        yield waiver(SuppressionKind.ANNOTATION, source, place, each, base, removal, policy)


def _part(written: list[Written], number: int, base: int) -> Edit:
    """Takes one of several parts out, with one of the semicolons beside it."""
    span = written[number].span
    if number + 1 < len(written):
        return Edit(Span(span.start, written[number + 1].span.start).shifted(base), "")
    return Edit(Span(written[number - 1].span.end, span.end).shifted(base), "")


def _whole(source: Source, around: Mapping, entry: Entry) -> Edit | None:
    """Takes the annotation out, if it stands alone on its lines."""
    text = source.text
    first = source.line_span(source.region(entry.key.span).line)
    last = source.line_span(source.region(Span(entry.value.end, entry.value.end)).line)
    before, after = text[first.start : entry.key.start], text[entry.value.end : last.end]
    flow = text.startswith("{", around.start)
    if flow or before.strip() or after.strip():
        return None
    end = last.end + (2 if text.startswith("\r\n", last.end) else 1)
    return Edit(Span(first.start, min(end, len(text))), "")
