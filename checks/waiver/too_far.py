"""Waivers that end later than is allowed."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Waiver
from hullmark.linter.rule import Hit, Option, Profile, Rule, Severity, in_container


class TooFar(Rule[Waiver]):
    """Waiver ends later than allowed.

    A last day beyond the agreed limit is none: by then nobody remembers what
    was accepted, while whoever finds the hole may use it every day.

    Write an `until` within `waivers.max-days` of today.
    """

    severity = Severity.LOW
    profile = Profile.OPT_IN
    options = (Option("waivers.max-days", 0, "How far ahead the last day of a waiver may lie."),)
    bad = (
        in_container(
            """
            # hullmark: ignore[workload/privileged-container] until=2026-06-30 -- until the move  # ! 166 days ahead
            securityContext: {privileged: true}
            """,
            options={"waivers.max-days": 90},
        ),
    )
    good = (
        in_container(
            """
            # hullmark: ignore[workload/privileged-container] until=2026-04-15 -- until the new agent
            securityContext: {privileged: true}
            """,
            options={"waivers.max-days": 90},
        ),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at the date."""
        left, most = waiver.days_left, waiver.policy.max_days
        if left is not None and most is not None and left > most and waiver.until_place is not None:
            yield self.hit(
                waiver.until_place,
                f"waiver of {waiver.subject} ends {left} days ahead, on {waiver.until}; at most {most} are allowed",
            )
