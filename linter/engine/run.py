"""One run over files: discover, read and judge in parallel, then make the report."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine import parallel
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.fragments import informed
from hullmark.linter.engine.generated import with_generated
from hullmark.linter.engine.judge import judge_bytes, unlinted
from hullmark.linter.engine.memory import Memory
from hullmark.linter.engine.plan import Plan, plan
from hullmark.linter.engine.recurring import Recurring
from hullmark.linter.engine.result import FileResult
from hullmark.linter.finding import Problem, ProblemKind, Report, SkipReason
from hullmark.linter.load.discover import Discovery, File, Reach, discover
from hullmark.linter.load.read import read, too_large
from hullmark.linter.manifest.baseline import Baseline
from hullmark.linter.records import record, replace
from hullmark.linter.rule.documentation import Scope
from hullmark.linter.rule.registry import Registry

STDIN = "-"

WORTH_FORKING = 1_000_000
"""Bytes of input from which on a second process saves more than it costs to start."""

WORTH_SPAWNING = 8_000_000

Progress = Callable[[int, int], None]
"""Told how many files of how many were judged."""


@record
class Request:
    """What the user asked for. `root` and `current` are real directories; `today` is an ISO date.

    `paths` may hold `-`, whose bytes are `stdin` and whose name in the report is `stdin_name`.
    `jobs` 0 means as many processes as there are processors. `found`: these files, not what the paths lead to.
    `cross_file` False leaves rules out that need more than one file, `force_exclude` also named files.
    `baseline` are findings that are known. `tells_pods`: the report is to say how every pod fares against the Pod
    Security Standards.
    """

    paths: tuple[str, ...]
    root: str
    current: str
    settings: Settings
    today: str
    stdin: bytes = b""
    stdin_name: str = "stdin.yaml"
    jobs: int = 0
    version: str = ""
    found: Discovery | None = None
    cross_file: bool = True
    force_exclude: bool = False
    baseline: Baseline | None = None
    tells_pods: bool = False


def run(request: Request, registry: Registry, progress: Progress | None = None) -> Report:
    """The report of one run."""
    with uncollected():
        found = discovered(request)
        intent = informed(intended(request, registry), found.files)
        results = judged(found.files, intent, registry, request.jobs, progress)
        return reported(request, intent, Dispatch(intent, registry), found, results)


@contextmanager
def uncollected() -> Iterator[None]:
    """No collection of cycles meanwhile: trees of nodes have none, and looking for some takes a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def intended(request: Request, registry: Registry) -> Plan:
    """The plan of a request."""
    intent = replace(plan(request.settings, registry, request.today), tells_pods=request.tells_pods)
    if request.cross_file:
        return intent
    within = tuple(rule for rule in intent.rules if registry.info(rule).scope is not Scope.BUNDLE)
    return replace(intent, rules=within, alone=True)


def reported(
    request: Request,
    intent: Plan,
    dispatch: Dispatch,
    found: Discovery,
    results: Iterable[FileResult],
    memory: Memory | None = None,
) -> Report:
    """The report of what was found and judged."""
    from hullmark.linter.engine.link import foresee  # other processes may be at work already
    from hullmark.linter.engine.outcome import report

    if dispatch.links and is_worth_it(sum(file.size for file in found.files)):
        foresee(dispatch)
    made = report(
        intent,
        dispatch,
        results,
        found.skipped,
        found.problems,
        request.version,
        found.roots,
        request.baseline,
        request.jobs or parallel.available_jobs(),
        memory,
    )
    if request.cross_file:
        return made
    return replace(made, notes=(*made.notes, "rules that need several files were left out (--no-cross-file)"))


def discovered(request: Request) -> Discovery:
    """Files on disk, and standard input where it was asked for."""
    if request.found is not None:
        return request.found
    reach = Reach(request.root, request.current, request.settings.exclude, force_exclude=request.force_exclude)
    found = discover([path for path in request.paths if path != STDIN], reach)
    found = with_generated(found, request.root, request.settings.limits.file_size)
    if STDIN not in request.paths:
        return found
    piped = File(request.stdin_name, STDIN, len(request.stdin), named=True, content=request.stdin)
    return replace(found, files=(*found.files, piped))


def judged(
    files: Sequence[File], intent: Plan, registry: Registry, jobs: int, progress: Progress | None = None
) -> Iterable[FileResult]:
    """Results of all files, in the order in which they come; where it pays, processes work on them from now on."""
    sizes = [file.size for file in files]
    setup = partial(judge_of, intent, registry)
    results: Iterable[FileResult]
    if len(files) > 1 and (jobs or parallel.available_jobs()) > 1 and is_worth_it(sum(sizes)):
        results = parallel.judged(files, sizes, setup, lost, jobs or parallel.available_jobs())
    else:
        results = map(setup(), files)
    return results if progress is None else _told(results, len(files), progress)


def _told(results: Iterable[FileResult], total: int, progress: Progress) -> Iterator[FileResult]:
    """The results; `progress` is told of each."""
    for done, result in enumerate(results, start=1):
        progress(done, total)
        yield result


def is_worth_it(size: int) -> bool:
    """Whether further processes save more time than they take to start."""
    return size >= WORTH_FORKING and (size >= WORTH_SPAWNING or parallel.forks())


def judge_of(intent: Plan, registry: Registry) -> Callable[[File], FileResult]:
    """The judge of one process."""
    return partial(judge_on_disk, intent, Dispatch(intent, registry), Recurring())


def judge_on_disk(intent: Plan, dispatch: Dispatch, known: Recurring, file: File) -> FileResult:
    """Reads and judges one file."""
    limit = intent.settings.limits.file_size
    data: bytes | Problem
    if file.content is None:
        data = read(file.where, file.path, limit)
    else:
        data = file.content if len(file.content) <= limit else too_large(file.path, len(file.content), limit)
    if isinstance(data, Problem):
        return unlinted(file.path, SkipReason.UNREADABLE, data)
    return judge_bytes(file.path, data, intent, dispatch, known)


def lost(file: File) -> FileResult:
    """The result of a file over which a process died."""
    message = "the process that judged this file died: out of memory, or a defect of a C library"
    return unlinted(file.path, SkipReason.UNREADABLE, Problem(ProblemKind.CRASH, message, file.path))
