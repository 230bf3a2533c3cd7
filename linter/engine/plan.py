"""What a run is going to do, decided once: crosses processes, never changes."""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.config.settings import Settings
from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.context import NEWEST_KNOWN, Context, Minor
from hullmark.linter.manifest.waiver import WaiverPolicy
from hullmark.linter.records import record, replace
from hullmark.linter.rule.registry import Registry

LEVELS = {profile.label: profile for profile in (Profile.DEFAULT, Profile.STRICT, Profile.ALL)}


@record
class Plan:
    """Enabled rules and everything else that judging and reporting depend on.

    `level` is the largest profile whose hits count: a rule may say of one hit that it belongs to a
    larger profile than the rule. `partial`: rules were picked by name, so that what was not found
    says nothing about the files. `gathers`: the resources of all files are wanted, whatever the rules.
    `tells_pods`: how every pod fares against the Pod Security Standards is wanted as well.
    `alone`: each file is judged as if there were no other.
    """

    settings: Settings
    context: Context
    rules: tuple[str, ...]
    level: Profile
    partial: bool
    severities: Mapping[str, Severity]
    gathers: bool = False
    tells_pods: bool = False
    alone: bool = False

    @property
    def waivers(self) -> WaiverPolicy:
        """What the user demands of waivers."""
        said = self.settings.waiver
        return WaiverPolicy(self.context.today, said.warn_days, said.require_reason, said.require_until, said.max_days)

    def judged_level(self, *, waived: bool) -> Profile:
        """The largest profile to judge: a waiver may be about what a run does not show, and is not to seem unused."""
        return Profile.OPT_IN if waived or self.settings.waivers else self.level

    @property
    def profile(self) -> str:
        """Name of the profile, as reports show it."""
        return self.settings.profile

    @property
    def framework(self) -> str:
        """The framework whose controls the report counts: the profile, where it is one and rules were not picked."""
        return "" if self.partial else framework_of(self.settings)


def framework_of(settings: Settings) -> str:
    """The framework that a profile is, as far as its controls can be counted; empty for levels of rules."""
    name = settings.profile.lower()
    if name in LEVELS:
        return ""
    from hullmark.linter.rule.coverage import frameworks  # only runs of a framework pay for it

    return name if name in frameworks() else ""


def plan(settings: Settings, registry: Registry, today: str) -> Plan:
    """The plan of a run with these settings on this day."""
    return Plan(
        settings=settings,
        context=replace(settings.context(today), standard=_standard(settings)),
        rules=tuple(sorted(_enabled(settings, registry))),
        level=Profile.OPT_IN if settings.select else LEVELS.get(settings.profile, Profile.ALL),
        partial=bool(settings.select),
        severities={rule: said.severity for rule, said in settings.rules.items() if said.severity is not None},
        gathers=bool(framework_of(settings)) and not settings.select,
    )


def _standard(settings: Settings) -> tuple[str, Minor] | None:
    """Level and version of the Pod Security Standards that a run judges by: `pss-restricted@v1.29`."""
    level, _, version = settings.profile.partition("@")
    if settings.select or not level.startswith("pss-"):
        return None
    target = settings.kubernetes or NEWEST_KNOWN
    if version not in ("", "latest"):
        target = (1, int(version.rpartition(".")[2]))
    return level.removeprefix("pss-"), min(target, NEWEST_KNOWN)


def _enabled(settings: Settings, registry: Registry) -> set[str]:
    """Ids of the rules of a run: those of the profile or the selection, as the configuration corrects them."""
    found = {info.id for info in registry.select(settings.profile, settings.select, settings.ignore)}
    if not settings.select:
        ignored = {info.id for name in settings.ignore for info in registry.named(name)}
        switched_on = {rule for rule, said in settings.rules.items() if said.enabled and rule in registry}
        found |= (switched_on | _keyed(settings, registry)) - ignored
    return found - {rule for rule, said in settings.rules.items() if said.enabled is False}


def _keyed(settings: Settings, registry: Registry) -> set[str]:
    """Opt-in rules of which a configuration key is set."""
    said = set(settings.options)
    if settings.waiver.max_days is not None:
        said.add("waivers.max-days")
    if not said:
        return set()
    wanted = set()
    for info in registry.infos:
        if info.profile is Profile.OPT_IN:
            keys = (option.key for option in registry.doc(info.id).options)
            if any((key if "." in key else f"rules.{info.id}.{key}") in said for key in keys):
                wanted.add(info.id)
    return wanted
