"""Waivers that outlived what they were written for."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import WaivedName, Waiver
from hullmark.linter.rule import Fix, Hit, Offer, Rule, Severity, in_container
from hullmark.linter.text import Edit


class Unused(Rule[Waiver]):
    """Waiver hides nothing.

    What it was written for is gone. It stays behind as permission for the
    next mistake of the same kind: whoever brings it back in will not be
    told.

    Remove the waiver, or the one name that no longer matches.
    """

    severity = Severity.LOW
    bad = (
        in_container(
            """
            # hullmark: ignore[workload/privileged-container] -- the agent loads kernel modules  # ! hides nothing
            securityContext: {privileged: false}
            """,
            fixed="securityContext: {privileged: false}",
        ),
        in_container(
            """
            # hullmark: ignore[workload/privileged-container, rbac/wildcard-verb] -- until the move  # ! 'rbac/wildcard
            securityContext: {privileged: true}
            """,
            fixed="""
            # hullmark: ignore[workload/privileged-container] -- until the move
            securityContext: {privileged: true}
            """,
        ),
    )
    good = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] -- the agent loads kernel modules
            securityContext: {privileged: true}
        """),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at the waiver when all of it is idle, else one at every idle name."""
        idle = [name for name in waiver.names if name.idle]
        if idle and len(idle) == len(waiver.names):
            yield self.hit(waiver.place, f"waiver of {waiver.subject} hides nothing", fix=_removed(waiver))
            return
        for name in idle:
            yield self.hit(
                name.place,
                f"{name.text!r} hides nothing here",
                fix=_shortened(waiver, idle),
                subject_name=name.text,
            )


def _removed(waiver: Waiver) -> Offer:
    if waiver.removal is None:
        return None
    return Fix("remove the waiver", ((waiver.place.source, waiver.removal),), safe=True)


def _shortened(waiver: Waiver, idle: list[WaivedName]) -> Offer:
    """The same edit for every idle name, so that edits of neighbours do not collide."""
    if waiver.listed is None:
        return None
    left = ", ".join(name.written for name in waiver.names if name not in idle)
    return Fix("remove names that hide nothing", ((waiver.listed.source, Edit(waiver.listed.span, left)),), safe=True)
