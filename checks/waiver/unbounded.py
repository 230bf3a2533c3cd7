"""Waivers that would hide everything."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Waiver
from hullmark.linter.rule import Hit, Rule, Severity, in_container


class Unbounded(Rule[Waiver]):
    """Waiver names no rule.

    It would hide whatever is found there, today and after every update, so
    that an attacker's change would be hidden as well. It has no effect.

    Name the rules or families that are accepted: `ignore[family/rule]`. In
    the configuration `*` is accepted beside a `resource` or a `path`.
    """

    severity = Severity.MEDIUM
    bad = (
        in_container("""
            # hullmark: ignore -- the agent loads kernel modules  # ! names no rule
            securityContext: {privileged: true}
        """),
        in_container("""
            # hullmark: ignore[] -- the agent loads kernel modules  # ! names no rule
            securityContext: {privileged: true}
        """),
        in_container("""
            securityContext: {privileged: true}  # hullmark: ignore[*] -- the agent loads modules  # ! covers every rule
        """),
    )
    good = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] -- the agent loads kernel modules
            securityContext: {privileged: true}
        """),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at the waiver."""
        if waiver.unbounded:
            what = "covers every rule" if waiver.names else "names no rule"
            yield self.hit(waiver.place, f"waiver {what} and has no effect")
