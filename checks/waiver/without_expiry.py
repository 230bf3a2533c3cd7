"""Waivers of grave findings that never end."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Waiver
from hullmark.linter.rule import Hit, Option, Profile, Rule, Severity, in_container


class WithoutExpiry(Rule[Waiver]):
    """Waiver of a grave finding never ends.

    Dangers of severity high or critical are accepted for a while, not for
    ever: without a last day nobody is made to look again.

    Add `until=YYYY-MM-DD` after the brackets. With
    `waivers.require-until: true` this belongs to the default profile,
    otherwise to `all`.
    """

    severity = Severity.LOW
    options = (Option("waivers.require-until", False, "Whether a waiver without a last day is a finding by default."),)
    bad = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] -- the agent loads kernel modules  # ! never ends
            securityContext: {privileged: true}
        """),
        in_container(
            """
            # hullmark: ignore[workload/privileged-container] -- the agent loads modules  # ! never ends
            securityContext: {privileged: true}
            """,
            options={"waivers.require-until": True},
        ),
    )
    good = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] until=2026-06-30 -- the agent loads kernel modules
            securityContext: {privileged: true}
        """),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at the waiver."""
        grave = [repr(name.text) for name in waiver.names if name.grave]
        if grave and waiver.effective and not waiver.until:
            yield self.hit(
                waiver.place,
                f"waiver of {', '.join(grave)} never ends",
                profile=Profile.DEFAULT if waiver.policy.require_until else Profile.ALL,
            )
