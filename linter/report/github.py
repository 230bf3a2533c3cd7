"""Annotations of a GitHub Actions run: workflow commands, the worst first, no more than are shown."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Finding, Location, Problem, Report, Severity
from hullmark.linter.report.escape import command_data, command_property, visible
from hullmark.linter.report.ranking import most_severe
from hullmark.linter.report.view import View
from hullmark.linter.report.wording import counted, sentence

LIMIT = 10
"""Annotations of one level that a step may show (actions/toolkit, docs/problem-matchers.md); the rest is dropped."""

_PROBLEMS = 3
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(report: Report, view: View) -> str:
    """One command a line; a last notice counts what is not shown."""
    grave = [problem for problem in report.problems if problem.incomplete]
    lines = [("error", _problem(problem)) for problem in grave[:_PROBLEMS]]
    lines += [(_LEVELS[finding.severity], _finding(finding)) for finding in most_severe(report.findings)]
    shown = list(_capped(lines, LIMIT))
    hidden = len(grave) + len(report.findings) - len(shown)
    if hidden:
        # The closing notice takes a notice's place.
        shown = list(_capped(lines, LIMIT, notices=LIMIT - 1))
        hidden = len(grave) + len(report.findings) - len(shown)
        text = f"{hidden:,} more of {counted(len(report.findings), 'finding')} and {counted(len(grave), 'problem')}"
        shown.append(f"::notice title=hullmark::{text}: see the log, the job summary or the report file")
    return "".join(f"{line}\n" for line in shown)


def _capped(lines: list[tuple[str, str]], limit: int, notices: int = LIMIT) -> Iterator[str]:
    left = {"error": limit, "warning": limit, "notice": notices}
    for level, rest in lines:
        if left[level]:
            left[level] -= 1
            yield f"::{level} {rest}"


def _finding(finding: Finding) -> str:
    text = [sentence(finding)]
    text += [f"{each.location.path}:{each.location.line}: {each.message}" for each in finding.flow or finding.related]
    title = f"{finding.rule} ({finding.severity.label})"
    return _command(f"{_position(finding.location)},", title, text)


def _problem(problem: Problem) -> str:
    file = f"file={command_property(problem.path)}," if problem.path else ""
    where = f"{_position(problem.location)}," if problem.location else file
    return _command(where, f"hullmark: {problem.kind.value}", [problem.message])


def _command(where: str, title: str, text: list[str]) -> str:
    message = command_data("\n".join(map(visible, text)))
    return f"{where}title={command_property(title)}::{message}"


def _position(at: Location) -> str:
    """One line: columns are shown only where the annotation stays in its line."""
    position = f"file={command_property(at.path)},line={at.line},endLine={at.line},col={at.utf16_column}"
    return f"{position},endColumn={at.utf16_end_column}" if at.end_line == at.line else position
