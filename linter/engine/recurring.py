"""Files with the same content, judged once: environments, clusters and vendored copies have many of them.

A verdict depends on the content, on the plan, and on what was asked about the path (`Source.asked`). Where a path
answers the same, the file says the same, at its own places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hullmark.linter.engine.apart import Ahead, Apart
from hullmark.linter.engine.result import FileResult
from hullmark.linter.finding import About, FileEdits, Finding, Location, Related, Repair
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import replace
from hullmark.linter.text import Source

_LARGEST = 1 << 14
"""Bytes of a content that is worth remembering: large files hardly ever occur twice."""
_MOST = 64
_MOST_SEEN = 1 << 16


class _Known(NamedTuple):
    """The result of a content, for paths that give these answers."""

    result: FileResult
    text: str
    answers: tuple[tuple[Callable[[str], object], object], ...]


class Recurring:
    """Results of contents that occurred at least twice. One is made for a plan in every process."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._known: dict[bytes, _Known] = {}

    def again(self, path: str, data: bytes) -> FileResult | None:
        """The result of a file, where it is that of another one but for the places."""
        known = self._known.get(data)
        if known is None:
            return None
        for question, answer in known.answers:
            if question(path) != answer:
                return None
        return _moved(known.result, Source(path, known.text))

    def keep(self, data: bytes, source: Source, result: FileResult) -> None:
        """Remembers a content, and its result from the second time on; of many the latest are kept."""
        if len(data) > _LARGEST:
            return
        mark = hash(data)
        if mark not in self._seen:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(mark)
        elif _is_movable(result):
            self._known.pop(data, None)
            if len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            self._known[data] = _Known(result, source.text, tuple(source.asked.items()))


def _is_movable(result: FileResult) -> bool:
    """Whether the result can be given anew for another path; what few files have is not worth it."""
    if result.problems or result.skipped is not None or result.waivers or result.pods:
        return False
    apart = None if result.ahead is None else result.ahead.apart
    if apart is not None and (apart.problems or apart.crashed):
        return False
    found = (*result.findings, *(apart.findings if apart is not None else ()))
    if any(each.key or each.implied_by or each.suppression is not None for each in found):
        return False
    return all(each.again(each.cursor.source) is not None for each in result.linkable)


def _moved(result: FileResult, source: Source) -> FileResult:
    old, new = result.path, source.shown
    return FileResult(
        new,
        result.documents,
        result.resources,
        _findings(result.findings, old, new),
        linkable=tuple([found for each in result.linkable if (found := each.again(source)) is not None]),
        ahead=None if result.ahead is None else _ahead(result.ahead, old, new),
    )


def _ahead(ahead: Ahead, old: str, new: str) -> Ahead:
    apart = ahead.apart
    if apart is None or not apart.findings:
        return ahead
    return Ahead(ahead.heard, Apart(apart.ties, _findings(apart.findings, old, new)))


def _findings(findings: Iterable[Finding], old: str, new: str) -> tuple[Finding, ...]:
    return tuple([_finding(each, old, new) for each in findings])


def _finding(finding: Finding, old: str, new: str) -> Finding:
    return replace(
        finding,
        location=_location(finding.location, old, new),
        related=_related(finding.related, old, new),
        flow=_related(finding.flow, old, new),
        fix=None if finding.fix is None else _repair(finding.fix, old, new),
        about=tuple([_about(each, old, new) for each in finding.about]),
    )


def _location(at: Location, old: str, new: str) -> Location:
    return replace(at, path=new) if at.path == old else at


def _related(reasons: tuple[Related, ...], old: str, new: str) -> tuple[Related, ...]:
    return tuple([Related(_location(each.location, old, new), each.message) for each in reasons])


def _repair(fix: Repair, old: str, new: str) -> Repair:
    files = tuple([FileEdits(new if each.path == old else each.path, each.edits, each.regions) for each in fix.files])
    return replace(fix, files=files)


def _about(about: About, old: str, new: str) -> About:
    """The same part of the pod that stands at the same place (`Cursor.identity`)."""
    return about._replace(pod=new + about.pod.removeprefix(old)) if about.pod.startswith(f"{old}:") else about
