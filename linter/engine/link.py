"""Judging what only several files together say: in the main process, after every file was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.verdicts import Verdicts
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import record


@record
class Together:
    """What linking has found; `homes` are the paths of every bundle by its name."""

    verdicts: Verdicts
    homes: Mapping[str, Iterable[str]]


def judge_together(resources: Sequence[Resource], plan: Plan, dispatch: Dispatch, roots: Sequence[str]) -> Together:
    """Links the resources of all files and judges every bundle. `roots` are the inputs that the user named."""
    verdicts = Verdicts(plan)
    homes: dict[str, set[str]] = {}
    if not resources:
        return Together(verdicts, homes)
    from hullmark.linter.model.workspace import build_workspace  # only runs that link pay for it

    workspace = build_workspace(resources, plan.context, roots=roots, bundles=plan.settings.bundles)
    for bundle in workspace.bundles:
        homes.setdefault(bundle.name, set()).update(resource.cursor.source.path for resource in bundle.resources)
        for book in dispatch.between(bundle.resources):
            verdicts.judge(book, partial(book.subject.among, bundle), bundle.name)
    return Together(verdicts, homes)
