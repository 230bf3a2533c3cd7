"""Calling rules on subjects, and collecting what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

from hullmark.linter.engine.alike import Likeness
from hullmark.linter.engine.crash import crash, crash_of
from hullmark.linter.engine.dispatch import Rulebook
from hullmark.linter.engine.finding import finding
from hullmark.linter.engine.plan import Plan
from hullmark.linter.finding import Confidence, Finding, Problem, Profile
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import field, record, replace
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.rule import Rule

_Books = Callable[[Resource], tuple[Rulebook, ...]]


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
            self._miss(book, error, about)
        if found:  # without importing a rule
            self._ask_contained(book, found, about)

    def judge_in(self, books: Iterable[Rulebook], resource: Resource) -> None:
        """Judges the subjects in a resource by the rules of every book, as `judge` does."""
        rest, at = iter(books), _Asking()
        while (error := crash_of(self._judge_in, rest, at, resource)) is not None:
            self._miss(at.book, error, resource)
            if at.found:
                self._ask_contained(at.book, at.found, resource)

    def judge_alike(self, like: Likeness, books: _Books, resource: Resource) -> None:
        """Judges the subjects in a resource by those of its books that may find something, as far as that is known."""
        question = books.__name__
        left = like.left.get(question)
        if left is None and question in like.judged:  # most are never met again
            asked, telling = like.judged[question]
            left = like.left[question] = tuple(rest for book in asked if (rest := _rest(book, telling)) is not None)
        if left is not None:
            self.judge_in(left, resource)
            return
        asked = books(resource)
        findings, problems = len(self.findings), len(self.problems)
        self.judge_in(asked, resource)
        if like.key is not None and len(self.problems) == problems:
            like.judged[question] = asked, {finding.rule for finding in self.findings[findings:]}

    def _judge_in(self, rest: Iterator[Rulebook], at: _Asking, resource: Resource) -> None:
        """Goes on until looking for subjects crashes; `at` tells where, and what was found before."""
        for at.book in rest:
            at.found = []
            at.found.extend(at.book.subject.of(resource))
            found, at.found = at.found, []
            if found:
                self._ask_all(at.book, found, resource)

    def _ask_contained(self, book: Rulebook, found: list[Any], about: Resource | str) -> None:
        error = crash_of(self._ask_all, book, found, about)
        if error is not None:
            self._miss(book, error, about)

    def _miss(self, book: Rulebook, error: Exception, about: Resource | str) -> None:
        self.crashed.update(book.ids)
        others = f" and {len(book.ids) - 1} more" if len(book.ids) > 1 else ""
        self.problems.append(_crash(f"rule {book.ids[0]}{others}", error, about))

    def _ask_all(self, book: Rulebook, found: list[Any], about: Resource | str) -> None:
        ids, question = book.ids, (book.textual, self.level)
        if book.textual:
            new = [each for each in found if (fine := each.fine) is None or question not in fine]
            if not book.others:
                found = new
            elif not new:
                ids = book.others
            if not found:
                return
        before = len(self.findings) + len(self.problems)
        rest, asked = iter(ids), [""]
        while (error := crash_of(self._ask, book, rest, asked, found)) is not None:
            self.crashed.add(asked[0])
            self.problems.append(_crash(f"rule {asked[0]}", error, about))
        if book.others is None:
            book.sort_out()
        elif book.textual and ids is book.ids and before == len(self.findings) + len(self.problems):
            for each in found:
                if each.fine is not None:
                    each.fine.add(question)

    def _ask(self, book: Rulebook, ids: Iterator[str], asked: list[str], found: list[Any]) -> None:
        """Asks rules until one crashes, and keeps in `asked` which was the last."""
        fine: list[set[object] | None] | None = None
        for asked[0] in ids:
            rule: Rule[Any] = book.loaded.get(asked[0]) or book.rule(asked[0])
            if rule.by_text:
                fine = [subject.fine for subject in found] if fine is None else fine
                self._ask_anew(rule, found, fine)
                continue
            subjects = found
            if rule.confidence is Confidence.LOW:  # no guess about what may not be what it looks like
                subjects = [subject for subject in found if not getattr(subject, "is_guessed", False)]
            check = rule.check
            for subject in subjects:
                for hit in check(subject):
                    self._take(rule, hit, subject)

    def _ask_anew(self, rule: Rule[Any], subjects: list[Any], fine: list[set[object] | None]) -> None:
        """Asks about subjects that say the same once, as long as nothing is found in them that counts."""
        question = (rule, self.level)
        for subject, known in zip(subjects, fine, strict=True):
            if known is not None and question in known:
                continue
            before = len(self.findings)
            for hit in rule.check(subject):
                self._take(rule, hit, subject)
            if known is not None and len(self.findings) == before:
                known.add(question)

    def _take(self, rule: Rule[Any], hit: Hit, subject: Any) -> None:
        if hit.profile is not None and hit.profile > max(self.level, rule.profile):
            return
        cap: Confidence = getattr(subject, "confidence_cap", Confidence.HIGH)
        found = finding(rule, hit, self.plan.severities.get(rule.id), cap)
        guessed = cap is Confidence.LOW and getattr(subject, "is_guessed", False)
        self.findings.append(replace(found, guess=hit.place.path) if guessed else found)


def _rest(book: Rulebook, telling: Set[str]) -> Rulebook | None:
    """Rules that have to be asked about the next object that is alike, where those of `telling` found something."""
    always = book.always
    if always is book or telling.isdisjoint(book.ids):
        return always
    asked = telling if always is None else telling | {*always.ids}
    return book.only(info for info in book.infos if info.id in asked)


class _Asking:
    """Whose subjects are looked for, and those that were found."""

    __slots__ = ("book", "found")
    book: Rulebook
    found: list[Any]


def _collect(subjects: Callable[[], Iterable[Any]], found: list[Any]) -> None:
    found.extend(subjects())


def _crash(doing: str, error: Exception, about: Resource | str) -> Problem:
    if isinstance(about, str):
        return crash(doing, error, about)
    return crash(f"{doing} on {about.ref}", error, about.cursor.source.path, about.place)
