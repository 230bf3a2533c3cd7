"""From the results of all files to the one report: order, numbers, selection, suppression, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.fingerprint import numbered
from hullmark.linter.engine.judge import FileResult
from hullmark.linter.engine.link import judge_together
from hullmark.linter.engine.plan import Plan
from hullmark.linter.finding import Finding, Problem, Report, Severity, Skipped, SkipReason, Summary


def report(
    plan: Plan,
    dispatch: Dispatch,
    results: Iterable[FileResult],
    skipped: Iterable[Skipped] = (),
    problems: Iterable[Problem] = (),
    version: str = "",
    roots: Sequence[str] = (),
) -> Report:
    """The report of a run; the order in which results arrive does not matter.

    `roots` are the paths of directories that the user named.
    """
    files = sorted(results, key=lambda result: result.path)
    linkable = [resource for file in files for resource in file.linkable]
    together = judge_together(linkable, plan, dispatch, roots)
    found = [*(finding for file in files for finding in file.findings), *together.findings]
    found = numbered(sorted(found, key=lambda finding: finding.sort_key))
    shown = tuple(finding for finding in found if counts(finding, plan))
    left_out = sorted([*skipped, *(file.skipped for file in files if file.skipped)], key=lambda one: one.path)
    said = [*problems, *(problem for file in files for problem in file.problems), *together.problems]
    return Report(
        version=version,
        profile=plan.profile,
        rules=plan.rules,
        findings=shown,
        suppressed=(),
        problems=tuple(sorted(said, key=lambda problem: problem.sort_key)),
        skipped=tuple(left_out),
        summary=summary(files, left_out, shown, ()),
    )


def counts(finding: Finding, plan: Plan) -> bool:
    """Whether the settings ask for this finding."""
    return finding.profile <= plan.level and finding.confidence >= plan.settings.min_confidence


def summary(
    files: Sequence[FileResult], skipped: Sequence[Skipped], shown: Sequence[Finding], hidden: Sequence[Finding]
) -> Summary:
    """Counts in which every file occurs exactly once."""
    linted = sum(file.skipped is None for file in files)
    reasons = Counter(one.reason for one in skipped)
    kinds = Counter(one.suppression.kind.value for one in hidden if one.suppression is not None)
    severities = Counter(finding.severity for finding in shown)
    return Summary(
        files=linted + len(skipped),
        linted=linted,
        documents=sum(file.documents for file in files),
        resources=sum(file.resources for file in files),
        skipped=tuple((reason.value, reasons[reason]) for reason in SkipReason if reasons[reason]),
        suppressed=tuple(sorted(kinds.items())),
        by_severity=tuple((one.label, severities[one]) for one in sorted(Severity, reverse=True) if severities[one]),
        fixable=sum(finding.fix is not None for finding in shown),
    )
