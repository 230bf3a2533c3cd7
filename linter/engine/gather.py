"""Everything that the files of a run hold, linked and not judged: for commands that answer questions."""

from __future__ import annotations

import gc

from hullmark.linter.engine.fragments import informed
from hullmark.linter.engine.plan import plan
from hullmark.linter.engine.run import Request, discovered, judged
from hullmark.linter.finding import Problem
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.workspace import Workspace, build_workspace
from hullmark.linter.records import record, replace
from hullmark.linter.rule.registry import Registry


@record
class Gathered:
    """The workspace, and what was not understood while reading it (sorted)."""

    workspace: Workspace
    problems: tuple[Problem, ...]


def gather(request: Request, registry: Registry) -> Gathered:
    """Reads what `request` names, with its settings, and links it."""
    collects = gc.isenabled()
    gc.disable()  # as in a run: trees of nodes have no cycles
    try:
        found = discovered(request)
        intent = informed(plan(request.settings, registry, request.today), found.files)
        intent = replace(intent, rules=(), gathers=True)
        files = sorted(judged(found.files, intent, registry, request.jobs), key=lambda result: result.path)
        resources: list[Resource] = [each for file in files for each in file.linkable]
        workspace = build_workspace(resources, intent.context, roots=found.roots, bundles=request.settings.bundles)
        problems = [*found.problems, *(problem for file in files for problem in file.problems)]
        return Gathered(workspace, tuple(sorted(problems, key=lambda problem: problem.sort_key)))
    finally:
        if collects:
            gc.enable()
