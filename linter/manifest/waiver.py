"""Waivers as rules see them: what was written, and what the run found out about it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from hullmark.linter.finding import SuppressionKind
from hullmark.linter.manifest.place import Place
from hullmark.linter.records import record
from hullmark.linter.text import Edit

FOREIGN_MARKS = (
    "kube-linter.io/",
    "checkov.io/skip",
    "checkov:skip=",
    "kube-score/ignore",
    "polaris.fairwinds.com/",
    "trivy:ignore:",
    "kubescape.io/ignore",
)
"""Parts of the names of suppressions for other linters: a text that holds none of them has none."""


class Meaning(StrEnum):
    """What a name in a waiver stands for."""

    RULE = "rule"
    FAMILY = "family"
    FORMER = "former id"
    PATTERN = "pattern"
    UNKNOWN = "unknown"


@record
class WaivedName:
    """One rule or family that a waiver names.

    `written` includes what narrows it: `container` or `path`. `near` are known names that may have
    been meant, or the present id of a renamed rule. `grave`: a rule of severity high or critical
    is meant. `idle`: its rules were run on what the waiver covers, and found nothing.
    """

    text: str
    written: str
    place: Place
    container: str = ""
    path: str = ""
    meaning: Meaning = Meaning.RULE
    near: tuple[str, ...] = ()
    grave: bool = False
    idle: bool = False


@record
class WaiverPolicy:
    """What the user demands of waivers; `max_days` None: no limit."""

    today: str = "1970-01-01"
    warn_days: int = 14
    require_reason: bool = False
    require_until: bool = False
    max_days: int | None = None


@record
class Waiver:
    """One waiver: a comment, one part of an annotation, or an entry of the configuration.

    `fault` says what is wrong with its form; such a waiver has no effect. `unbounded`: it names
    no rule, or everything everywhere. `until` is an ISO date or empty. `removal` is the edit that
    removes all of it, `listed` the place of all its names; None where the text has no such place.
    `peer` is the linter that it is written for, where that is another one, and `check` what that calls the
    rule; such a waiver counts only where it is `respected`.
    """

    made_by_engine: ClassVar[bool] = True

    form: SuppressionKind
    place: Place
    names: tuple[WaivedName, ...] = ()
    reason: str = ""
    until: str = ""
    until_place: Place | None = None
    fault: str = ""
    unbounded: bool = False
    removal: Edit | None = None
    listed: Place | None = None
    policy: WaiverPolicy = WaiverPolicy()
    peer: str = ""
    check: str = ""
    respected: bool = True

    @property
    def expired(self) -> bool:
        """Whether its last day has passed. ISO dates compare as texts."""
        return bool(self.until) and self.until < self.policy.today

    @property
    def days_left(self) -> int | None:
        """Days from today until its last day; None where it has none."""
        if not self.until:
            return None
        from datetime import date  # 1.5 ms: few waivers end

        return (date.fromisoformat(self.until) - date.fromisoformat(self.policy.today)).days

    @property
    def effective(self) -> bool:
        """Whether it hides what it names; a doubtful waiver hides nothing."""
        return self.respected and not self.fault and not self.unbounded and not self.expired

    @property
    def subject(self) -> str:
        """What it is about, for messages: the names that it lists."""
        return ", ".join(repr(name.text) for name in self.names) or "nothing"


@record
class ForeignWaiver:
    """A suppression that is written for another linter.

    `mapped`: some rule of ours judges the same thing. `matches`: such a rule has found something there.
    """

    made_by_engine: ClassVar[bool] = True

    place: Place
    peer: str
    check: str
    mapped: bool
    respected: bool
    matches: bool
