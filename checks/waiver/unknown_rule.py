"""Waivers that name what does not exist."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Meaning, WaivedName, Waiver
from hullmark.linter.rule import Fix, Hit, Offer, Rule, Severity, in_container
from hullmark.linter.text import Edit


class UnknownRule(Rule[Waiver]):
    """Waiver names an unknown rule.

    The name hides nothing, though its author believes that something was
    decided.

    Write the id of a rule or the name of a family, as `hullmark rules`
    lists them.
    """

    severity = Severity.MEDIUM
    bad = (
        in_container(
            """
            # hullmark: ignore[workload/priviledged-container] -- the agent loads modules  # ! did you mean
            securityContext: {privileged: true}
            """,
            fixed="""
            # hullmark: ignore[workload/privileged-container] -- the agent loads modules
            securityContext: {privileged: true}
            """,
        ),
        in_container("""
            # hullmark: ignore[CKV_K8S_16] -- the agent loads modules  # ! called 'CKV_K8S_16'
            securityContext: {privileged: true}
        """),
    )
    good = (
        in_container("""
            # hullmark: ignore[workload/privileged-container] -- the agent loads kernel modules
            securityContext: {privileged: true}
        """),
    )

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at every unknown name."""
        if waiver.fault or waiver.unbounded:
            return
        for name in waiver.names:
            if name.meaning is Meaning.UNKNOWN:
                hint = f"; did you mean {' or '.join(map(repr, name.near))}?" if name.near else ""
                yield self.hit(
                    name.place,
                    f"no rule or family is called {name.text!r}{hint}",
                    fix=_corrected(name),
                    subject_name=name.text,
                )


def _corrected(name: WaivedName) -> Offer:
    """The one known name that differs by one letter, if the text has a place of its own."""
    close = [known for known in name.near if _one_edit(name.text, known)]
    if len(close) != 1 or name.place.source.slice(name.place.span) != name.text:
        return None
    return Fix(f"write {close[0]}", ((name.place.source, Edit(name.place.span, close[0])),), safe=True)


def _one_edit(one: str, other: str) -> bool:
    """Whether one letter more, less or other, or two neighbours exchanged, makes the texts equal."""
    if len(one) > len(other):
        one, other = other, one
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, other_rest = one[start:], other[start:]
    if len(one) < len(other):
        return rest == other_rest[1:]
    return rest[1:] == other_rest[1:] or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
