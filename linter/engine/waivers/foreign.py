"""Suppressions that are written for other linters: annotations and comments, with the rules of ours that match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.waivers.comments import heads_of, region
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.finding import SuppressionKind
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.file import ManifestFile
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.waiver import FOREIGN_MARKS, WaivedName, Waiver
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml.comments import comments
from hullmark.linter.yaml.documents import Document
from hullmark.linter.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence

_TRIVY = regex(r"(?:AVD-)?KSV-?0*(\d+)", re.IGNORECASE)
_NAME = regex(r"[\w.-]+")
EVERYTHING = "everything"


class _Said(NamedTuple):
    """One check of a peer that is to be left alone, and the reason for it."""

    peer: str
    check: str
    reason: str = ""


def in_foreign(manifest: ManifestFile, plan: Plan) -> Iterator[Posted]:
    """Suppressions for other linters in a file, in order."""
    heads = heads_of(manifest)
    for document in manifest.documents:
        for extent, entry in _annotations(document):
            where = manifest.source.region(extent)
            for said in _in_annotation(entry):
                yield Posted(_waiver(said, Place(manifest.source, entry.key.span), plan, True), where)
        for peer, mark in _comment_marks():
            for comment in comments(document, mark):
                words = manifest.source.slice(comment.span)
                for said in _in_comment(peer, words[words.index(mark) + len(mark) :]):
                    # checkov skips the whole object, wherever in it the comment stands.
                    whole = manifest.source.region(document.span)
                    where = whole if peer == "checkov" else region(manifest.source, comment, heads)
                    yield Posted(_waiver(said, Place(manifest.source, comment.span), plan, False), where)


def _waiver(said: _Said, place: Place, plan: Plan, annotation: bool) -> Waiver:
    rules = _checks(said.peer).get(said.check, ())
    return Waiver(
        form=SuppressionKind.ANNOTATION if annotation else SuppressionKind.COMMENT,
        place=place,
        names=tuple(WaivedName(rule, "", place) for rule in rules),
        reason=said.reason or f"{said.check} of {said.peer}",
        policy=plan.waivers,
        peer=said.peer,
        check=said.check,
        respected=said.peer in plan.settings.respect,
    )


@cache
def _checks(peer: str) -> dict[str, tuple[str, ...]]:
    return {check: tuple(rules) for check, rules in table("peers")["peers"][peer]["checks"].items()}


@cache
def _comment_marks() -> tuple[tuple[str, str], ...]:
    peers = table("peers")["peers"]
    return tuple((peer, peers[peer]["comment"]) for peer in peers if "comment" in peers[peer])


@cache
def _keys() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Peer, pattern of an annotation's key, and what its value means."""
    found = []
    for peer, facts in table("peers")["peers"].items():
        for key in facts.get("everything", ()):
            found.append((peer, re.compile(re.escape(key)), EVERYTHING))
        for row in facts.get("annotations", ()):
            pattern = re.escape(row["key"]).replace(r"\*", "(.+)")
            found.append((peer, re.compile(pattern), row.get("value", "")))
    return tuple(found)


def _in_annotation(entry: Entry) -> Iterator[_Said]:
    text = entry.value.value if isinstance(entry.value, Scalar) else ""
    for peer, pattern, value in _keys():
        match = pattern.fullmatch(entry.name)
        if match is None:
            continue
        if value == EVERYTHING:
            if text.lower() not in ("false", "no", "0", ""):
                yield _Said(peer, EVERYTHING)
        elif value == "checks":
            yield from (_Said(peer, name) for name in _NAME.findall(text))
        elif value == "check-and-reason":
            check, _, reason = text.partition("=")
            yield _Said(peer, check.strip(), reason.strip())
        elif value == "true":
            if text == "true":
                yield _Said(peer, match[1])
        else:
            yield _Said(peer, match[1], text)
        return


def _in_comment(peer: str, text: str) -> Iterator[_Said]:
    if peer == "trivy":
        match = _TRIVY.match(text)
        name = _NAME.match(text)
        if match is not None or name is not None:
            yield _Said(peer, f"KSV-{int(match[1][:9]):04d}" if match is not None else name[0] if name else "")
        return
    check, _, reason = text.partition(":")
    if check.strip():
        yield _Said(peer, check.split()[0], reason.strip())


def _annotations(document: Document) -> Iterator[tuple[Span, Entry]]:
    """Annotations that may mean something, each with the extent of its object or template."""
    root = document.root
    waiting: list[tuple[Node, int]] = [] if root is None else [(root, document.span.start)]
    seen: set[int] = set()
    while waiting:
        node, start = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            metadata = node.get("metadata")
            around = metadata.get("annotations") if isinstance(metadata, Mapping) else None
            for entry in around.entries if isinstance(around, Mapping) else ():
                if entry.name.startswith(FOREIGN_MARKS) or entry.name.startswith("ignore-check.kube-linter.io/"):
                    yield Span(start, document.span.end if node is root else node.end), entry
            waiting.extend((each.value, each.key.start) for each in reversed(node.entries))
        elif isinstance(node, Sequence):
            waiting.extend((item, item.start) for item in reversed(list(node.items)))
