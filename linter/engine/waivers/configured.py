"""Waivers of the configuration, and what its policy demands of all of them."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.config.settings import ConfigWaiver
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.finding import SuppressionKind
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.waiver import WaivedName, Waiver, WaiverPolicy
from hullmark.linter.text import Span


def in_configuration(plan: Plan) -> Iterator[Posted]:
    """Waivers of the configuration, in order."""
    for entry in plan.settings.waivers:
        yield Posted(_waiver(entry, plan.waivers), keys=entry)


def _waiver(entry: ConfigWaiver, demands: WaiverPolicy) -> Waiver:
    from hullmark.linter.engine.waivers.reading import is_everything

    def at(key: str) -> Place:
        return Place(entry.source, entry.at(key))

    names = tuple(
        WaivedName(text, "", at(key)) for key, text in (("rule", entry.rule), ("family", entry.family)) if text
    )
    sweeping = any(is_everything(name.text) for name in names) and not entry.resource and not entry.path
    return Waiver(
        form=SuppressionKind.CONFIGURATION,
        place=Place(entry.source, _whole(entry)),
        names=names,
        reason=entry.reason,
        until=entry.until,
        until_place=at("until") if entry.until else None,
        unbounded=not names or sweeping,
        policy=demands,
    )


def _whole(entry: ConfigWaiver) -> Span:
    """The first value that says what is waived; the entry itself where none does."""
    return next((entry.at(key) for key in ("rule", "family", "path", "resource") if key in entry.spans), entry.span)
