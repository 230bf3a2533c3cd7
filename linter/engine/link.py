"""Judging what only several files together say: in the main process, after every file was read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.judge import Verdicts
from hullmark.linter.engine.plan import Plan
from hullmark.linter.manifest.resource import Resource


def judge_together(resources: Sequence[Resource], plan: Plan, dispatch: Dispatch, roots: Sequence[str]) -> Verdicts:
    """Links the resources of all files and judges every bundle. `roots` are the inputs that the user named."""
    verdicts = Verdicts(plan)
    if not dispatch.among or not resources:
        return verdicts
    from hullmark.linter.model.workspace import build_workspace  # only runs that link pay for it

    workspace = build_workspace(resources, plan.context, roots=roots, bundles=plan.settings.bundles)
    for bundle in workspace.bundles:
        for book in dispatch.among:
            verdicts.judge(book, partial(book.subject.among, bundle), bundle.name)
    return verdicts
