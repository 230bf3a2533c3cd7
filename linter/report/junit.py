"""JUnit XML: a finding is a failed test, a problem a test in error, for servers that know nothing else.

GitLab keys tests by class name and name and ignores repetitions, and compares names between branches
(https://docs.gitlab.com/ci/testing/unit_test_reports/): names are unique and hold no line numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Finding, Problem, Report
from hullmark.linter.report.escape import xml
from hullmark.linter.report.view import View
from hullmark.linter.report.wording import counted, incomplete, subject


def render(report: Report, view: View) -> str:
    """One suite for each file with findings or problems; one passing test when there is neither."""
    problems = incomplete(report)
    failures, errors = len(report.findings), len(problems)
    suites = "".join(_suites(report, problems, view))
    if not suites:
        # Servers take a report without tests for a failure.
        name = f"no findings in {counted(report.summary.linted, 'file')}"
        head = '<testsuite name="hullmark" tests="1" failures="0" errors="0">'
        suites = f"{head}\n{_case('hullmark', name, '')}</testsuite>\n"
    tests = failures + errors or 1
    head = f'<testsuites name="hullmark" tests="{tests}" failures="{failures}" errors="{errors}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{suites}</testsuites>\n'


def _suites(report: Report, problems: tuple[Problem, ...], view: View) -> Iterator[str]:
    findings: dict[str, list[Finding]] = {}
    broken: dict[str, list[Problem]] = {}
    for finding in report.findings:
        findings.setdefault(finding.location.path, []).append(finding)
    for problem in problems:
        broken.setdefault(problem.path, []).append(problem)
    for path in sorted(findings.keys() | broken.keys()):
        failed, grave = findings.get(path, []), broken.get(path, [])
        total = len(failed) + len(grave)
        yield f'<testsuite name="{xml(path)}" tests="{total}" failures="{len(failed)}" errors="{len(grave)}">\n'
        yield from _cases(path, failed, grave, view)
        yield "</testsuite>\n"


def _cases(path: str, findings: list[Finding], problems: list[Problem], view: View) -> Iterator[str]:
    seen: dict[str, int] = {}

    def unique(name: str) -> str:
        seen[name] = number = seen.get(name, 0) + 1
        return name if number == 1 else f"{name} ({number})"

    for finding in findings:
        parts = (finding.rule, subject(finding), finding.field_path)
        yield _case(path, unique(" ".join(filter(None, parts))), _failure(finding, view))
    for problem in problems:
        where = f"{problem.path}:{problem.location.line}" if problem.location else problem.path
        body = f'<error type="{problem.kind.value}" message="{xml(problem.message)}">{xml(where)}</error>\n'
        yield _case(path, unique(f"hullmark {problem.kind.value}"), body)


def _case(path: str, name: str, body: str) -> str:
    start = f'<testcase classname="{xml(path)}" name="{xml(name)}"'
    return f"{start}>\n{body}</testcase>\n" if body else f"{start}/>\n"


def _failure(finding: Finding, view: View) -> str:
    at = finding.location
    rule = view.rules.get(finding.rule)
    lines = [f"{at.path}:{at.line}:{at.column}: {finding.severity.label} {finding.rule}", finding.message]
    lines += [
        f"because {each.location.path}:{each.location.line}: {each.message}" for each in finding.flow or finding.related
    ]
    if rule is not None:
        lines.append(" ".join(rule.remedy.split()))
    text = "\n".join(xml(line) for line in lines if line)
    return f'<failure type="{finding.severity.label}" message="{xml(finding.message)}">{text}</failure>\n'
