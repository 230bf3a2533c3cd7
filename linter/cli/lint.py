"""`hullmark lint`: settings, rules, engine and renderers meet here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from time import perf_counter

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.outputs import outputs, write
from hullmark.linter.cli.stop import say
from hullmark.linter.cli.terminal import is_terminal, show
from hullmark.linter.cli.view import WHOLE, view_of, whole
from hullmark.linter.cli.work import Work, check_options, prepared
from hullmark.linter.engine.run import Progress, run
from hullmark.linter.engine.verdict import exit_code
from hullmark.linter.finding import Report
from hullmark.linter.records import replace
from hullmark.linter.report.formats import renderer
from hullmark.linter.report.view import View


def lint(options: LintOptions) -> int:
    """Lints what was asked for, writes the reports, and returns the exit code."""
    start = perf_counter()
    check_options(options)
    files = outputs(options.output)
    work = prepared(options)
    report, changed = _judged(work, options)
    name = options.format or "text"
    view = view_of(options, work, changed)
    for output in files:
        _write(output.path, output.format, report, replace(view, color=False, width=80))
    if not options.diff:
        # Only to somebody who watches: what is kept or compared has to be the same from run to run.
        seconds = perf_counter() - start if is_terminal(sys.stdout) else 0.0
        show(_rendered(name, replace(report, seconds=seconds), view))
    code = exit_code(report, work.request.settings.fail_on)
    if name != "text" or options.diff:
        _tell_problems(report)
    return code


def _rendered(name: str, report: Report, view: View) -> str:
    """What hosts compare themselves, they get in full: a partial upload would close every other alert."""
    return renderer(name)(whole(report) if name in WHOLE and report.known else report, view)


def _write(path: str, name: str, report: Report, view: View) -> None:
    write(path, _rendered(name, report, view))


def _judged(work: Work, options: LintOptions) -> tuple[Report, Mapping[str, bytes]]:
    """The report, and the contents of files that were fixed."""
    if options.fix or options.diff:
        from hullmark.linter.cli.fix import fixed

        return fixed(work.request, work.registry, options)
    if options.base is None and not options.changed_lines:
        return _watched(options, partial(run, work.request, work.registry)), {}
    from hullmark.linter.cli.earlier import since

    return _watched(options, partial(since, work, options)), {}


def _watched(options: LintOptions, work: Callable[[Progress | None], Report]) -> Report:
    """What `work` gives, with a progress bar where somebody may look at it."""
    if options.no_progress or options.quiet or not is_terminal(sys.stderr):
        return work(None)
    from hullmark.linter.cli.progress import Progress as Bar

    bar = Bar()
    try:
        return work(bar)
    finally:
        bar.end()


def _tell_problems(report: Report) -> None:
    """Says on standard error that the analysis is incomplete, where standard output speaks to programs."""
    grave = [problem for problem in report.problems if problem.incomplete]
    for problem in grave[:10]:
        say(f"{problem.path}: {problem.message}")
    if len(grave) > 10:
        say(f"and {len(grave) - 10} more problems; the report lists them")
