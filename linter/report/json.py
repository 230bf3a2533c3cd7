"""The report for programs, `hullmark-report/1`: names and values exactly as found, byte-identical from run to run."""

from __future__ import annotations

from hullmark.linter.finding import Report
from hullmark.linter.report import plain
from hullmark.linter.report.ranking import SEVERITIES
from hullmark.linter.report.view import View
from hullmark.linter.report.wording import states

SCHEMA = "hullmark-report/1"


def render(report: Report, view: View) -> str:
    """One object; every finding, problem and skipped file on a line of its own.

    Suppressed findings follow the shown ones when they are wanted, then those that stronger ones cover; only they
    have a `suppression` or an `absorbedBy`. `pods` are there where they were asked for; where the profile is a
    framework, `controls` and `controlCounts` follow.
    """
    findings = report.findings + (report.suppressed if view.include_suppressed else ())
    findings += report.absorbed if view.include_absorbed else ()
    tool = {"name": "hullmark", "version": report.version, "rules": report.rules}
    skipped = [{"path": each.path, "reason": each.reason.value, "detail": each.detail} for each in report.skipped]
    pods = {"pods": plain.rows([plain.dumps(plain.pod(each, report.standard)) for each in report.pods])}
    parts = {
        "schema": plain.dumps(SCHEMA),
        "tool": plain.dumps(tool),
        "profile": plain.dumps(report.profile),
        "findings": plain.rows([plain.dumps(plain.finding(each, view)) for each in findings]),
        "problems": plain.rows([plain.dumps(plain.problem(each)) for each in report.problems]),
        "skipped": plain.rows([plain.dumps(each) for each in skipped]),
        **(pods if report.standard else {}),
        "notes": plain.dumps(report.notes),
        "summary": plain.dumps(_summary(report)),
    }
    if report.controls:
        parts["controls"] = plain.rows([plain.dumps(plain.control(each)) for each in report.controls])
        parts["controlCounts"] = plain.dumps(dict(states(report)))
    return "{\n" + ",\n".join(f'"{name}": {value}' for name, value in parts.items()) + "\n}\n"


def _summary(report: Report) -> plain.Value:
    summary = report.summary
    counts = dict.fromkeys((severity.label for severity in SEVERITIES), 0)
    for finding in report.findings:
        counts[finding.severity.label] += 1
    return {
        "files": summary.files,
        "linted": summary.linted,
        "documents": summary.documents,
        "resources": summary.resources,
        "findings": len(report.findings),
        "bySeverity": counts,
        "fixable": sum(finding.fix is not None for finding in report.findings),
        "suppressed": dict(summary.suppressed),
        "absorbed": len(report.absorbed),
        "skipped": dict(summary.skipped),
        "incomplete": any(problem.incomplete for problem in report.problems),
    }
