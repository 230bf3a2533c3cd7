"""Fixing: the edits of findings made in memory, round by round, until no finding offers one that may be made.

Nothing is written here. Every round is linted again, and a round after which a file can no longer be read as
before is taken back.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.fragments import informed
from hullmark.linter.engine.memory import Memory
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.result import FileResult
from hullmark.linter.engine.run import Request, discovered, intended, judged, reported, uncollected
from hullmark.linter.finding import Finding, Problem, Repair, Report
from hullmark.linter.load.discover import Discovery, File
from hullmark.linter.load.read import read
from hullmark.linter.patterns import regex
from hullmark.linter.records import record, replace
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Edit
from hullmark.linter.yaml import edit as editing
from hullmark.linter.yaml.decode import Decoded, decode

ROUNDS = 40
"""Fixes that exclude each other are made in different rounds: a list of fields that are missing at one place."""

_RENDERED = regex(r"^# Source: ", re.MULTILINE)
_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@record
class Mended:
    """A file before and after, as text and as bytes; `where` is what the system knows it as."""

    path: str
    where: str
    before: bytes
    after: bytes
    old: str
    new: str


@record
class Repaired:
    """What fixing has come to: the report of the fixed texts, the files, and what was not fixed and why.

    `made` counts the fixes, `first` is the report before any of them.
    """

    report: Report
    first: Report
    files: tuple[Mended, ...]
    made: int
    left: tuple[tuple[Finding, str], ...]


def repaired(request: Request, registry: Registry, unsafe: bool) -> Repaired:
    """Lints, and fixes what may be fixed: with `unsafe` also where the fix may change what runs."""
    with uncollected():
        found = discovered(request)
        intent = informed(intended(request, registry), found.files)
        bench = _Bench(request, registry, intent, found)
        first = report = bench.report()
        made = 0
        for _ in range(ROUNDS):
            wanted = [finding for finding in report.findings if finding.fix is not None and bench.may(finding, unsafe)]
            count = bench.round(wanted)
            if not count:
                break
            made += count
            report = bench.report()
        left = [(finding, bench.reason(finding, unsafe)) for finding in report.findings if finding.fix is not None]
        return Repaired(report, first, tuple(bench.mended()), made - bench.lost, tuple(left))


@record(frozen=False)
class _Text:
    """A file on the bench; `closed` says why it is left alone."""

    file: File
    data: bytes = b""
    decoded: Decoded | None = None
    text: str = ""
    closed: str = ""


class _Bench:
    """The files of a run, their results, and the texts that have been changed."""

    def __init__(self, request: Request, registry: Registry, intent: Plan, found: Discovery) -> None:
        self._request = request
        self._registry = registry
        self._intent = intent
        self._found = found
        self._files = {file.path: file for file in found.files}
        results = judged(found.files, intent, registry, request.jobs)
        self._results: dict[str, FileResult] = {result.path: result for result in results}
        self._texts: dict[str, _Text] = {}
        self._refused: set[tuple[str, tuple[object, ...]]] = set()
        self._memory = Memory()
        self.lost = 0

    def report(self) -> Report:
        """The report of the texts as they are now."""
        dispatch = Dispatch(self._intent, self._registry)
        return reported(self._request, self._intent, dispatch, self._found, self._results.values(), self._memory)

    def may(self, finding: Finding, unsafe: bool) -> bool:
        """Whether the finding's fix may be made."""
        return not self.reason(finding, unsafe)

    def reason(self, finding: Finding, unsafe: bool) -> str:
        """Why a fix is not made; nothing where it may be."""
        fix = finding.fix
        if fix is None:
            return "there is no fix"
        if not fix.safe and not unsafe:
            return "it may change what runs (--unsafe makes it all the same)"
        for each in fix.files:
            text = self._text(each.path)
            if text.closed:
                return text.closed
            if (each.path, _key(fix)) in self._refused:
                return "the text that it makes could not be read as before"
        return ""

    def round(self, findings: Iterable[Finding]) -> int:
        """Makes the fixes that do not exclude each other, and gives their number; worst findings come first."""
        edits: dict[str, list[Edit]] = {}
        owners: dict[str, list[Repair]] = {}
        count = 0
        removed: Counter[str] = Counter()
        for finding in sorted(findings, key=lambda each: (-each.severity, each.sort_key)):
            fix = finding.fix
            if fix is not None and all(_fits(edits.get(each.path, []), each.edits) for each in fix.files):
                count += 1
                for each in fix.files:
                    removed[each.path] += fix.removes
                    for one in each.edits:
                        if one not in edits.setdefault(each.path, []):
                            insort(edits[each.path], one)
                    owners.setdefault(each.path, []).append(fix)
        before = {path: self._texts[path].text for path in edits}
        for path, changes in edits.items():
            text = self._texts[path]
            made = editing.apply(text.text, [editing.Edit(*change) for change in changes])
            if isinstance(made, str):
                text.text = made
        self._take_back(self._rejudged(before, removed), before, owners)
        return count

    def _rejudged(self, before: Mapping[str, str], removed: Mapping[str, int]) -> list[str]:
        """Judges what was changed; gives the files that can no longer be read as they could before.

        `removed` is how many objects may be missing from each.
        """
        changed = [path for path, text in before.items() if self._texts[path].text != text]
        files = [replace(self._files[path], content=self._bytes(path)) for path in changed]
        broken = []
        for result in judged(files, self._intent, self._registry, 1):
            if _is_worse(result, self._results[result.path], removed[result.path]):
                broken.append(result.path)
            else:
                self._results[result.path] = result
        return broken

    def _take_back(self, broken: list[str], before: Mapping[str, str], owners: Mapping[str, list[Repair]]) -> None:
        for path in broken:
            self._texts[path].text = before[path]
            self._refused |= {(path, _key(fix)) for fix in owners[path]}
            self.lost += len(owners[path])

    def _text(self, path: str) -> _Text:
        found = self._texts.get(path)
        if found is None:
            found = self._texts[path] = self._opened(path)
        return found

    def _opened(self, path: str) -> _Text:
        file = self._files.get(path)
        if file is None:
            return _Text(File(path, "", 0), closed="it is not among the files that were linted")
        limit = self._request.settings.limits.file_size
        data = read(file.where, path, limit) if file.content is None else file.content
        if isinstance(data, Problem):
            return _Text(file, closed=data.message)
        decoded = decode(data)
        if decoded.problems:
            return _Text(file, closed="the file holds bytes that are no text")
        closed = ""
        if _RENDERED.search(decoded.text):
            closed = "the file was rendered from a chart: its template has to be fixed"
        return _Text(file, data, decoded, decoded.text, closed)

    def _bytes(self, path: str) -> bytes:
        text = self._texts[path]
        if text.decoded is None:
            return text.data
        mark = _MARKS.get(text.decoded.encoding, b"") if text.decoded.marked else b""
        return mark + text.text.encode(text.decoded.encoding)

    def mended(self) -> Iterator[Mended]:
        """The files that are different now, by path."""
        for path in sorted(self._texts):
            text = self._texts[path]
            if text.decoded is not None and text.text != text.decoded.text:
                yield Mended(path, text.file.where, text.data, self._bytes(path), text.decoded.text, text.text)


def _key(fix: Repair) -> tuple[object, ...]:
    """What tells a fix from others, wherever it stands."""
    return (fix.description, tuple(edit.replacement for each in fix.files for edit in each.edits))


def _fits(taken: list[Edit], edits: Iterable[Edit]) -> bool:
    """Whether edits keep clear of those that are taken. The same edit fits.

    Edits that only touch exclude each other, too: one may put in what the other has just put in.
    """
    for edit in edits:
        at = bisect_left(taken, edit)
        if at < len(taken) and taken[at] == edit:
            continue
        if at and taken[at - 1].span.end >= edit.span.start:
            return False
        if at < len(taken) and edit.span.end >= taken[at].span.start:
            return False
    return True


def _is_worse(now: FileResult, before: FileResult, removed: int = 0) -> bool:
    """Whether less of a file is understood than before, apart from `removed` objects."""
    if now.skipped is not None or now.resources < before.resources - removed:
        return True
    if now.documents < before.documents - removed:
        return True
    return sum(problem.incomplete for problem in now.problems) > sum(problem.incomplete for problem in before.problems)
