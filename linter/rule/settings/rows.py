"""Rules out of rows of the settings table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.components.catalogue import facts
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.subjects import Process
from hullmark.linter.records import record
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import Fix, Hit, put_off
from hullmark.linter.rule.rule import Row, Rule
from hullmark.linter.rule.settings.judgement import UNDECIDED, Judge, Judgement, Offence, Outcome, Verdict
from hullmark.linter.rule.settings.plan import Repair, Sample

Refine = Callable[[Component, Outcome], Outcome]
"""A change of an outcome that the table describes in words: severity by version, exceptions."""


@record
class About:
    """What a row of the table does not hold: its title, its fix, its exceptions, its examples.

    `judge` replaces the condition of a row whose operator is `custom`. `safe` is the text that a fix writes, `writes`
    the setting that gets it where several would do.
    """

    title: str
    repair: Repair = Repair.NONE
    safe: str = ""
    writes: str = ""
    judge: Judge | None = None
    refine: Refine | None = None
    sample: Sample | None = None


_NOTHING: Iterator[Hit] = iter(())


class SettingRule(Row[Process]):
    """A row of the settings table as a rule."""

    by_text = True

    def __init__(self, row: Mapping[str, Any], about: About, subject: type[Process]) -> None:
        self.row = row
        self.about = about
        self.judge: Judge = about.judge or Judgement(row)
        super().__init__(
            row["id"],
            subject,
            f"{about.title}\n\n{row['why']}\n\n{row['fix']}",
            _hits,
            severity=usual_severity(row["severity"]),
            confidence=Confidence[row["confidence"].partition(";")[0].upper()],
            profile=smallest_profile(row["profile"]),
            controls=tuple(controls(row)),
        )

    @cached_property
    def bad(self) -> tuple[Example, ...]:  # type: ignore[override]  # made when read: a run reads none
        """Bad examples, in every format that can hold the settings."""
        return self._examples[0]

    @cached_property
    def good(self) -> tuple[Example, ...]:  # type: ignore[override]  # made when read: a run reads none
        """Good ones."""
        return self._examples[1]

    @cached_property
    def _examples(self) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
        from hullmark.linter.rule.settings.samples import examples, sample

        about = self.about
        return examples(self.row, about.sample or sample(self.row), about.repair, about.safe, about.writes)

    def check(self, subject: Process) -> Iterator[Hit]:
        """One hit for each offence; most rows pass most components, and what says the same passes again."""
        fine = subject.component.fine
        return _NOTHING if fine is not None and self in fine else iter(_hits(self, subject))

    def outcome(self, component: Component) -> Outcome:
        """Pass, fail or unknown for one component; the coverage of benchmarks counts these."""
        outcome = self.judge(component)
        if self.about.refine is not None:
            outcome = self.about.refine(component, outcome)
        if component.certain is not None and outcome.verdict is Verdict.PASS:
            return outcome if component.certain.issuperset(self.row["settings"]) else UNDECIDED
        return outcome


def rows(family: str, subject: type[Process], about: Mapping[str, About]) -> tuple[SettingRule, ...]:
    """Rules of a family, in the order of `about`; every name must be a row of the table with settings."""
    known = {row["id"]: row for row in facts()["rules"]}
    return tuple(SettingRule(known[f"{family}/{name}"], each, subject) for name, each in about.items())


def _hits(rule: Rule[Process], subject: Process) -> Iterable[Hit]:
    """One hit for each offence; most rows pass most components, and make nothing."""
    if not isinstance(rule, SettingRule):
        return ()
    component = subject.component
    outcome = rule.outcome(component)
    if outcome.verdict is not Verdict.FAIL:
        if component.fine is not None:
            component.fine.add(rule)
        return ()
    offences = outcome.offences
    if component.retold:
        offences = tuple(each for each in offences if not component.repeats(each.place))
    return [_hit(rule, component, offence) for offence in offences]


def _hit(rule: SettingRule, component: Component, offence: Offence) -> Hit:
    severity, profile, confidence = offence.severity, offence.profile, offence.confidence
    wanted = rule.row["profile"]
    if profile is None and isinstance(wanted, Mapping):
        profile = Profile[wanted["explicit" if offence.explicit else "unset"].upper()]
    if component.traits.test:
        # Clusters for tests: one band lower, and never in the default profile.
        severity = Severity(max((severity if severity is not None else rule.severity) - 1, Severity.INFO))
        profile = max(profile if profile is not None else rule.profile, Profile.STRICT)
    if rule.row.get("uncertain") and not offence.explicit:
        confidence = min(confidence if confidence is not None else rule.confidence, Confidence.MEDIUM)
    fix = _repaired(rule.about, component, offence) if rule.about.repair is not Repair.NONE else None
    return Hit(offence.place, offence.message, offence.because, fix, severity, confidence, profile, offence.name)


@put_off
def _repaired(about: About, component: Component, offence: Offence) -> Fix | None:
    from hullmark.linter.rule.settings.repairs import repair

    writes = about.writes
    if writes:
        offence = offence._replace(name=writes, explicit=component.explicit(writes) is not None)
    return repair(about.repair, about.safe, component, offence)


def controls(row: Mapping[str, Any]) -> Iterator[str]:
    """Controls of a row: the benchmark's own number, STIG, NSA/CISA chapter, ATT&CK technique."""
    found = row.get("controls", {})
    for each in found.get("cis", ()):
        yield f"CIS-{each['control']}"
    for each in found.get("stig", ()):
        yield f"STIG/{each}"
    for each in found.get("nsa", ()):
        yield f"NSA/{each.lower().replace(chr(32), chr(45))}"
    for each in found.get("mitre", ()):
        yield f"MITRE/{each.partition(' ')[0]}"


def usual_severity(text: str) -> Severity:
    """The first word, since exceptions are refinements; "from the table" means up to high."""
    word = text.partition(" ")[0].strip(";")
    return Severity[("high" if word == "from" else word).upper()]


def smallest_profile(value: str | Mapping[str, str]) -> Profile:
    """The smallest profile of a row."""
    names = [value] if isinstance(value, str) else list(value.values())
    parts = [part.strip().partition(" ")[0] for name in names for part in name.split(";")]
    return min(Profile[part.upper()] for part in parts)
