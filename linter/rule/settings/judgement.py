"""Judging one row on one component: pass, fail or unknown, and where it fails.

Unknown is silent: a template, a file that is not in the input, a default that another version
changes, an absence in a partial view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.effective import Effective
from hullmark.linter.manifest.components.values import Typed
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.place import Place
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.hit import Because
from hullmark.linter.rule.settings import messages
from hullmark.linter.rule.settings.conditions import Condition, bad_members, condition, is_bad


class Verdict(StrEnum):
    """What a rule says of a component."""

    PASS = "pass"  # noqa: S105  # a verdict, not a secret
    FAIL = "fail"
    UNKNOWN = "unknown"


class Offence(NamedTuple):
    """One place where a row fails. `word` is the text that a fix would change."""

    place: Place
    message: str
    name: str
    explicit: bool
    word: Word | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    profile: Profile | None = None
    because: tuple[Because, ...] = ()


class Outcome(NamedTuple):
    """A verdict with its offences."""

    verdict: Verdict
    offences: tuple[Offence, ...] = ()


PASSED = Outcome(Verdict.PASS)
UNDECIDED = Outcome(Verdict.UNKNOWN)


def failed(offences: Iterable[Offence]) -> Outcome:
    """A failure at these places; none of them means that it passed."""
    found = tuple(offences)
    return Outcome(Verdict.FAIL, found) if found else PASSED


Judge = Callable[[Component], Outcome]
_MEMORY = 256
"""Values whose verdicts a row remembers; whoever writes the input may write any number."""


class Judgement:
    """The condition of one row, ready to judge."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.demand: Condition = condition(row)
        self.names: tuple[str, ...] = tuple(row.get("judged") or _judged(row))
        self.explicit_only = row["unset"] == "pass"
        self.versions: str = row.get("versions", "")
        self.carriers: frozenset[str] = frozenset(row.get("carriers", ()))
        self.role: str = row.get("role", "")
        self.not_origins: frozenset[str] = frozenset(row.get("not_origins", ()))
        self.not_when: Mapping[str, str] = row.get("not_when", {})
        self._special = bool(self.not_origins or self.role or self.not_when or self.versions)
        self._verdicts: dict[tuple[str, str, tuple[Typed, ...], tuple[int, ...]], Verdict] = {}

    def __call__(self, component: Component) -> Outcome:
        """The outcome for `component`."""
        if self.explicit_only and not component.says(self.names):
            return UNDECIDED if self._hidden(component) else PASSED  # most rows, for most components
        if not self._special:
            return self._judged(component)
        traits = component.traits
        if traits.origin in self.not_origins or (self.role and traits.role != self.role):
            return PASSED
        if any(component.effective(name).always(value) for name, value in self.not_when.items()):
            return PASSED
        within = {True}
        if self.versions:
            within = {catalogue.in_range(minor, self.versions) for minor in traits.minors}
            if within == {False}:
                return PASSED
        outcome = self._judged(component)
        return outcome if within == {True} or outcome.verdict is not Verdict.FAIL else UNDECIDED

    def _hidden(self, component: Component) -> bool:
        """Whether a file that is not in the input decides it."""
        if component.traits.shadowed is None or component.behind is not None:
            return False
        return any(component.shadowed(name) for name in self.names)

    def _judged(self, component: Component) -> Outcome:
        if self.demand.op in ("any-present", "any-of"):
            return self._alternatives(component)
        names = self.names
        return self._one(component, names[0]) if len(names) == 1 else self._each(component)

    def _one(self, component: Component, name: str) -> Outcome:
        effective = component.effective(name)
        verdict = self.verdict(component, effective)
        if verdict is Verdict.PASS:
            return PASSED
        if verdict is Verdict.UNKNOWN:
            return UNDECIDED
        return failed(_joined(self._offences(component, effective)))

    def _each(self, component: Component) -> Outcome:
        verdicts = []
        offences: list[Offence] = []
        for name in self.names:
            effective = component.effective(name)
            verdict = self.verdict(component, effective)
            verdicts.append(verdict)
            if verdict is Verdict.FAIL:
                offences.extend(self._offences(component, effective))
        if offences:
            return failed(_joined(offences))
        return UNDECIDED if Verdict.UNKNOWN in verdicts else PASSED

    def verdict(self, component: Component, effective: Effective) -> Verdict:
        """The verdict on one setting."""
        values = effective.values
        if not values:
            return Verdict.UNKNOWN
        if not effective.explicit and self.explicit_only:
            return Verdict.PASS
        if self.carriers and effective.setting is not None and effective.setting.carrier not in self.carriers:
            return Verdict.PASS
        # Files of one repository have the same few values: each is judged once.
        key = (component.name, effective.name, values, component.traits.minors)
        bad = self._verdicts.get(key)
        if bad is None:
            if len(self._verdicts) >= _MEMORY:
                self._verdicts.clear()
            bad = self._verdicts[key] = self._bad(*key)
        return Verdict.UNKNOWN if bad is Verdict.FAIL and not effective.proof else bad

    def _bad(self, component: str, name: str, values: tuple[Typed, ...], minors: tuple[int, ...]) -> Verdict:
        known = catalogue.setting(component, name)
        bad = {is_bad(self.demand, known, value, minor) for value in values for minor in minors or (0,)}
        if bad == {False}:
            return Verdict.PASS
        return Verdict.FAIL if bad == {True} else Verdict.UNKNOWN

    def _offences(self, component: Component, effective: Effective) -> Iterator[Offence]:
        members = bad_members(self.demand, effective.members)
        for word in members:
            text = messages.member(component, effective, word, self.demand.op)
            yield Offence(word.place, text, effective.name, True, word)
        if not members:
            word_ = effective.setting.winner.item if effective.setting is not None else None
            text = messages.value(component, effective, self.demand)
            yield Offence(effective.place, text, effective.name, effective.explicit, word_)

    def _alternatives(self, component: Component) -> Outcome:
        """One of several settings is enough."""
        ways = self.demand.safe or list(self.names)
        states = [_met(component, way) for way in ways]
        if True in states:
            return PASSED
        effectives = [component.effective(name) for name in self.names]
        if None in states or not all(each.explicit or each.proof for each in effectives):
            return UNDECIDED
        written = next((each for each in effectives if each.explicit), effectives[0])
        text = messages.none_of(component, self.names)
        return failed([Offence(written.place, text, written.name, written.explicit)])


def _joined(offences: Iterable[Offence]) -> Iterable[Offence]:
    """Missing settings that point at one place become one offence: they have one parent."""
    found: dict[tuple[object, ...], Offence] = {}
    for each in offences:
        span = (each.place.source.shown, each.place.span)
        key = (*span, each.name) if each.explicit else span
        earlier = found.get(key)
        found[key] = each if earlier is None else earlier._replace(message=f"{earlier.message} and {each.name}")
    return list(found.values())


def _judged(row: Mapping[str, Any]) -> list[str]:
    names: list[str] = row["settings"]
    return names if row["op"] in ("present", "any-present", "any-of") or row.get("every") else names[:1]


def _met(component: Component, way: str) -> bool | None:
    """Whether `a+b` are all given, or `a=true` holds."""
    name, equals, wanted = way.partition("=")
    if equals:
        effective = component.effective(name)
        return None if not effective.known else effective.values == (wanted == "true",)
    states = {component.effective(part).given for part in way.split("+")}
    if states == {True}:
        return True
    return False if False in states else None
