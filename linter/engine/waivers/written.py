"""Waivers that are written in a file, in every form."""

from __future__ import annotations

from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.manifest.file import ManifestFile
from hullmark.linter.manifest.waiver import FOREIGN_MARKS

_OURS = "hullmark"
"""Stands in every waiver of our own."""
_TELLING = ("kube-linter", "skip", "ignore", "polaris")  # each of the marks holds one: half the time


def written(manifest: ManifestFile, plan: Plan) -> tuple[Posted, ...]:
    """Waivers of a file: our own in comments and annotations, then suppressions for other linters.

    Most files have none, and import nothing that reads them.
    """
    text = manifest.source.text
    foreign: tuple[Posted, ...] = ()
    if _has_foreign(text):
        from hullmark.linter.engine.waivers.foreign import in_foreign

        foreign = tuple(in_foreign(manifest, plan))
    if _OURS not in text:
        return foreign
    from hullmark.linter.engine.waivers.annotations import in_annotations
    from hullmark.linter.engine.waivers.comments import in_comments

    demanded = plan.waivers
    return (*in_comments(manifest, demanded), *in_annotations(manifest, demanded), *foreign)


def _has_foreign(text: str) -> bool:
    for word in _TELLING:
        if word in text:
            return any(mark in text for mark in FOREIGN_MARKS)
    return False
