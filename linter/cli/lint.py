"""`hullmark lint`: settings, rules, engine and renderers meet here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.outputs import outputs, write
from hullmark.linter.cli.settings import settings_of, today_of
from hullmark.linter.cli.stop import StopError, say
from hullmark.linter.cli.terminal import colored, is_terminal, show, width
from hullmark.linter.cli.version import installed_version
from hullmark.linter.engine.run import STDIN, Request, run
from hullmark.linter.engine.verdict import exit_code
from hullmark.linter.finding import Problem, Report
from hullmark.linter.load.read import read
from hullmark.linter.load.root import root_of
from hullmark.linter.report.formats import renderer
from hullmark.linter.report.view import Detail, View
from hullmark.linter.rule.registry import PluginError, Registry


def lint(options: LintOptions) -> int:
    """Lints what was asked for, writes the reports, and returns the exit code."""
    start = perf_counter()
    current = os.getcwd()
    paths = options.paths or (".",)
    _check_paths(paths, options)
    files = outputs(options.output)
    registry = _registry()
    root = root_of(paths, current)
    settings = settings_of(options, registry, root)
    request = Request(
        paths=paths,
        root=root,
        current=current,
        settings=settings,
        today=today_of(settings),
        stdin=_standard_input(settings.limits.file_size) if STDIN in paths else b"",
        stdin_name=_name_of_input(options, root, current),
        jobs=options.jobs or 0,
        version=installed_version(),
    )
    report = replace(_run(request, registry, options), seconds=perf_counter() - start)
    view = _view(options, request, registry)
    for output in files:
        write(output.path, renderer(output.format)(report, replace(view, color=False, width=80)))
    name = options.format or "text"
    show(renderer(name)(report, view))
    code = exit_code(report, settings.fail_on)
    if name != "text":
        _tell_problems(report)
    return code


def _check_paths(paths: tuple[str, ...], options: LintOptions) -> None:
    if options.quiet and options.verbose:
        raise StopError("--quiet and --verbose exclude each other")
    if options.stdin_filename and STDIN not in paths:
        raise StopError("--stdin-filename says what standard input is called; add - to the paths")
    if paths.count(STDIN) > 1:
        raise StopError("standard input (-) can be read only once")
    for path in paths:
        if path != STDIN and not os.path.lexists(path):
            raise StopError(f"there is no file or folder {path!r}")


def _registry() -> Registry:
    try:
        return Registry.installed()
    except PluginError as error:
        raise StopError(str(error)) from None


def _standard_input(limit: int) -> bytes:
    """One byte more than the limit at most, so that the engine can say that it is too much."""
    return sys.stdin.buffer.read(limit + 1)


def _name_of_input(options: LintOptions, root: str, current: str) -> str:
    """What standard input is called in reports: a path below the root where it can be."""
    name = options.stdin_filename
    if not name:
        return "stdin.yaml"
    inner = os.path.relpath(os.path.join(os.path.realpath(current), name), root)
    return (name if inner.startswith("..") else inner).replace(os.sep, "/")


def _run(request: Request, registry: Registry, options: LintOptions) -> Report:
    if options.no_progress or options.quiet or not is_terminal(sys.stderr):
        return run(request, registry)
    from hullmark.linter.cli.progress import Progress as Bar

    bar = Bar()
    try:
        return run(request, registry, bar)
    finally:
        bar.end()


def _view(options: LintOptions, request: Request, registry: Registry) -> View:
    detail = Detail.QUIET if options.quiet else Detail.VERBOSE if options.verbose else Detail.NORMAL
    return View(
        rules=registry.docs,
        content=_reader(request),
        width=width(sys.stdout),
        color=colored(options.color or "auto", sys.stdout),
        detail=detail,
        statistics=options.statistics,
        include_suppressed=options.show_suppressed,
        blob_url=_blob_url(),
    )


def _reader(request: Request) -> Callable[[str], bytes | None]:
    """Gives renderers the bytes of a file by its report path."""

    def content(path: str) -> bytes | None:
        if path == request.stdin_name and STDIN in request.paths:
            return request.stdin
        data = read(os.path.join(request.root, path), path, request.settings.limits.file_size)
        return None if isinstance(data, Problem) else data

    return content


def _blob_url() -> str:
    """Where the host of a CI job shows files, as its runner says."""
    environment = os.environ
    if repository := environment.get("GITHUB_REPOSITORY"):
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{repository}/blob/{environment.get('GITHUB_SHA', 'HEAD')}"
    if project := environment.get("CI_PROJECT_URL"):
        return f"{project}/-/blob/{environment.get('CI_COMMIT_SHA', 'HEAD')}"
    return ""


def _tell_problems(report: Report) -> None:
    """Says on standard error that the analysis is incomplete, where standard output speaks to programs."""
    grave = [problem for problem in report.problems if problem.incomplete]
    for problem in grave[:10]:
        say(f"{problem.path}: {problem.message}")
    if len(grave) > 10:
        say(f"and {len(grave) - 10} more problems; the report lists them")
