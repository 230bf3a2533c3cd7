"""Waivers that are written in a file, in every form."""

from __future__ import annotations

from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.waivers.annotations import in_annotations
from hullmark.linter.engine.waivers.comments import in_comments
from hullmark.linter.engine.waivers.foreign import in_foreign
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.manifest.file import ManifestFile

_OURS = "hullmark"
"""Stands in every waiver of our own."""


def written(manifest: ManifestFile, plan: Plan) -> tuple[Posted, ...]:
    """Waivers of a file: our own in comments and annotations, then suppressions for other linters."""
    foreign = tuple(in_foreign(manifest, plan))
    if _OURS not in manifest.source.text:
        return foreign
    demanded = plan.waivers
    return (*in_comments(manifest, demanded), *in_annotations(manifest, demanded), *foreign)
