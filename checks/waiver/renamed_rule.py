"""Waivers that use a former name of a rule."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import Meaning, WaivedName, Waiver
from hullmark.linter.rule import Fix, Hit, Offer, Profile, Rule, Severity, in_container
from hullmark.linter.text import Edit


class RenamedRule(Rule[Waiver]):
    """Waiver uses a former name of a rule.

    It still has its effect, but whoever searches for the rule by its present
    name does not find what was accepted.

    Write the present name.
    """

    severity = Severity.INFO
    profile = Profile.STRICT
    formerly = ("waiver/former-name",)
    bad = (
        in_container(
            "tty: false  # hullmark: ignore[waiver/former-name] -- to show a rename  # ! now called",
            fixed="tty: false  # hullmark: ignore[waiver/renamed-rule] -- to show a rename",
        ),
    )
    good = (in_container("tty: false  # hullmark: ignore[waiver/renamed-rule] -- to show a rename"),)

    def check(self, waiver: Waiver) -> Iterator[Hit]:
        """One hit at every former name."""
        if waiver.fault or waiver.unbounded:
            return
        for name in waiver.names:
            if name.meaning is Meaning.FORMER:
                yield self.hit(
                    name.place,
                    f"rule {name.text!r} is now called {name.near[0]!r}",
                    fix=_updated(name),
                    subject_name=name.text,
                )


def _updated(name: WaivedName) -> Offer:
    if name.place.source.slice(name.place.span) != name.text:
        return None
    return Fix(f"write {name.near[0]}", ((name.place.source, Edit(name.place.span, name.near[0])),), safe=True)
