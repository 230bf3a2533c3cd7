"""From the text of a waiver to the value that rules judge."""

from __future__ import annotations

from hullmark.linter.engine.waivers.grammar import Written
from hullmark.linter.finding import SuppressionKind
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.waiver import WaivedName, Waiver, WaiverPolicy
from hullmark.linter.text import Edit, Source, Span


def waiver(
    form: SuppressionKind,
    source: Source,
    place: Span,
    written: Written,
    base: int | None,
    removal: Edit | None,
    policy: WaiverPolicy,
) -> Waiver:
    """The waiver at `place`. `base` is where its text stands in the file; None where its parts have no places."""

    def at(span: Span) -> Place:
        return Place(source, place if base is None else span.shifted(base))

    names = written.names
    return Waiver(
        form=form,
        place=Place(source, place),
        names=tuple(
            WaivedName(
                name.text,
                "" if base is None else source.slice(name.whole.shifted(base)),
                at(name.span),
                name.container,
                name.path,
            )
            for name in names
        ),
        reason=written.reason,
        until=written.until,
        until_place=None if written.until_span is None else at(written.until_span),
        fault=written.fault,
        # In a manifest `*` would hide whatever comes.
        unbounded=not written.fault and (not names or any(is_everything(name.text) for name in names)),
        removal=removal,
        listed=at(Span(names[0].whole.start, names[-1].whole.end)) if names and base is not None else None,
        policy=policy,
    )


def is_everything(pattern: str) -> bool:
    """Whether a pattern of rules matches all of them."""
    return set(pattern) <= set("*?/")
