"""A rule on trial: its examples and case files are judged as a user's files would be, and every difference is told."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hullmark.linter.config.read import Names, read_settings
from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Finding, ProblemKind, Report
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.mentions import mentioned
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import replace
from hullmark.linter.rule.documentation import Scope, scope_of
from hullmark.linter.rule.examples import Example, Mark
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Rule
from hullmark.linter.text import Edit, Source


class Trial(NamedTuple):
    """What came of judging files by one rule: the report, and how many subjects the rule was shown."""

    report: Report
    subjects: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings."""
        return self.report.findings


def judged(rule: Rule[Any], files: Mapping[str, str], example: Example, registry: Registry) -> Trial:
    """`files` judged by `rule` alone, under the circumstances of `example`. `registry` knows all rules.

    What the engine makes (waivers) is about what other rules find: there all of them are run, and one is listened to.
    """
    watched = _Watched(rule)
    settings = settings_of(rule, example, registry)
    if scope_of(rule.subject) is Scope.RUN:
        others = [registry.rule(each) for each in registry.ids if each != rule.id]
        everything = Registry.of([*others, watched.rule], registry.families)
        report = lint_texts(files, everything, settings=settings, today=example.today)
        heard = tuple(finding for finding in report.findings if finding.rule == rule.id)
        return Trial(replace(report, findings=heard), watched.subjects)
    report = lint_texts(
        files,
        Registry.of([watched.rule]),
        select=(rule.id,),
        settings=settings,
        today=example.today,
        earlier=example.files_before,
    )
    return Trial(report, watched.subjects)


def settings_of(rule: Rule[Any], example: Example, registry: Registry) -> Settings:
    """The settings that the example's options make, read as a configuration file is."""
    own = {option.key for option in rule.options if "." not in option.key}
    written: dict[str, object] = {key: value for key, value in example.options if key not in own}
    ours = {key: value for key, value in example.options if key in own}
    if ours:
        written["rules"] = {rule.id: ours}
    if example.kubernetes:
        written["kubernetes-version"] = example.kubernetes
    settings, problems = read_settings(
        Source("hullmark.yaml", json.dumps(written)), Names(registry.ids, registry.options)
    )
    if problems:
        raise ValueError("; ".join(str(problem) for problem in problems))
    return replace(settings, complete=example.complete)


def example_faults(rule: Rule[Any], example: Example, registry: Registry) -> Iterator[str]:
    """How the verdict on an example differs from its marks, and its fix from `fixed`; nothing when all is well."""
    try:
        trial = judged(rule, example.files, example, registry)
    except ValueError as error:
        yield f"its options are no configuration: {error}"
        return
    yield from _understood(trial.report)
    yield from _verdict_faults(rule, trial, example)
    if not trial.subjects and not _known(rule.subject, example):
        yield f"it shows no {rule.subject.__name__}, so that it says nothing about the rule"
    if not example.expected:
        return
    if example.fixed is None:
        yield from (f"line {f.location.line}: a fix is offered that no example shows" for f in trial.findings if f.fix)
        return
    yield from _fix_faults(rule, example, trial.findings, registry)


def case_faults(rule: Rule[Any], example: Example, registry: Registry) -> Iterator[str]:
    """The same of a case file, which may hold no subject, be broken, or leave the fix to others."""
    trial = judged(rule, example.files, example, registry)
    yield from _verdict_faults(rule, trial, example)
    if not trial.report.summary.linted and not trial.report.problems:
        yield "nothing of it was judged"
    yield from (problem.message for problem in trial.report.problems if problem.kind is ProblemKind.CRASH)
    if example.fixed is not None:
        yield from _fix_faults(rule, example, trial.findings, registry)


def _verdict_faults(rule: Rule[Any], trial: Trial, example: Example) -> Iterator[str]:
    yield from mark_faults(trial.findings, example.expected)
    yield from place_faults(trial.findings, example.files)
    yield from _word_faults(rule, trial.findings)
    yield from _mention_faults(rule, trial.findings, example.files)


def mark_faults(findings: Iterable[Finding], expected: Iterable[Mark]) -> Iterator[str]:
    """Findings without a mark and marks without a finding. Each mark stands for exactly one finding at its line."""
    left = list(findings)
    for mark in expected:
        found = next((each for each in left if _fits(each, mark)), None)
        if found is None:
            said = [each.message for each in left if (each.location.path, each.location.line) == (mark.path, mark.line)]
            heard = f", only {said}" if said else ""
            yield f"{mark.path}:{mark.line}: no finding{f' that says {mark.part!r}' if mark.part else ''}{heard}"
        else:
            left.remove(found)
    for each in left:
        yield f"{each.location.path}:{each.location.line}: unexpected finding: {each.message}"


def _fits(finding: Finding, mark: Mark) -> bool:
    at = finding.location
    return (at.path, at.line) == (mark.path, mark.line) and mark.part in finding.message


def place_faults(findings: Iterable[Finding], files: Mapping[str, str]) -> Iterator[str]:
    """Places that no reader could follow: outside the text, blank, or cut in the middle of blanks."""
    for finding in findings:
        for at in (finding.location, *(related.location for related in finding.related)):
            where = f"{at.path}:{at.line}:{at.column}"
            lines = files.get(at.path, "").split("\n")
            if not 1 <= at.line <= at.end_line <= len(lines):
                yield f"{where}: there is no such place"
                continue
            end = at.end_column if at.end_line == at.line else len(lines[at.line - 1]) + 1
            text = lines[at.line - 1][at.column - 1 : end - 1]
            if not text or text != text.strip():
                yield f"{where}: points at {text!r}"


def applied(files: Mapping[str, str], findings: Iterable[Finding]) -> dict[str, str]:
    """The files after the fixes of all findings; an edit that several fixes share is made once."""
    edits: dict[str, set[Edit]] = {}
    for finding in findings:
        for each in finding.fix.files if finding.fix else ():
            edits.setdefault(each.path, set()).update(each.edits)
    changed = dict(files)
    for path, each_edit in edits.items():
        text = changed[path]
        for edit in sorted(each_edit, reverse=True):
            text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
        changed[path] = text
    return changed


def _fix_faults(rule: Rule[Any], example: Example, findings: Iterable[Finding], registry: Registry) -> Iterator[str]:
    changed = applied(example.files, findings)
    if changed[example.path] != example.fixed:
        yield f"the fix makes:\n{changed[example.path]}"
    again = judged(rule, {**example.files, example.path: example.fixed or ""}, example, registry)
    for finding in again.findings:
        yield f"the fixed text is not silent: line {finding.location.line}: {finding.message}"


def _understood(report: Report) -> Iterator[str]:
    yield from (f"{problem.path}: {problem.message}" for problem in report.problems)
    yield from (f"{skipped.path}: {skipped.reason.value}" for skipped in report.skipped)


def _word_faults(rule: Rule[Any], findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        if "\n" in finding.message or finding.message.endswith(".") or finding.message != finding.message.strip():
            yield f"a message is one line without a full stop: {finding.message!r}"
        if finding.profile < rule.profile:
            yield f"a hit belongs to profile {finding.profile.label}, which the rule does not: {finding.message!r}"


def _mention_faults(rule: Rule[Any], findings: Iterable[Finding], files: Mapping[str, str]) -> Iterator[str]:
    words = frozenset(rule.mentions)
    for path in {finding.location.path: finding for finding in findings} if words else ():
        if not mentioned(files[path], words):
            yield f"{path}: the rule finds something, and is not asked: the file mentions none of its words"


def _known(subject: type[Any], example: Example) -> bool:
    """Whether an example holds what a rule is shown only where something is wrong with it: subjects say so."""
    known = getattr(subject, "known", None)
    texts = (Source(path, text) for path, text in example.files.items())
    return known is not None and any(
        any(True for _ in known(resource)) for text in texts for resource in read_manifest(text).resources
    )


class _Watched:
    """A copy of a rule that counts what it is shown, which is everything, whatever words the rule looks for."""

    def __init__(self, rule: Rule[Any]) -> None:
        self.subjects = 0
        self._check = rule.check
        self.rule = copy.copy(rule)
        # An attribute of the copy hides the method of its class.
        vars(self.rule)["check"] = self._counted
        self.rule.mentions = ()

    def _counted(self, subject: Any) -> Iterable[Any]:
        self.subjects += 1
        return self._check(subject)
