"""The report for people at a terminal: every finding with its source line, then what it comes to."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Finding, Problem, Related, Report
from hullmark.linter.report.benchmark import lines
from hullmark.linter.report.cells import width, window, wrapped
from hullmark.linter.report.digest import digest
from hullmark.linter.report.escape import log, place, visible
from hullmark.linter.report.styles import Styles
from hullmark.linter.report.view import Detail, View
from hullmark.linter.report.wording import incomplete, subject

_INDENT = "  "
_LABEL = 9
_PROBLEMS = 50
_NARROWEST = 40


def render(report: Report, view: View) -> str:
    """The whole report; in quiet detail one line a finding, and nothing when there is nothing to say."""
    lines = _brief(report, view) if view.detail is Detail.QUIET else _Page(report, view).lines()
    return log("".join(f"{line}\n" for line in lines))


def problem_line(problem: Problem) -> str:
    """`path:line:column: kind: message`."""
    where = place(problem.location) if problem.location else visible(problem.path)
    start = f"{where}: " if where else ""
    return f"{start}{problem.kind.value}: {visible(problem.message)}"


def _brief(report: Report, view: View) -> Iterator[str]:
    styles = Styles(view.color)
    for finding in report.findings:
        about = subject(finding)
        yield (
            f"{place(finding.location)}: {styles.severity(finding.severity)} {finding.rule}: "
            f"{visible(finding.message)}{f' ({visible(about)})' if about else ''}"
        )
    yield from map(problem_line, incomplete(report))
    if view.statistics:
        yield from digest(report, view)


class _Page:
    """The lines of one report; knows which rules were explained already."""

    def __init__(self, report: Report, view: View) -> None:
        self.report = report
        self.view = view
        self.width = max(view.width, _NARROWEST)
        self.styles = Styles(view.color)
        self.verbose = view.detail is Detail.VERBOSE
        self.explained: set[str] = set()

    def lines(self) -> Iterator[str]:
        for finding in self.report.findings:
            yield from self.finding(finding)
            yield ""
        yield from self.problems()
        if self.verbose or self.view.include_suppressed:
            yield from self.hidden()
        if self.view.include_absorbed:
            yield from self.absorbed()
        if self.verbose:
            yield from self.skipped()
        yield from lines(self.report, self.view)
        yield from digest(self.report, self.view)

    def finding(self, finding: Finding) -> Iterator[str]:
        yield from self.headline(finding)
        yield from self.message(finding)
        yield from self.excerpt(finding)
        if finding.flow:
            yield from self.reasons("path", finding.flow)
        elif finding.related:
            yield from self.reasons("because", finding.related)
        yield from self.advice(finding)
        if self.verbose:
            yield from self.details(finding)

    def headline(self, finding: Finding) -> Iterator[str]:
        """Place, severity and rule: in one line where there is room, else in two."""
        where = place(finding.location)
        doubt = f" [{finding.confidence.label} confidence]" if finding.confidence is not Confidence.HIGH else ""
        plain = f"{finding.severity.label} {finding.rule}{doubt}"
        what = f"{self.styles.severity(finding.severity)} {finding.rule}{self.styles.paint(doubt, 'faint')}"
        if width(where) + 2 + width(plain) <= self.width:
            yield f"{self.styles.paint(where, 'place')}: {what}"
        else:
            yield f"{self.styles.paint(where, 'place')}:"
            yield _INDENT + what

    def message(self, finding: Finding) -> Iterator[str]:
        room = self.width - len(_INDENT)
        *before, last = wrapped(visible(finding.message), room)
        for line in before:
            yield _INDENT + line
        about = visible(subject(finding))
        if not about:
            yield _INDENT + last
            return
        about = f"({about})"
        if width(last) + 1 + width(about) <= room:
            yield f"{_INDENT}{last} {self.styles.paint(about, 'faint')}"
            return
        yield _INDENT + last
        for line in wrapped(about, room):
            yield _INDENT + self.styles.paint(line, "faint")

    def excerpt(self, finding: Finding) -> Iterator[str]:
        """The source line and marks under the offending span."""
        at = finding.location
        if not at.snippet.strip():
            return
        number = f"{at.line:>5}"
        start = at.column - at.snippet_column
        end = at.end_column - at.snippet_column if at.end_line == at.line else len(at.snippet)
        line, first, last = window(at.snippet, start, end, self.width - len(number) - 3)
        edge = self.styles.paint(f"{number} |", "faint")
        blank = self.styles.paint(f"{'':>{len(number)}} |", "faint")
        yield f"{edge} {line}"
        yield f"{blank} {' ' * first}{self.styles.underline('^' * (last - first), finding.severity)}"

    def reasons(self, label: str, related: tuple[Related, ...]) -> Iterator[str]:
        """Further places in order; a path is numbered."""
        for number, each in enumerate(related, start=1):
            step = f"{number}. " if label == "path" else ""
            text = f"{step}{place(each.location)} {visible(each.message)}"
            yield from self.labelled(label if number == 1 else "", text)

    def advice(self, finding: Finding) -> Iterator[str]:
        """The fix, and what to type instead where a rule is met for the first time."""
        if finding.fix is not None:
            effect = "safe" if finding.fix.safe else "may change what runs"
            yield from self.labelled("fix", f"{visible(finding.fix.description) or 'edit the file'} ({effect})")
        rule = self.view.rules.get(finding.rule)
        if rule is None or (finding.rule in self.explained and not self.verbose):
            return
        self.explained.add(finding.rule)
        yield from self.labelled("remedy", visible(" ".join(rule.remedy.split())))

    def details(self, finding: Finding) -> Iterator[str]:
        if finding.controls:
            yield from self.labelled("controls", visible(", ".join(finding.controls)))
        if finding.field_path:
            yield from self.labelled("field", visible(finding.field_path))
        if finding.fingerprint:
            yield from self.labelled("id", visible(finding.fingerprint))

    def labelled(self, label: str, text: str) -> Iterator[str]:
        if not text:
            return
        for line in wrapped(text, self.width - len(_INDENT) - _LABEL):
            yield f"{_INDENT}{self.styles.paint(label, 'faint')}{' ' * (_LABEL - len(label))}{line}"
            label = ""

    def problems(self) -> Iterator[str]:
        """What was not understood, then plain notes."""
        grave = incomplete(self.report)
        notes = [problem for problem in self.report.problems if not problem.incomplete]
        for title, style, group in (("Not understood:", "high", grave), ("Notes:", "strong", notes)):
            if not group:
                continue
            yield self.styles.paint(title, style)
            shown = len(group) if self.verbose else _PROBLEMS
            for problem in group[:shown]:
                yield _INDENT + problem_line(problem)
            if len(group) > shown:
                yield f"{_INDENT}and {len(group) - shown:,} more (--verbose lists them)"
            yield ""

    def hidden(self) -> Iterator[str]:
        """Suppressed findings, each with the waiver that hides it."""
        if not self.report.suppressed:
            return
        yield self.styles.paint("Suppressed:", "strong")
        for finding in self.report.suppressed:
            yield f"{_INDENT}{place(finding.location)}: {finding.severity.label} {finding.rule}"
            for line in wrapped(_waiver(finding), self.width - 2 * len(_INDENT)):
                yield _INDENT * 2 + line
        yield ""

    def absorbed(self) -> Iterator[str]:
        """Findings of which others say more, each with the rule of that one."""
        if not self.report.absorbed:
            return
        yield self.styles.paint("Covered by stronger findings:", "strong")
        for finding in self.report.absorbed:
            yield f"{_INDENT}{place(finding.location)}: {finding.severity.label} {finding.rule}"
            text = f"{visible(finding.message)} (covered by {finding.absorbed_by})"
            for line in wrapped(text, self.width - 2 * len(_INDENT)):
                yield _INDENT * 2 + line
        yield ""

    def skipped(self) -> Iterator[str]:
        if not self.report.skipped:
            return
        yield self.styles.paint("Skipped:", "strong")
        for each in self.report.skipped:
            detail = f" ({visible(each.detail)})" if each.detail else ""
            yield f"{_INDENT}{visible(each.path)}: {each.reason.value}{detail}"
        yield ""


def _waiver(finding: Finding) -> str:
    waiver = finding.suppression
    if waiver is None:
        return ""
    where = f" at {place(waiver.location)}" if waiver.location else ""
    until = f" until {visible(waiver.until)}" if waiver.until else ""
    reason = f": {visible(waiver.reason)}" if waiver.reason else ""
    return f"by {waiver.kind.value}{where}{until}{reason}"
