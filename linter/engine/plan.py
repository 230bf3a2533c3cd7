"""What a run is going to do, decided once: crosses processes, never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hullmark.linter.config.settings import Settings
from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.context import Context
from hullmark.linter.rule.rule import Rule

LEVELS = {profile.label: profile for profile in (Profile.DEFAULT, Profile.STRICT, Profile.ALL)}


class RuleInfo(Protocol):
    """What the engine has to know of a rule before it is imported."""

    @property
    def id(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def profile(self) -> Profile: ...


class Rules(Protocol):
    """Where rules come from; the engine knows none of them by name."""

    @property
    def ids(self) -> Iterable[str]: ...
    def info(self, rule_id: str) -> RuleInfo: ...
    def rule(self, rule_id: str) -> Rule[object]: ...
    def select(self, profile: str, select: Iterable[str], ignore: Iterable[str]) -> tuple[RuleInfo, ...]: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """Enabled rules and everything else that judging and reporting depend on.

    `level` is the largest profile whose hits count: a rule may say of one hit that it belongs to a
    larger profile than the rule. `partial`: rules were picked by name, so that what was not found
    says nothing about the files.
    """

    settings: Settings
    context: Context
    rules: tuple[str, ...]
    level: Profile
    partial: bool
    severities: Mapping[str, Severity]

    @property
    def profile(self) -> str:
        """Name of the profile, as reports show it."""
        return self.settings.profile


def plan(settings: Settings, registry: Rules, today: str) -> Plan:
    """The plan of a run with these settings on this day."""
    enabled = {info.id for info in registry.select(settings.profile, settings.select, settings.ignore)}
    if not settings.select:
        enabled |= {rule for rule, said in settings.rules.items() if said.enabled and rule in registry.ids}
    enabled -= {rule for rule, said in settings.rules.items() if said.enabled is False}
    return Plan(
        settings=settings,
        context=settings.context(today),
        rules=tuple(sorted(enabled)),
        level=Profile.OPT_IN if settings.select else LEVELS.get(settings.profile, Profile.ALL),
        partial=bool(settings.select),
        severities={rule: said.severity for rule, said in settings.rules.items() if said.severity is not None},
    )
