"""Waivers that are about to end."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Waiver
from hullmark.linter.rule import Hit, Option, Profile, Rule, Severity, in_container


class ExpiresSoon(Rule[Waiver]):
    """Waiver expires soon.

    From the day after its last one, what it covers is reported again and may
    stop a release that has nothing to do with it.

    Fix what it covers now, or decide anew and write a later `until`.
    """

    severity = Severity.INFO
    profile = Profile.STRICT
    options = (Option("waivers.warn-days", 14, "How long before its last day a waiver is announced to end."),)
    bad = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] until=2026-01-29 -- until the new agent  # ! in 14 days
            securityContext: {privileged: true}
        """),
        in_container(
            """
            # hullmark: ignore[workload/privileged-container] until=2026-02-10 -- until the new agent  # ! in 26 days
            securityContext: {privileged: true}
            """,
            options={"waivers.warn-days": 30},
        ),
    )
    good = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] until=2026-01-30 -- until the new agent
            securityContext: {privileged: true}
        """),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at the date."""
        left = waiver.days_left
        if left is not None and 0 <= left <= waiver.policy.warn_days and waiver.until_place is not None:
            when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
            yield self.hit(waiver.until_place, f"waiver of {waiver.subject} ends {when}, on {waiver.until}")
