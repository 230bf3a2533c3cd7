"""Calling rules on subjects, and collecting what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hullmark.linter.engine.crash import crash, crash_of
from hullmark.linter.engine.dispatch import Rulebook
from hullmark.linter.engine.finding import finding
from hullmark.linter.engine.plan import Plan
from hullmark.linter.finding import Finding, Problem
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import field, record
from hullmark.linter.rule.rule import Rule


@record(frozen=False)
class Verdicts:
    """What judging has found so far."""

    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    crashed: set[str] = field(default_factory=set)

    def judge(self, book: Rulebook, subjects: Callable[[], Iterable[Any]], about: Resource | str) -> None:
        """Judges `subjects` by every rule of `book`; a rule that crashes keeps what it found before."""
        found: list[Any] = []
        for rule in book.ids:
            error = crash_of(self._judge, book, rule, subjects, found)
            if error is not None:
                self.crashed.add(rule)
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
            return  # without importing the rule
        rule: Rule[Any] = book.rule(rule_id)
        for subject in found[0]:
            for hit in rule.check(subject):
                self.findings.append(finding(rule, hit, self.plan.severities.get(rule_id)))
