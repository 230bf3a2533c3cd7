"""The end of the report for people: what it comes to, where to begin, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Report
from hullmark.linter.report.cells import fitted, width, wrapped
from hullmark.linter.report.escape import place, visible
from hullmark.linter.report.ranking import by_rule, by_severity
from hullmark.linter.report.styles import Styles
from hullmark.linter.report.view import Detail, View
from hullmark.linter.report.wording import counted, incomplete, listed

_LABEL = 12
_TOP = 5


def digest(report: Report, view: View) -> Iterator[str]:
    """Verdict, worst rules, what was hidden, skipped and not understood; statistics when asked for."""
    styles = Styles(view.color)
    if view.statistics:
        yield from _statistics(report, view, styles)
    if view.detail is Detail.QUIET:
        return
    if len(report.findings) > _TOP and not view.statistics:
        yield from _worst(report, view, styles)
    yield from _verdict(report, styles)
    for label, text in _facts(report, view):
        for line in wrapped(text, max(view.width - _LABEL, _LABEL)):
            yield f"{styles.paint(label, 'faint')}{' ' * (_LABEL - len(label))}{line}"
            label = ""


def _verdict(report: Report, styles: Styles) -> Iterator[str]:
    grave = len(incomplete(report))
    if report.findings:
        files = len({finding.location.path for finding in report.findings})
        counts = ", ".join(
            styles.paint(f"{count:,} {severity.label}", severity.label)
            for severity, count in by_severity(report.findings)
        )
        total = styles.paint(counted(len(report.findings), "finding"), "strong")
        yield f"{total} in {counted(files, 'file')}: {counts}"
    elif not report.summary.linted:
        yield styles.paint("Nothing was judged: no Kubernetes manifest or component file found", "high")
    else:
        yield "No findings" if grave else styles.paint("No findings", "good")
    if grave:
        yield styles.paint(f"The analysis is incomplete: {counted(grave, 'problem')} left parts unjudged", "high")


def _facts(report: Report, view: View) -> Iterator[tuple[str, str]]:
    summary = report.summary
    fixable = _fixable(report)
    if fixable:
        yield "Fixable", fixable
    if summary.suppressed:
        yield "Suppressed", listed(summary.suppressed, " by ")
    if report.absorbed:
        hint = "" if view.include_absorbed else " (--show-absorbed lists them)"
        yield "Covered", f"{len(report.absorbed):,} by stronger findings{hint}"
    if summary.skipped:
        hint = "" if view.detail is Detail.VERBOSE else " (--verbose lists them)"
        yield "Skipped", listed(summary.skipped) + hint
    if report.problems:
        kinds: dict[str, int] = {}
        for problem in report.problems:
            kinds[problem.kind.value] = kinds.get(problem.kind.value, 0) + 1
        yield "Problems", listed(kinds.items())
    time = f" in {report.seconds:.1f} s" if report.seconds else ""
    judged = f"{counted(summary.linted, 'file')} of {summary.files:,}, {counted(summary.resources, 'resource')}"
    rules = f"{counted(len(report.rules), 'rule')} (profile {visible(report.profile)})"
    yield "Checked", f"{judged}, with {rules}{time}"
    for note in report.notes:
        yield "Note", visible(note)
    if report.findings:
        yield "Explain", f"hullmark explain {visible(by_rule(report.findings)[0].rule)}"


def _fixable(report: Report) -> str:
    fixes = [finding.fix for finding in report.findings if finding.fix is not None]
    safe = sum(fix.safe for fix in fixes)
    more = f"{'more ' if safe else ''}with edits that may change what runs"
    return listed((("safely", safe), (more, len(fixes) - safe)))


def _worst(report: Report, view: View, styles: Styles) -> Iterator[str]:
    counts = by_rule(report.findings)
    yield styles.paint("Most severe:", "strong")
    top = counts[:_TOP]
    name = max(len(each.rule) for each in top)
    number = max(len(f"{each.count:,}") for each in top)
    rows = [
        (f"  {each.count:>{number},} x {styles.severity(each.severity, 8)}  ", each.rule, place(each.first.location))
        for each in top
    ]
    start = number + 15
    beside = all(start + name + 2 + width(where) <= view.width for _, _, where in rows)
    for head, rule, where in rows:
        yield f"{head}{rule:<{name}}  {where}" if beside else f"{head}{rule}"
        if not beside:
            yield f"{'':>{start}}{where}"
    if len(counts) > len(top):
        yield f"  and {counted(len(counts) - len(top), 'more rule')} (--statistics lists all)"
    yield ""


def _statistics(report: Report, view: View, styles: Styles) -> Iterator[str]:
    counts = by_rule(report.findings)
    if not counts:
        return
    name = max(len(each.rule) for each in counts)
    number = max(len(f"{each.count:,}") for each in counts)
    yield styles.paint("Findings by rule:", "strong")
    for each in counts:
        rule = view.rules.get(each.rule)
        start = f"  {each.count:>{number},}  {each.severity.label:<8}  {each.rule:<{name}}"
        room = view.width - width(start) - 2
        title = fitted(visible(rule.title), room) if rule is not None and room >= 20 else ""
        shown = f"  {each.count:>{number},}  {styles.severity(each.severity, 8)}  {each.rule:<{name}}"
        yield f"{shown}  {title}".rstrip()
    yield ""
