"""A job summary: counts, a table of findings, and the rest in folds; small enough for GitHub to accept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.finding import Finding, Location, Problem, Report
from hullmark.linter.report.benchmark import table
from hullmark.linter.report.escape import markdown, uri
from hullmark.linter.report.ranking import SEVERITIES, by_rule, by_severity, most_severe
from hullmark.linter.report.view import View
from hullmark.linter.report.wording import counted, incomplete, listed, subject

LIMIT = 1024 * 1024
"""Bytes that one step may write (GitHub, workflow commands, "Adding a job summary"); more is refused whole."""

_BUDGET = LIMIT - 64 * 1024
_TABLE_BUDGET = _BUDGET // 2
_ROWS = 1000
_PLACES = 20
_ITEMS = 100


def render(report: Report, view: View) -> str:
    """Worst first; what does not fit is counted."""
    parts = [*_head(report), *_table(report, view)]
    size = sum(map(_size, parts))
    left_out = 0
    for fold in _folds(report, view):
        size += _size(fold)
        if size > _BUDGET:
            left_out += 1
            size -= _size(fold)
            continue
        parts.append(fold)
    if left_out:
        parts.append(f"\n{counted(left_out, 'more section')} would not fit here.\n")
    return "".join(parts)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _head(report: Report) -> Iterator[str]:
    total = counted(len(report.findings), "finding") if report.findings else "no findings"
    yield f"### hullmark: {total}\n\n"
    grave = incomplete(report)
    if grave:
        yield f"**The analysis is incomplete:** {counted(len(grave), 'problem')} left parts unjudged.\n\n"
    if not report.summary.linted:
        yield "**Nothing was judged:** no Kubernetes manifest or component file was found.\n\n"
    if report.findings:
        counts = dict(by_severity(report.findings))
        yield f"| {' | '.join(severity.label for severity in SEVERITIES)} |\n"
        yield f"|{'---:|' * len(SEVERITIES)}\n"
        yield f"| {' | '.join(f'{counts.get(severity, 0):,}' for severity in SEVERITIES)} |\n\n"


def _table(report: Report, view: View) -> Iterator[str]:
    if not report.findings:
        return
    yield "| Severity | Finding | Where |\n|---|---|---|\n"
    size = shown = 0
    for finding in most_severe(report.findings)[:_ROWS]:
        about = subject(finding)
        about = f"{markdown(about)}, " if about else ""
        rule = f"<code>{markdown(finding.rule)}</code>"
        row = (
            f"| {finding.severity.label} | {markdown(finding.message)}<br>{about}{rule} "
            f"| {_place(finding.location, view)} |\n"
        )
        size += _size(row)
        if size > _TABLE_BUDGET:
            break
        shown += 1
        yield row
    if shown < len(report.findings):
        yield f"\nThe {shown:,} worst of {len(report.findings):,} findings.\n"
    yield "\n"


def _place(at: Location, view: View) -> str:
    text = f"<code>{markdown(at.path)}:{at.line}</code>"
    return f"[{text}]({view.blob_url}/{uri(at.path)}#L{at.line})" if view.blob_url else text


def _fold(title: str, lines: Iterable[str]) -> str:
    body = "".join(f"{line}\n" for line in lines)
    return f"<details><summary>{title}</summary>\n\n{body}\n</details>\n\n"


def _folds(report: Report, view: View) -> Iterator[str]:
    if report.controls:
        yield table(report)
    if report.problems:
        lines = [_problem(problem) for problem in report.problems]
        yield _fold(f"Problems: {len(lines):,}", _capped(lines))
    findings: dict[str, list[Finding]] = {}
    for finding in report.findings:
        findings.setdefault(finding.rule, []).append(finding)
    for rule in dict.fromkeys(each.rule for each in by_rule(report.findings)):
        yield _rule(rule, findings[rule], view)
    if report.suppressed:
        lines = [_hidden(finding) for finding in report.suppressed]
        yield _fold(f"Suppressed: {listed(report.summary.suppressed, ' by ')}", _capped(lines))
    yield _checked(report)


def _rule(rule: str, findings: list[Finding], view: View) -> str:
    text = view.rules.get(rule)
    title = f"<code>{markdown(rule)}</code>"
    lines = []
    if text is not None:
        title += f" {markdown(text.title)}"
        # The rule's own documentation is Markdown.
        lines += [text.why, "", text.remedy, ""]
    for finding in findings[:_PLACES]:
        lines.append(f"- {_place(finding.location, view)} {markdown(finding.message)}")
        lines += [
            f"  {number}. {_place(each.location, view)} {markdown(each.message)}"
            for number, each in enumerate(finding.flow or finding.related, start=1)
        ]
    if len(findings) > _PLACES:
        lines.append(f"- and {len(findings) - _PLACES:,} more")
    return _fold(f"{title} ({len(findings):,})", lines)


def _problem(problem: Problem) -> str:
    line = f":{problem.location.line}" if problem.location else ""
    return f"- {problem.kind.value}: <code>{markdown(problem.path)}{line}</code> {markdown(problem.message)}"


def _hidden(finding: Finding) -> str:
    waiver = finding.suppression
    place = f"<code>{markdown(finding.location.path)}:{finding.location.line}</code>"
    line = f"- {place} <code>{markdown(finding.rule)}</code>"
    if waiver is None:
        return line
    until = f" until {markdown(waiver.until)}" if waiver.until else ""
    reason = f": {markdown(waiver.reason)}" if waiver.reason else ""
    return f"{line}, by {waiver.kind.value}{until}{reason}"


def _capped(lines: list[str]) -> list[str]:
    more = len(lines) - _ITEMS
    return lines if more <= 0 else [*lines[:_ITEMS], f"- and {more:,} more"]


def _checked(report: Report) -> str:
    summary = report.summary
    skipped = f"; not judged: {listed(summary.skipped)}" if summary.skipped else ""
    return (
        f"Checked {counted(summary.linted, 'file')} of {summary.files:,} and {counted(summary.resources, 'resource')} "
        f"with {counted(len(report.rules), 'rule')} (profile {markdown(report.profile)}){skipped}.\n"
        + "".join(f"\n{markdown(note)}\n" for note in report.notes)
    )
