"""How an input fares against a framework: passed, failed or unknown for every control, none left out.

It never claims compliance: it counts what the files decide, and says of the rest what would have to be looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib import import_module
from typing import Any

from hullmark.linter.engine.bearing import is_about
from hullmark.linter.engine.crash import crash, crash_of
from hullmark.linter.finding import ControlVerdict, Finding, Problem
from hullmark.linter.manifest.components.authorizers import FORMS
from hullmark.linter.model.workspace import Workspace
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.coverage import Coverage, Decidable, coverage
from hullmark.linter.rule.documentation import RuleInfo, Scope
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.settings.judgement import Verdict
from hullmark.linter.rule.settings.rows import SettingRule


class State(StrEnum):
    """The state of one control in one input."""

    FAILED = "failed"
    PASSED = "passed"
    PARTLY = "passed as far as the input shows"
    UNKNOWN = "unknown"
    ABSENT = "not in the input"
    MOOT = "not applicable"
    MANUAL = "to be assessed by hand"


class ControlState(NamedTuple):
    """A control, its state, the rules that failed, and how many findings they had. Waivers do not count here.

    `own` are the failed rules whose findings are all about this control, and not about several.
    """

    control: Coverage
    state: State
    failed: tuple[str, ...]
    findings: int
    own: tuple[str, ...] = ()


class Tally(NamedTuple):
    """What one rule said of an input. `open` counts subjects that were undecided or only partly in the input."""

    subjects: int = 0
    findings: int = 0
    unknown: int = 0
    partial: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(one + another for one, another in zip(self, other, strict=True)))


_FRAGMENTS = frozenset(kind for _, kind in FORMS)
Tallies = dict[str, dict[str, Tally]]
"""By rule, then by the key of the control that a subject is about (empty: all of the rule's)."""


def control_states(
    workspace: Workspace, registry: Registry, framework: str
) -> tuple[tuple[ControlState, ...], tuple[Problem, ...]]:
    """Every control of a framework with its state, and rules that crashed."""
    controls = coverage(framework, registry.infos)
    wanted = sorted({rule for each in controls for rule in each.rules})
    problems: list[Problem] = []
    subjects: dict[str, tuple[Any, ...]] = {}
    tallies: Tallies = {}
    for rule in wanted:
        info = registry.info(rule)
        if info.subject not in subjects:
            subjects[info.subject] = tuple(_subjects(info, workspace))
        error = crash_of(_judge, registry, rule, subjects[info.subject], tallies)
        if error is not None:
            problems.append(crash(f"rule {rule}", error, ""))
            tallies[rule] = {"": Tally(1, 0, 1, 0)}
        elif not isinstance(registry.rule(rule), SettingRule):
            tallies[rule] = _believed(tallies[rule], is_about(info, workspace))
    return tuple(_state(each, tallies) for each in controls), tuple(problems)


def verdicts(
    workspace: Workspace, registry: Registry, framework: str, waived: Iterable[Finding] = (), complete: bool = True
) -> tuple[ControlVerdict, ...]:
    """The same as plain values for reports. Where the input was not read to its end, nothing passes entirely."""
    hidden = Counter(finding.rule for finding in waived)
    return tuple(
        ControlVerdict(
            each.control.number,
            each.control.title,
            State.PARTLY if each.state is State.PASSED and not complete else each.state,
            each.failed,
            each.findings,
            sum(hidden[rule] for rule in each.own),
            each.control.manual,
        )
        for each in control_states(workspace, registry, framework)[0]
    )


def _subjects(info: RuleInfo, workspace: Workspace) -> Iterator[Any]:
    module, _, name = info.subject.partition(":")
    subject: Any = getattr(import_module(module), name)
    for bundle in workspace.bundles:
        if info.scope is Scope.BUNDLE:
            yield from subject.among(bundle)
            continue
        for resource in bundle.resources:
            if info.kinds is None or resource.gk in info.kinds:
                yield from subject.of(resource)


def _believed(mine: dict[str, Tally], there: bool | None) -> dict[str, Tally]:
    """What a rule said, corrected by whether the input holds what it is about; None where its subjects tell.

    Many subjects are made only where something may be wrong, and a bundle is one whatever is in it.
    """
    if there is None or any(tally.findings for tally in mine.values()):
        return mine
    if not there:
        return {}
    return mine if any(tally.subjects for tally in mine.values()) else {"": Tally(1)}


def _judge(registry: Registry, rule_id: str, subjects: Iterable[Any], tallies: Tallies) -> None:
    rule = registry.rule(rule_id)
    mine = tallies.setdefault(rule_id, {})
    for subject in subjects:
        unknown = partial = 0
        if isinstance(rule, SettingRule):
            unknown = int(rule.outcome(subject.component).verdict is Verdict.UNKNOWN)
            if unknown and subject.component.form in _FRAGMENTS:
                continue  # a file that decides one setting is no subject for the others
            partial = int(not subject.component.traits.complete)
        said = Tally(1, sum(1 for _ in rule.check(subject)), unknown, partial)
        # A declared file is about one control of several that its rule serves.
        for key in getattr(subject, "controls", ("",)):
            mine[key] = mine.get(key, Tally()).plus(said)


def _state(control: Coverage, tallies: Tallies) -> ControlState:
    mine = {}
    for rule in control.rules:
        tally = tallies[rule]
        mine[rule] = tally.get("", Tally()).plus(tally.get(control.key, Tally()) if control.key else Tally())
    failed = tuple(rule for rule, tally in mine.items() if tally.findings)
    findings = sum(tally.findings for tally in mine.values())
    if control.verdict is Decidable.MOOT:
        return ControlState(control, State.MOOT, (), 0)
    if failed:
        own = tuple(rule for rule in failed if set(tallies[rule]) == {""})
        return ControlState(control, State.FAILED, failed, findings, own)
    return ControlState(control, _unfailed(control, [tally for tally in mine.values() if tally.subjects]), (), 0)


def _unfailed(control: Coverage, tallies: list[Tally]) -> State:
    if control.verdict is Decidable.NEVER:
        return State.MANUAL
    if not tallies:
        return State.ABSENT
    if all(tally.unknown == tally.subjects for tally in tallies):
        return State.UNKNOWN
    if control.verdict is Decidable.PARTLY or any(tally.unknown or tally.partial for tally in tallies):
        return State.PARTLY
    return State.PASSED
