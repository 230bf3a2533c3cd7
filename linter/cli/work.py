"""What a lint is going to work on: paths, root, rules, settings, and whether the files are those on disk or in git."""

from __future__ import annotations

import os
import sys

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.rules import installed
from hullmark.linter.cli.settings import settings_of, today_of
from hullmark.linter.cli.stop import LocatedError, StopError
from hullmark.linter.cli.version import installed_version
from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.run import STDIN, Request
from hullmark.linter.finding import Problem
from hullmark.linter.load.read import read
from hullmark.linter.load.root import root_of
from hullmark.linter.manifest.baseline import Baseline
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source

_LARGEST_BASELINE = 100 * 1024 * 1024


class Work(NamedTuple):
    """A request that is ready to be run. `scopes` are its paths below the root, as git calls them."""

    request: Request
    registry: Registry
    scopes: tuple[str, ...]


def check_options(options: LintOptions) -> None:
    """Says what makes no sense before the work begins."""
    paths = options.paths or (".",)
    if options.quiet and options.verbose:
        raise StopError("--quiet and --verbose exclude each other")
    if options.stdin_filename and STDIN not in paths:
        raise StopError("--stdin-filename says what standard input is called; add - to the paths")
    if paths.count(STDIN) > 1:
        raise StopError("standard input (-) can be read only once")
    if options.unsafe and not (options.fix or options.diff):
        raise StopError("--unsafe says which fixes to make; add --fix or --diff")
    if options.pss and (options.profile or options.select):
        other = "--profile" if options.profile else "--select"
        raise StopError(f"--pss and {other} exclude each other: a level decides which rules run")
    compares = options.base is not None or options.changed_lines
    for flag, wanted in (("--staged", options.staged), ("--base", compares)):
        if wanted and (options.fix or options.diff):
            raise StopError(
                f"{flag} and {'--fix' if options.fix else '--diff'} exclude each other: files are fixed whole"
            )
        if wanted and STDIN in paths:
            raise StopError(f"{flag} is about files in git; standard input (-) is none")
    if options.fix and options.diff:
        raise StopError("--fix and --diff exclude each other: one changes files, the other shows what would change")
    if options.fix and STDIN in paths:
        raise StopError("--fix changes files; for standard input use --diff")
    if options.staged:
        return
    for path in paths:
        if path != STDIN and not os.path.lexists(path):
            raise StopError(f"there is no file or folder {path!r}")


def prepared(options: LintOptions) -> Work:
    """The request that the options make."""
    current = os.getcwd()
    paths = options.paths or (".",)
    registry = installed()
    root = root_of(paths, current)
    found, stored = None, None
    if options.staged:
        from hullmark.linter.cli.staged import index_of

        index = index_of(root)
        stored = index.content
    settings = settings_of(options, registry, root, stored)
    scopes = tuple(dict.fromkeys(_scope(path, root, current) for path in paths if path != STDIN))
    if options.staged:
        found = index.discovery(scopes, settings, options.force_exclude)
    request = Request(
        paths=paths,
        root=root,
        current=current,
        settings=settings,
        today=today_of(settings),
        stdin=_standard_input(settings) if STDIN in paths else b"",
        stdin_name=_name_of_input(options, root, current),
        jobs=options.jobs or 0,
        version=installed_version(),
        found=found,
        cross_file=not options.no_cross_file,
        force_exclude=options.force_exclude,
        baseline=baseline_in(options.baseline) if options.baseline else None,
        tells_pods=options.format == "json" or any(word.startswith("json=") for word in options.output),
    )
    return Work(request, registry, scopes)


def baseline_in(path: str) -> Baseline:
    """The baseline in a file."""
    from hullmark.linter.engine.baseline import BaselineError, read_baseline  # few runs have one
    from hullmark.linter.yaml.decode import decode

    shown = path.replace(os.sep, "/")
    data = read(path, shown, _LARGEST_BASELINE)
    if isinstance(data, Problem):
        raise StopError(f"the baseline {shown!r} {data.message}")
    try:
        return read_baseline(Source(shown, decode(data).text))
    except BaselineError as error:
        raise LocatedError(str(error)) from None


def _scope(path: str, root: str, current: str) -> str:
    """A path below the root with slashes; a link is called by its own name."""
    where = os.path.join(current, path)
    if os.path.isdir(where):
        where = os.path.realpath(where)
    else:
        where = os.path.join(os.path.realpath(os.path.dirname(where)), os.path.basename(where))
    return os.path.relpath(where, root).replace(os.sep, "/")


def _standard_input(settings: Settings) -> bytes:
    """One byte more than the limit at most, so that the engine can say that it is too much."""
    return sys.stdin.buffer.read(settings.limits.file_size + 1)


def _name_of_input(options: LintOptions, root: str, current: str) -> str:
    """What standard input is called in reports: a path below the root where it can be."""
    name = options.stdin_filename
    if not name:
        return "stdin.yaml"
    inner = os.path.relpath(os.path.join(os.path.realpath(current), name), root)
    return (name if inner.startswith("..") else inner).replace(os.sep, "/")
