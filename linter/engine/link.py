"""Judging what only several files together say: in the main process, after every file was read.

Bundles look at one another only to resolve references, and rules share nothing but what is derived from bundles: both
can be judged in forked processes, which find the bundles in their memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from hullmark.linter.engine import parallel
from hullmark.linter.engine.apart import Ahead, Apart, is_tied
from hullmark.linter.engine.crash import crash_of
from hullmark.linter.engine.dispatch import Dispatch, Rulebook
from hullmark.linter.engine.memory import Answer, Known, Memory, contents
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.verdicts import Verdicts
from hullmark.linter.finding import About, Problem, ProblemKind, Profile
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import field, record

WORTH_FORKING = 30_000
"""Rules times resources from which on a second process saves more than it costs to start."""

_PARTS = 8
"""Parts that the work is divided into for every process, so that all end together."""


@record
class Together:
    """What linking has found.

    `homes` are the paths of every bundle by its name, `holds` circumstances by path; `overruled` is what findings
    are about that are untrue of what the files are built into, `bases` are the places that others set images for.
    """

    verdicts: Verdicts
    homes: Mapping[str, Iterable[str]]
    holds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    overruled: frozenset[About] = frozenset()
    bases: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)


class _Task(NamedTuple):
    """Rules to be asked about one bundle, which has this number."""

    number: int
    bundle: Bundle
    books: tuple[Rulebook, ...]


def foresee(dispatch: Dispatch) -> None:
    """Imports what linking needs whatever the files hold; other processes may still be at work on them."""
    from hullmark.linter.manifest.scopes import is_cluster_scoped
    from hullmark.linter.model import circumstances, kustomized_images, workspace  # noqa: F401

    is_cluster_scoped("", "Pod")  # reads its table
    for book in dispatch.always:
        crash_of(_import, book)


def judge_together(
    resources: Sequence[Resource],
    plan: Plan,
    dispatch: Dispatch,
    roots: Sequence[str],
    jobs: int = 1,
    memory: Memory | None = None,
    level: Profile = Profile.OPT_IN,
    ahead: Mapping[str, Ahead] = MappingProxyType({}),
) -> Together:
    """Links the resources of all files and judges every bundle, in up to `jobs` processes.

    `roots` are the inputs that the user named. Bundles that are in `memory` are not judged again. Hits of
    profiles above `level` are not asked for. `ahead` is by its path what was found out in each file.
    """
    verdicts = Verdicts(plan)
    homes: dict[str, set[str]] = {}
    if not resources:
        return Together(verdicts, homes)
    from hullmark.linter.model.circumstances import circumstances  # only runs that link pay for it
    from hullmark.linter.model.kustomized_images import kustomized_images
    from hullmark.linter.model.workspace import build_workspace

    workspace = build_workspace(resources, plan.context, roots=roots, bundles=plan.settings.bundles)
    memory = Memory() if memory is None else memory
    memory.take_up(workspace.bundles)
    keys, answers = {}, list[Answer]()
    for number, bundle in enumerate(workspace.bundles):
        homes.setdefault(bundle.name, set()).update(bundle.paths)
        key = (level, contents(bundle))
        known = memory.known.get(key)
        if known is None:
            keys[number] = key
            memory.known[key] = Known(tuple(workspace.bundles), [])
        else:
            answers += known.answers
    new = [(number, workspace.bundles[number]) for number in keys]
    for answer in _answered(new, plan, dispatch, level, jobs, ahead):
        memory.known[keys[answer.bundle]].answers.append(answer)
        answers.append(answer)
    _take_in(verdicts, answers)
    return Together(verdicts, homes, circumstances(workspace), *kustomized_images(workspace))


def _answered(
    bundles: Sequence[tuple[int, Bundle]],
    plan: Plan,
    dispatch: Dispatch,
    level: Profile,
    jobs: int,
    ahead: Mapping[str, Ahead],
) -> Iterator[Answer]:
    """What is found about bundles: what was found already, then what rules about all of a bundle find."""
    asked: list[_Task] = []
    for number, bundle in bundles:
        known = {path: ahead[path] for path in bundle.paths if path in ahead}
        found = _untied(bundle, known)
        heard = (each.heard for each in known.values())
        asked.append(_Task(number, bundle, dispatch.between(bundle, heard, level, tied=found is None)))
        yield from (_answer(number, each) for each in found or () if each.findings or each.problems or each.crashed)
    if jobs == 1 or sum(map(_weight, asked)) < WORTH_FORKING or not parallel.forks():
        yield from map(partial(_judged, plan, level), asked)
        return
    share = sum(len(task.bundle.resources) for task in asked) // (2 * jobs)
    tasks = [part for task in asked for part in _parts(task, share)]
    _prepared(tasks)
    yield from _answers(tasks, plan, level, jobs)


def _weight(task: _Task) -> int:
    return len(task.bundle.resources) * sum(len(book.ids) for book in task.books)


def _untied(bundle: Bundle, known: Mapping[str, Ahead]) -> tuple[Apart, ...] | None:
    """What was found in the files of a bundle, each apart; None where some of them are tied together."""
    found = {path: each.apart for path, each in known.items() if each.apart is not None}
    return None if is_tied(bundle, found) else tuple(found.values())


def _answer(number: int, found: Apart) -> Answer:
    return Answer(number, list(found.findings), list(found.problems), set(found.crashed))


def _take_in(verdicts: Verdicts, answers: Iterable[Answer]) -> None:
    for answer in answers:
        verdicts.findings += answer.findings
        verdicts.problems += answer.problems
        verdicts.crashed |= answer.crashed


def _prepared(tasks: Sequence[_Task]) -> None:
    """Does once, here, what every process would do: imports rules and subjects; what does not come in is told later.

    What several parts of one bundle need is derived here, too.
    """
    for book in {book.ids: book for task in tasks for book in task.books}.values():
        crash_of(_import, book)

    parts = Counter(task.number for task in tasks)
    for task in tasks:
        if parts[task.number] > 1:
            for book in task.books:
                crash_of(_share, book, task.bundle)


def _share(book: Rulebook, bundle: Bundle) -> None:
    share: Callable[[Bundle], object] | None = getattr(book.subject, "shared", None)
    if share is not None:
        share(bundle)


def _import(book: Rulebook) -> None:
    _ = book.subject
    for rule in book.ids:
        book.rule(rule)


def _answers(tasks: list[_Task], plan: Plan, level: Profile, jobs: int) -> Iterable[Answer]:
    judge = partial(_judged, plan, level)
    if len(tasks) < 2:
        return map(judge, tasks)
    sizes = [len(task.bundle.resources) for task in tasks]
    return parallel.judged(tasks, sizes, _always(judge), _lost, jobs, max(1, sum(sizes) // (_PARTS * jobs)))


def _parts(task: _Task, share: int) -> Iterable[_Task]:
    """A task as it is, or one for every family where its bundle is larger than `share`."""
    if len(task.bundle.resources) <= share:
        return [task]
    families: dict[str, list[Rulebook]] = {}
    for book in task.books:
        for part in book.by_family():
            families.setdefault(part.infos[0].family, []).append(part)
    return [_Task(task.number, task.bundle, tuple(parts)) for parts in families.values()]


def _judged(plan: Plan, level: Profile, task: _Task) -> Answer:
    verdicts = Verdicts(plan, level)
    for book in task.books:
        verdicts.judge(book, partial(_among, book, task.bundle), task.bundle.name)
    return Answer(task.number, verdicts.findings, verdicts.problems, verdicts.crashed)


def _among(book: Rulebook, bundle: Bundle) -> Iterable[Any]:
    """The subjects. What imports their class is contained like what the class does."""
    found: Iterable[Any] = book.subject.among(bundle)
    return found


def _always(judge: Callable[[_Task], Answer]) -> Callable[[], Callable[[_Task], Answer]]:
    return lambda: judge


def _lost(task: _Task) -> Answer:
    """What is known of a task over which a process died."""
    message = "the process that judged these files together died: out of memory, or a defect of a C library"
    problem = Problem(ProblemKind.CRASH, message, task.bundle.name)
    return Answer(task.number, [], [problem], {rule for book in task.books for rule in book.ids})
