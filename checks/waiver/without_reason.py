"""Waivers that do not say why."""

import re
from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Waiver
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Option, Profile, Rule, Severity, in_container

_SHORTEST = 8
_PLACEHOLDER = regex(r"\W*(?:todo|tbd|fixme|ignored?|n/?a)\b.{0,20}", re.IGNORECASE)


class WithoutReason(Rule[Waiver]):
    """Waiver does not say why.

    Nobody can tell an accepted danger from a silenced alarm, neither the
    reviewer of the change nor whoever looks into an incident.

    Write why the danger is acceptable here: `-- reason` after the brackets.
    With `waivers.require-reason: true` this belongs to the default profile,
    otherwise to `strict`.
    """

    severity = Severity.LOW
    options = (Option("waivers.require-reason", False, "Whether a waiver without a reason is a finding by default."),)
    bad = (
        in_container("""
            # hullmark: ignore[workload/privileged-container]  # ! gives no reason
            securityContext: {privileged: true}
        """),
        in_container(
            """
            # hullmark: ignore[workload/privileged-container] -- TODO  # ! gives no reason but 'TODO'
            securityContext: {privileged: true}
            """,
            options={"waivers.require-reason": True},
        ),
    )
    good = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] -- the agent loads kernel modules
            securityContext: {privileged: true}
        """),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at the waiver."""
        if waiver.fault or waiver.unbounded:
            return
        letters = sum(map(str.isalpha, waiver.reason))
        if letters >= _SHORTEST and not _PLACEHOLDER.fullmatch(waiver.reason):
            return
        said = f" but {waiver.reason!r}" if waiver.reason else ""
        yield self.hit(
            waiver.place,
            f"waiver of {waiver.subject} gives no reason{said}",
            profile=Profile.DEFAULT if waiver.policy.require_reason else Profile.STRICT,
        )
