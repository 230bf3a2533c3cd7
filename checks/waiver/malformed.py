"""Waivers that cannot be read."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Waiver
from hullmark.linter.rule import Hit, Rule, Severity, in_container


class Malformed(Rule[Waiver]):
    """Waiver cannot be read.

    It has no effect, though its author believes that something was decided;
    guessing what was meant could hide what must be seen.

    Write `# hullmark: ignore[family/rule] until=YYYY-MM-DD -- reason`, or the
    same without `ignore[...]` in the annotation `hullmark.io/ignore`.
    """

    severity = Severity.MEDIUM
    bad = (
        in_container("""
            # hullmark: ignore[workload/privileged-container -- the agent  # ! the bracket is not closed
            securityContext: {privileged: true}
        """),
        in_container("""
            # hullmark: ignore[workload/privileged-container] until=31.1.2027 -- the agent  # ! is no date
            securityContext: {privileged: true}
        """),
        in_container("""
            # hullmark: disable=workload/privileged-container  # ! expected ignore[rule]
            securityContext: {privileged: true}
        """),
    )
    good = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] until=2027-01-31 -- the agent loads kernel modules
            securityContext: {privileged: true}
        """),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at the text."""
        if waiver.fault:
            yield self.hit(waiver.place, f"waiver has no effect: {waiver.fault}")
