"""What is new: the same rules and settings on an earlier state of the input, and the difference of the findings.

Findings are compared by what they are about, with counts, never by lines. What is not known of the earlier state
is never taken for absent: then its findings count as new, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.fragments import informed
from hullmark.linter.engine.generated import with_generated
from hullmark.linter.engine.memory import Memory
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.result import FileResult
from hullmark.linter.engine.run import Progress, Request, discovered, intended, judged, reported, uncollected
from hullmark.linter.engine.verdict import severities
from hullmark.linter.finding import Finding, Problem, Report
from hullmark.linter.load.discover import Discovery, File
from hullmark.linter.load.read import read
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.records import record, replace
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source
from hullmark.linter.yaml.decode import decode


class Touched(Protocol):
    """Lines that a change touches."""

    def holds(self, line: int) -> bool:
        """Whether a 1-based line is among them."""
        ...


@record(eq=False)
class Earlier:
    """An earlier state of the input. `found` are its files, whose contents `content` gives.

    `same` tells whether a path holds now what it held then, `renamed` maps old paths to new ones, and
    `touched` gives the lines of a present file that are different, from its present bytes (None: a file that
    was not looked into).
    """

    name: str
    found: Discovery
    content: Callable[[File], File]
    same: Callable[[str], bool]
    renamed: Mapping[str, str]
    touched: Callable[[str, bytes], Touched]


def compared(
    request: Request,
    registry: Registry,
    earlier: Earlier,
    changed_lines: bool = False,
    progress: Progress | None = None,
) -> Report:
    """The report of what is new; with `changed_lines`, of that what touches a changed line."""
    with uncollected():
        found = discovered(request)
        intent = informed(intended(request, registry), found.files)
        results = {result.path: result for result in judged(found.files, intent, registry, request.jobs, progress)}
        dispatch = Dispatch(intent, registry)
        memory = Memory()
        before = _before(request, intent, dispatch, earlier, results, memory)
        memory.compare()
        now = reported(request, intent, dispatch, found, results.values(), memory)
        present = _Present(request, intent, found, earlier)
        return narrowed(now, before, earlier, present, changed_lines)


def _before(
    request: Request,
    intent: Plan,
    dispatch: Dispatch,
    earlier: Earlier,
    results: Mapping[str, FileResult],
    memory: Memory,
) -> Report:
    """The report of the earlier state; files and bundles that are the same are not judged again."""
    kept, others = [], []
    found = with_generated(earlier.found, request.root, request.settings.limits.file_size, earlier.content)
    for file in found.files:
        result = results.get(file.path) if earlier.same(file.path) else None
        if result is None:
            others.append(earlier.content(file))
        else:
            kept.append(result)
    judged_now = judged(others, intent, dispatch.registry, request.jobs)
    return reported(request, intent, dispatch, found, [*kept, *judged_now], memory)


class _Present:
    """What the files hold now: asked of few of them, and only where findings differ."""

    def __init__(self, request: Request, intent: Plan, found: Discovery, earlier: Earlier) -> None:
        self._limit = request.settings.limits.file_size
        self._intent = intent
        self._earlier = earlier
        self._files = {file.path: file for file in found.files}
        self._lines: dict[str, Touched | None] = {}
        self._objects: dict[str, frozenset[tuple[str, str, str, str]]] = {}

    def touches(self, finding: Finding) -> bool:
        """Whether a place of the finding lies in lines that are different."""
        places = (finding.location, *(each.location for each in finding.related))
        return any((lines := self._touched(at.path)) is not None and lines.holds(at.line) for at in places)

    def holds(self, path: str, finding: Finding) -> bool:
        """Whether the object that a finding is about is in a file."""
        if path not in self._objects:
            self._objects[path] = frozenset(self._read(path))
        return _identity(finding) in self._objects[path]

    def _content(self, path: str) -> bytes | None:
        file = self._files.get(path)
        if file is None:
            return None
        data = read(file.where, path, self._limit) if file.content is None else file.content
        return None if isinstance(data, Problem) else data

    def _touched(self, path: str) -> Touched | None:
        if path not in self._lines:
            same = self._earlier.same(path)
            data = None if same else self._content(path)
            self._lines[path] = None if data is None else self._earlier.touched(path, data)
        return self._lines[path]

    def _read(self, path: str) -> Iterator[tuple[str, str, str, str]]:
        data = self._content(path)
        if data is not None:
            manifest = read_manifest(Source(path, decode(data).text), self._intent.context)
            for resource in manifest.resources:
                yield (resource.group, resource.kind, resource.namespace, resource.name)


def _identity(finding: Finding) -> tuple[str, str, str, str]:
    about = finding.resource
    if about is None:
        return ("", "", "", "")
    return (about.api_version.rpartition("/")[0], about.kind, about.namespace, about.name)


def narrowed(now: Report, before: Report, earlier: Earlier, present: _Present, changed_lines: bool) -> Report:
    """The report of now without what was there before."""
    left: dict[tuple[str, str], list[Finding]] = {}
    for finding in before.findings:
        path = finding.location.path
        left.setdefault((earlier.renamed.get(path, path), finding.likeness), []).append(finding)
    new = _unmatched(now.findings, left, present)
    new = _unmoved(new, [finding for same in left.values() for finding in same], left, present)
    gone = sorted((each for same in left.values() for each in same), key=lambda each: each.sort_key)
    count = len(new)
    if changed_lines:
        new = [finding for finding in new if present.touches(finding)]
    shown = {id(finding) for finding in new}
    known = tuple(finding for finding in now.findings if id(finding) not in shown)
    findings = tuple(finding for finding in now.findings if id(finding) in shown)
    notes = (*now.notes, *_notes(count, len(now.findings) - count, len(gone), before, earlier.name))
    if count > len(findings):
        notes = (*notes, f"{_counted(count - len(findings), 'new finding')} in lines that did not change not shown")
    return replace(
        now,
        findings=findings,
        known=known,
        gone=tuple(gone),
        notes=notes,
        summary=replace(
            now.summary, by_severity=severities(findings), fixable=sum(each.fix is not None for each in findings)
        ),
    )


def _unmatched(
    findings: Iterable[Finding], left: dict[tuple[str, str], list[Finding]], present: _Present
) -> list[Finding]:
    """Findings without one of before in the same file. Of several that are alike, those in changed lines are new."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.location.path, finding.likeness), []).append(finding)
    new: list[Finding] = []
    for key, group in alike.items():
        was = left.get(key, [])
        if len(group) > len(was) > 0:
            group = sorted(group, key=present.touches)
        new += group[len(was) :]
        del was[: len(group)]
    return new


def _unmoved(
    new: list[Finding], rest: list[Finding], left: dict[tuple[str, str], list[Finding]], present: _Present
) -> list[Finding]:
    """Findings that were not there before in another file, out of which their object has been moved since."""
    moved: dict[str, list[Finding]] = {}
    for finding in rest:
        if finding.resource is not None and finding.resource.name:
            moved.setdefault(finding.likeness, []).append(finding)
    kept = []
    for finding in new:
        origin = next(
            (each for each in moved.get(finding.likeness, ()) if not present.holds(each.location.path, each)), None
        )
        if origin is None:
            kept.append(finding)
            continue
        moved[finding.likeness].remove(origin)
        for same in left.values():
            if any(each is origin for each in same):
                same[:] = [each for each in same if each is not origin]
                break
    return kept


def _notes(new: int, known: int, gone: int, before: Report, name: str) -> Iterator[str]:
    yield f"compared with {name}: {new:,} new, {known:,} known and not shown, {gone:,} gone"
    broken = {problem.path for problem in before.problems if problem.incomplete}
    if broken:
        yield f"{_counted(len(broken), 'file')} could not be read there: what is found in them now counts as new"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
