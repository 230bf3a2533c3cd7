"""GitLab Code Quality: the findings in the merge request widget of every tier.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from hashlib import sha256

from hullmark.linter.finding import Finding, Problem, Report, Severity
from hullmark.linter.report import plain
from hullmark.linter.report.escape import visible
from hullmark.linter.report.view import View
from hullmark.linter.report.wording import sentence

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(report: Report, view: View) -> str:
    """An array of issues; what made the analysis incomplete is an issue as well."""
    issues = [_finding(finding) for finding in report.findings]
    issues += [_problem(problem) for problem in report.problems if problem.incomplete]
    seen: dict[object, int] = {}
    for issue in issues:
        # GitLab drops all but one of the issues that share a fingerprint.
        mark = issue["fingerprint"]
        seen[mark] = number = seen.get(mark, 0) + 1
        if number > 1:
            issue["fingerprint"] = _digest(f"{mark}#{number}")
    return plain.rows([plain.dumps(issue) for issue in issues]) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "description": visible(sentence(finding)),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint or _digest(f"{finding.rule}\0{finding.location.path}\0{finding.message}"),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": finding.location.path, "lines": {"begin": finding.location.line}},
    }


def _problem(problem: Problem) -> dict[str, object]:
    line = problem.location.line if problem.location else 1
    return {
        "description": visible(f"The analysis is incomplete: {problem.message}"),
        "check_name": f"hullmark/{problem.kind.value}",
        "fingerprint": _digest(f"{problem.kind.value}\0{problem.path}\0{problem.message}"),
        "severity": "major",
        "location": {"path": problem.path, "lines": {"begin": line}},
    }


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
