"""Judging in one file what may turn out to belong together with others: most files turn out to stand alone.

What a bundle's components say is judged where it is read, in parallel and while it is at hand. Linking keeps that
unless files of the bundle are tied together; then it judges them itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hullmark.linter.engine.alike import Likeness
from hullmark.linter.engine.crash import crash_of
from hullmark.linter.engine.dispatch import Dispatch, Heard
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.verdicts import Verdicts
from hullmark.linter.finding import Finding, Problem, Profile
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.ties import Ties, joined, tied
from hullmark.linter.named_tuple import NamedTuple


class Apart(NamedTuple):
    """What was found in one file, true as long as nothing is tied to it. Crosses processes.

    `ties` tell what might be; None where even that is not known.
    """

    ties: Ties | None
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    crashed: frozenset[str] = frozenset()


class Ahead(NamedTuple):
    """What was found out in one file for those who link. Crosses processes."""

    heard: Heard
    apart: Apart | None = None


def looked_ahead(
    resources: Sequence[Resource], alike: Sequence[Likeness], plan: Plan, dispatch: Dispatch, level: Profile
) -> Ahead:
    """What linking need not find out again about the resources of one file, of which there is at least one."""
    verdicts = Verdicts(plan, level)
    places: set[int] = set()
    asked = False
    for resource, like in zip(resources, alike, strict=True):
        places.update(dispatch.noticed(resource))
        if like.apart is None:
            like.apart = bool(dispatch.apart(resource))
        asked = asked or like.apart
        verdicts.judge_alike(like, dispatch.apart, resource)
    heard = dispatch.heard(places, resources[0].cursor.source)
    found = Ahead(heard, _apart(resources, alike, verdicts) if asked else None)
    return found if verdicts.findings or verdicts.problems else dispatch.shared(found)


def _apart(resources: Sequence[Resource], alike: Sequence[Likeness], verdicts: Verdicts) -> Apart:
    found: list[Ties] = []
    crash_of(_tie, resources, alike, found)
    return Apart(
        found[0] if found else None,
        tuple(verdicts.findings),
        tuple(verdicts.problems),
        frozenset(verdicts.crashed),
    )


def _tie(resources: Sequence[Resource], alike: Sequence[Likeness], found: list[Ties]) -> None:
    from hullmark.linter.model.tying import ties  # only files with components pay for it

    for resource, like in zip(resources, alike, strict=True):
        if like.ties is None:
            like.ties = ties(resource)
    found.append(joined((each.ties for each in alike if each.ties is not None), resources[0].cursor.source))


def is_tied(bundle: Bundle, known: Mapping[str, Apart]) -> bool:
    """Whether what was found apart in the files of a bundle, by their paths, may be untrue of them together."""
    if not known:
        return False
    said: list[bool] = []
    crash_of(_tied, bundle, known, said)
    return said != [False]


def _tied(bundle: Bundle, known: Mapping[str, Apart], said: list[bool]) -> None:
    found = {path: each.ties for path, each in known.items() if each.ties is not None}
    said.append(len(found) < len(known) or tied(bundle, found))
