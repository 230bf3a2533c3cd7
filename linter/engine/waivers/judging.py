"""What waivers do in a run: which findings they hide, and what is wrong with the waivers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.place import location
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.verdicts import Verdicts
from hullmark.linter.engine.waivers.matching import Bundles, Match, matches
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.finding import Finding, Profile, Severity, Suppression, SuppressionKind
from hullmark.linter.manifest.globs import name_glob, path_glob
from hullmark.linter.manifest.waiver import ForeignWaiver, Meaning, WaivedName, Waiver
from hullmark.linter.records import record, replace
from hullmark.linter.rule.documentation import RuleInfo, Scope
from hullmark.linter.rule.registry import Registry

_FORMS = tuple(SuppressionKind)
_MOST_SUGGESTIONS = 100
"""Names for which a known one is looked up: comparing with all rules takes milliseconds."""


@record
class Seen:
    """What a run has looked at. `whole`: all of the input below the root, so that what is missing is not there.

    `doubtful` are paths where something was not judged, `crashed` rules that judge several files and failed.
    """

    whole: bool
    doubtful: frozenset[str]
    crashed: frozenset[str]


class Waivers:
    """All waivers of a run, and which of their names have covered something."""

    def __init__(self, posted: Iterable[Posted], plan: Plan, dispatch: Dispatch, bundles: Bundles) -> None:
        self._plan = plan
        self._dispatch = dispatch
        self._bundles = bundles
        names = _Names(dispatch.registry)
        self.posted = [replace(one, waiver=names.resolved(one.waiver)) for one in posted]
        self._used: set[Match] = set()
        self._met: set[int] = set()

    def applied(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings, each with its suppression where a waiver hides it."""
        if not self.posted:
            return list(findings)
        result = []
        for finding, found in zip(findings, matches(findings, self.posted, self._bundles), strict=True):
            self._met.update(match.waiver for match in found)
            hiding = [match for match in found if self.posted[match.waiver].waiver.effective]
            self._used.update(hiding)
            if hiding:
                best = min(hiding, key=lambda match: (_FORMS.index(self._waiver(match).form), match))
                finding = replace(finding, suppression=_suppression(self._waiver(best)))
            result.append(finding)
        return result

    def findings(self, seen: Seen) -> Verdicts:
        """What is wrong with the waivers. Comments and annotations cannot hide it, the configuration can."""
        verdicts = Verdicts(self._plan)
        ours, theirs = self._dispatch.about(Waiver), self._dispatch.about(ForeignWaiver)
        for number, posted in enumerate(self.posted):
            if posted.waiver.peer:
                if theirs is not None:
                    verdicts.judge(theirs, partial(tuple, [self._foreign(number, posted.waiver)]), posted.path)
            elif ours is not None:
                verdicts.judge(ours, partial(tuple, [self._judged(number, posted, seen)]), posted.path)
        return verdicts

    def _foreign(self, number: int, waiver: Waiver) -> ForeignWaiver:
        mapped = any(said.meaning is not Meaning.UNKNOWN for said in waiver.names)
        return ForeignWaiver(
            waiver.place, waiver.peer, waiver.check, mapped, waiver.respected, mapped and number in self._met
        )

    def _waiver(self, match: Match) -> Waiver:
        return self.posted[match.waiver].waiver

    def _judged(self, number: int, posted: Posted, seen: Seen) -> Waiver:
        waiver = posted.waiver
        if not waiver.effective or self._plan.partial:
            return waiver
        names = tuple(
            replace(said, idle=Match(number, place) not in self._used and self._was_tried(posted, said, seen))
            for place, said in enumerate(waiver.names)
        )
        return replace(waiver, names=names)

    def _was_tried(self, posted: Posted, said: WaivedName, seen: Seen) -> bool:
        """Whether the name's rules were run on everything that the waiver covers."""
        meant = _meant(said.text, said.meaning, said.near, self._dispatch.registry)
        rules = [info for info in meant if info.profile is not Profile.OPT_IN] or meant
        if not rules or any(info.id not in self._plan.rules or info.id in seen.crashed for info in rules):
            return False
        if posted.keys is None:
            return posted.path not in seen.doubtful and (
                seen.whole or all(info.scope is not Scope.BUNDLE for info in rules)
            )
        # Findings about waivers come after this.
        if not seen.whole or any(info.family == "waiver" for info in rules):
            return False
        path = posted.keys.path
        return not any(not path or path_glob(path).fullmatch(each) for each in seen.doubtful)


class _Names:
    """What names in waivers mean."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[str, tuple[Meaning, tuple[str, ...], bool]] = {}
        self._suggested = 0

    def resolved(self, waiver: Waiver) -> Waiver:
        return replace(waiver, names=tuple(self._resolved(said, waiver.form) for said in waiver.names))

    def _resolved(self, said: WaivedName, form: SuppressionKind) -> WaivedName:
        found = self._known.get(said.text)
        if found is None:
            found = self._known[said.text] = self._looked_up(said.text, form)
        meaning, near, grave = found
        return replace(said, meaning=meaning, near=near, grave=grave)

    def _looked_up(self, name: str, form: SuppressionKind) -> tuple[Meaning, tuple[str, ...], bool]:
        registry = self._registry
        meaning = Meaning.UNKNOWN
        near: tuple[str, ...] = ()
        if name in registry:
            meaning = Meaning.RULE
        elif name in registry.renamed:
            meaning, near = Meaning.FORMER, (registry.renamed[name],)
        elif name in registry.families:
            meaning = Meaning.FAMILY
        elif form is SuppressionKind.CONFIGURATION and any(map(name_glob(name).fullmatch, registry.ids)):
            meaning = Meaning.PATTERN
        elif self._suggested < _MOST_SUGGESTIONS:
            self._suggested += 1
            near = registry.near(name)
        return meaning, near, any(info.severity >= Severity.HIGH for info in _meant(name, meaning, near, registry))


def _meant(name: str, meaning: Meaning, near: tuple[str, ...], registry: Registry) -> tuple[RuleInfo, ...]:
    """The rules that a name stands for."""
    match meaning:
        case Meaning.RULE:
            return (registry.info(name),)
        case Meaning.FORMER:
            return (registry.info(near[0]),)
        case Meaning.FAMILY:
            return tuple(info for info in registry if info.family == name)
        case Meaning.PATTERN:
            pattern = name_glob(name)
            return tuple(info for info in registry if pattern.fullmatch(info.id))
    return ()


def _suppression(waiver: Waiver) -> Suppression:
    return Suppression(waiver.form, waiver.reason, waiver.until, location(waiver.place))
