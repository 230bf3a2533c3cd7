"""`hullmark baseline`: writes down what is found now, so that only what is new is told from then on."""

from __future__ import annotations

import os
import sys

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.outputs import write
from hullmark.linter.cli.stop import INCOMPLETE, StopError, say
from hullmark.linter.cli.work import baseline_in, check_options, prepared
from hullmark.linter.engine.baseline import BASELINE, pruned, recorded
from hullmark.linter.engine.run import run
from hullmark.linter.finding import Report
from hullmark.linter.manifest.baseline import Baseline


def baseline(options: LintOptions, file: str, prune: bool) -> int:
    """Writes the baseline, or with `prune` takes out of it what is no longer found; exit code 3 when in doubt."""
    check_options(options)
    work = prepared(options)
    path = file or os.path.join(work.request.root, BASELINE)
    old = baseline_in(path) if prune else None
    if prune and work.scopes != (".",):
        raise StopError("--prune needs all of the repository: what lies elsewhere would be taken for gone")
    if prune and (options.select or options.min_confidence):
        raise StopError("--prune needs all rules: what others have found would be taken for gone")
    report = run(work.request, work.registry)
    doubts = [problem for problem in report.problems if problem.incomplete]
    for problem in doubts[:10]:
        say(f"{problem.path}: {problem.message}")
    if old is not None and doubts:
        say("the analysis is incomplete, so nothing is taken out")
        return INCOMPLETE
    write(path, recorded(report.findings) if old is None else pruned(old, report.findings))
    sys.stdout.write(_said(report, old, os.path.relpath(path)))
    return INCOMPLETE if doubts else 0


def _said(report: Report, old: Baseline | None, shown: str) -> str:
    if old is None:
        count = len(report.findings)
        return f"{shown} knows {count:,} {'finding' if count == 1 else 'findings'}; lint with --baseline {shown}\n"
    left: dict[str, int] = {}
    for finding in report.findings:
        left[finding.likeness] = left.get(finding.likeness, 0) + 1
    was = sum(entry.count for entry in old.entries.values())
    known = sum(min(entry.count, left.get(mark, 0)) for mark, entry in old.entries.items())
    new = len(report.findings) - known
    more = f", {new:,} more were found and are not in it" if new else ""
    return f"{shown}: {was - known:,} of {was:,} are gone and taken out{more}\n"
