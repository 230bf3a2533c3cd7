"""Calling rules on subjects, and collecting what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hullmark.linter.engine.crash import crash, crash_of
from hullmark.linter.engine.dispatch import Rulebook
from hullmark.linter.engine.finding import finding
from hullmark.linter.engine.plan import Plan
from hullmark.linter.finding import Confidence, Finding, Problem, Profile
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import field, record, replace
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.rule import Rule


@record(frozen=False)
class Verdicts:
    """What judging has found so far.

    Hits of profiles above `level` are dropped before anything is made of them, unless the rule was asked for.
    """

    plan: Plan
    level: Profile = Profile.OPT_IN
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    crashed: set[str] = field(default_factory=set)

    def judge(self, book: Rulebook, subjects: Callable[[], Iterable[Any]], about: Resource | str) -> None:
        """Judges `subjects` by every rule of `book`; a rule that crashes keeps what it found before."""
        found: list[Any] = []
        error = crash_of(_collect, subjects, found)
        if error is not None:
            self.crashed.update(book.ids)
            others = f" and {len(book.ids) - 1} more" if len(book.ids) > 1 else ""
            self.problems.append(_crash(f"rule {book.ids[0]}{others}", error, about))
        if not found:
            return  # without importing a rule
        ids, asked = iter(book.ids), [""]
        while (error := crash_of(self._ask, book, ids, asked, found)) is not None:
            self.crashed.add(asked[0])
            self.problems.append(_crash(f"rule {asked[0]}", error, about))

    def _ask(self, book: Rulebook, ids: Iterator[str], asked: list[str], found: list[Any]) -> None:
        """Asks rules until one crashes, and keeps in `asked` which was the last."""
        for asked[0] in ids:
            rule: Rule[Any] = book.loaded.get(asked[0]) or book.rule(asked[0])
            subjects = found
            if rule.confidence is Confidence.LOW:  # no guess about what may not be what it looks like
                subjects = [subject for subject in found if not getattr(subject, "is_guessed", False)]
            check = rule.check
            for subject in subjects:
                for hit in check(subject):
                    self._take(rule, hit, subject)

    def _take(self, rule: Rule[Any], hit: Hit, subject: Any) -> None:
        if hit.profile is not None and hit.profile > max(self.level, rule.profile):
            return
        cap: Confidence = getattr(subject, "confidence_cap", Confidence.HIGH)
        found = finding(rule, hit, self.plan.severities.get(rule.id), cap)
        guessed = cap is Confidence.LOW and getattr(subject, "is_guessed", False)
        self.findings.append(replace(found, guess=hit.place.path) if guessed else found)


def _collect(subjects: Callable[[], Iterable[Any]], found: list[Any]) -> None:
    found.extend(subjects())


def _crash(doing: str, error: Exception, about: Resource | str) -> Problem:
    if isinstance(about, str):
        return crash(doing, error, about)
    return crash(f"{doing} on {about.ref}", error, about.cursor.source.path, about.place)
