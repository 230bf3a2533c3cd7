"""What a run comes to: exit codes, the contract that scripts rely on, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hullmark.linter.finding import Finding, Report, Severity

CLEAN = 0
FOUND = 1
MISUSED = 2
INCOMPLETE = 3


def exit_code(report: Report, fail_on: Severity | None) -> int:
    """3 when the analysis is incomplete, else 1 when a finding is at or above `fail_on` (None: never), else 0."""
    if any(problem.incomplete for problem in report.problems):
        return INCOMPLETE
    if fail_on is not None and any(finding.severity >= fail_on for finding in report.findings):
        return FOUND
    return CLEAN


def severities(findings: Iterable[Finding]) -> tuple[tuple[str, int], ...]:
    """How many findings there are of each severity that occurs, worst first."""
    found = Counter(finding.severity for finding in findings)
    return tuple((one.label, found[one]) for one in sorted(Severity, reverse=True) if found[one])
