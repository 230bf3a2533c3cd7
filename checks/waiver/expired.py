"""Waivers whose last day has passed."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Waiver
from hullmark.linter.rule import Hit, Rule, Severity, in_container


class Expired(Rule[Waiver]):
    """Waiver has expired.

    The day by which the danger was to be gone has passed, and it is still
    there: what the waiver covered is reported again.

    Fix what it covers and remove it, or decide anew and write a later
    `until`.
    """

    severity = Severity.MEDIUM
    bad = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] until=2026-01-14 -- until the new agent  # ! 2026-01-14
            securityContext: {privileged: true}
        """),
    )
    good = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] until=2026-01-15 -- until the new agent
            securityContext: {privileged: true}
        """),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at the date."""
        if waiver.expired and waiver.until_place is not None:
            yield self.hit(waiver.until_place, f"waiver of {waiver.subject} expired on {waiver.until}")
