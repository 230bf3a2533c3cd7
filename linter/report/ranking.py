"""Findings by importance: what a reader with little time or room is shown first."""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.finding import Finding, Severity
from hullmark.linter.records import record

SEVERITIES = tuple(sorted(Severity, reverse=True))
"""Worst first."""


def most_severe(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first; equals stay in the order of the report."""
    return sorted(findings, key=lambda finding: -finding.severity)


@record
class RuleCount:
    """How often one rule fired at one severity, where first, and how many of those have a fix."""

    rule: str
    severity: Severity
    count: int
    fixable: int
    first: Finding


def by_rule(findings: Iterable[Finding]) -> list[RuleCount]:
    """Rules that fired: worst first, then the most frequent, then by name."""
    groups: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.severity), []).append(finding)
    counts = [
        RuleCount(rule, severity, len(group), sum(each.fix is not None for each in group), group[0])
        for (rule, severity), group in groups.items()
    ]
    return sorted(counts, key=lambda each: (-each.severity, -each.count, each.rule))


def by_severity(findings: Iterable[Finding]) -> list[tuple[Severity, int]]:
    """Counts of the severities that occur, worst first."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return [(severity, count) for severity, count in counts.items() if count]
