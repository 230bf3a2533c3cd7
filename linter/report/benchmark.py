"""The controls of the framework that a run was about, for people: one verdict each, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import ControlVerdict, Report
from hullmark.linter.report.cells import wrapped
from hullmark.linter.report.escape import markdown, visible
from hullmark.linter.report.styles import Styles
from hullmark.linter.report.view import Detail, View
from hullmark.linter.report.wording import JUDGED, NO_CLAIM, counted, listed, states

_HANG = 4
_PAINTED = {"failed": "high", "passed": "good"}


def lines(report: Report, view: View) -> Iterator[str]:
    """Controls that the input says something about (verbose: all of them), then the counts of all states."""
    if not report.controls:
        return
    styles = Styles(view.color)
    every = view.detail is Detail.VERBOSE
    yield styles.paint(f"Controls of {visible(report.profile)}:", "strong")
    for each in report.controls:
        if every or each.state in JUDGED:
            yield from _control(each, view.width, styles)
    yield from wrapped(f"{counted(len(report.controls), 'control')}: {listed(states(report))}", view.width)
    hint = "" if every else " (--verbose lists all controls)"
    yield from wrapped(f"{NO_CLAIM}{hint}", view.width)
    yield ""


def _control(each: ControlVerdict, width: int, styles: Styles) -> Iterator[str]:
    head, *more = wrapped(f"{each.number}  {visible(each.title)}", width - 2 * _HANG)
    yield f"  {head}"
    for line in more:
        yield f"{'':{_HANG}}{line}"
    text = each.state
    if each.rules:
        waived = f", {each.waived:,} waived" if each.waived else ""
        text += f" ({counted(each.findings, 'finding')}{waived}): {', '.join(map(visible, each.rules))}"
    first, *rest = wrapped(text, width - _HANG)
    state = styles.paint(first[: len(each.state)], _PAINTED.get(each.state, "faint"))
    yield f"{'':{_HANG}}{state}{first[len(each.state) :]}"
    for line in rest:
        yield f"{'':{_HANG}}{line}"


def table(report: Report) -> str:
    """The same as Markdown: counts, then a fold with a row for every control."""
    rows = "".join(
        f"| {markdown(each.number)} | {markdown(each.title)} | {markdown(each.state)}{_why(each)} |\n"
        for each in report.controls
    )
    title = f"Controls of {markdown(report.profile)}: {markdown(listed(states(report)))}"
    head = "| Control | | State |\n|---|---|---|\n"
    return f"<details><summary>{title}</summary>\n\n{NO_CLAIM}\n\n{head}{rows}\n</details>\n\n"


def _why(each: ControlVerdict) -> str:
    rules = ", ".join(f"<code>{markdown(rule)}</code>" for rule in each.rules)
    waived = f", {each.waived:,} waived" if each.waived else ""
    return f" ({each.findings:,}{waived}): {rules}" if rules else ""
