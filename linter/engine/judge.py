"""Judging one file by itself: whatever needs other files is handed on to be linked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hullmark.linter.engine.crash import crash, crash_of
from hullmark.linter.engine.dispatch import Dispatch, Rulebook
from hullmark.linter.engine.finding import finding
from hullmark.linter.engine.plan import Plan
from hullmark.linter.finding import Finding, Problem, Skipped, SkipReason
from hullmark.linter.manifest.file import ManifestFile, read_manifest
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule.rule import Rule
from hullmark.linter.text import Source


@dataclass(slots=True)
class Verdicts:
    """What judging has found so far."""

    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def judge(self, book: Rulebook, subjects: Callable[[], Iterable[Any]], about: Resource | str) -> None:
        """Judges `subjects` by every rule of `book`; a rule that crashes keeps what it found before."""
        found: list[Any] = []
        for rule in book.ids:
            error = crash_of(self._judge, book, rule, subjects, found)
            if error is not None:
                self.problems.append(self._crash(rule, error, about))

    @staticmethod
    def _crash(rule: str, error: Exception, about: Resource | str) -> Problem:
        if isinstance(about, str):
            return crash(f"rule {rule}", error, about)
        return crash(f"rule {rule} on {about.ref}", error, about.cursor.source.path, about.place)

    def _judge(self, book: Rulebook, rule_id: str, subjects: Callable[[], Iterable[Any]], found: list[Any]) -> None:
        if not found:
            found.append(tuple(subjects()))
        if not found[0]:
            return
        rule: Rule[Any] = book.rule(rule_id)
        for subject in found[0]:
            for hit in rule.check(subject):
                self.findings.append(finding(rule, hit, self.plan.severities.get(rule_id)))


@dataclass(frozen=True, slots=True)
class FileResult:
    """Everything that one file contributes to a report; crosses processes."""

    path: str
    documents: int = 0
    resources: int = 0
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: Skipped | None = None
    linkable: tuple[Resource, ...] = ()


def judge_source(source: Source, plan: Plan, dispatch: Dispatch) -> FileResult:
    """Reads and judges one decoded file."""
    manifest = read_manifest(source, plan.context)
    if not manifest.resources:
        return _without_resources(manifest)
    verdicts = Verdicts(plan)
    for resource in manifest.resources:
        for book in dispatch.within(resource):
            verdicts.judge(book, partial(book.subject.of, resource), resource)
    return FileResult(
        source.path,
        len(manifest.documents),
        len(manifest.resources),
        tuple(verdicts.findings),
        (*manifest.problems, *verdicts.problems),
        None,
        manifest.resources,
    )


def _without_resources(manifest: ManifestFile) -> FileResult:
    path = manifest.source.path
    return FileResult(path, len(manifest.documents), skipped=Skipped(path, SkipReason.NOT_MANIFEST))
