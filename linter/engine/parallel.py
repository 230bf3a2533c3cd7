"""Judging files in several processes; with `forked` the only module of the engine that starts any.

Work is handed out in small chunks, so that processes end together whatever the files cost. A process
that dies takes down the one file that killed it, not the run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from hullmark.linter.records import field, record

T = TypeVar("T")
R = TypeVar("R")

Judge = Callable[[T], R]
"""Judges one item. Has to be importable where processes are spawned, not forked."""

_CHUNK_BYTES = 192 * 1024
_CHUNK_ITEMS = 64
_AHEAD = 2
"""Chunks that a process is given before it has answered: it never waits for the next one."""


def available_jobs() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def forks() -> bool:
    """Whether processes can be forked: on Linux, as long as no thread could hold a lock meanwhile."""
    import threading  # part of every start already; kept out of the serial path

    return sys.platform.startswith("linux") and threading.active_count() == 1


@record(frozen=False)
class Chunk:
    """Items that are handed out together."""

    items: list[int] = field(default_factory=list)
    size: int = 0


def chunks(sizes: Sequence[int], bound: int = _CHUNK_BYTES) -> list[Chunk]:
    """Items by index, the largest first: what is handed out last should be small."""
    result: list[Chunk] = []
    for index in sorted(range(len(sizes)), key=lambda index: (-sizes[index], index)):
        if not result or result[-1].size + sizes[index] > bound or len(result[-1].items) >= _CHUNK_ITEMS:
            result.append(Chunk())
        result[-1].items.append(index)
        result[-1].size += sizes[index]
    return result


def judged(
    items: Sequence[T],
    sizes: Sequence[int],
    setup: Callable[[], Judge[T, R]],
    lost: Judge[T, R],
    jobs: int,
    bound: int = 0,
) -> Iterator[R]:
    """Results in no particular order, from up to `jobs` processes; `setup` makes the judge inside each of them.

    The processes work from now on, not from when the first result is asked for. `lost` makes the result of an item
    whose process died. Chunks are at most `bound` large, or hold one item.
    """
    waiting = chunks(sizes, bound or _CHUNK_BYTES)
    results: Iterator[Any] = _worked(items, waiting, setup, lost, jobs)
    next(results)  # whoever drops a generator that has begun ends its processes
    return results


def _worked(
    items: Sequence[T], waiting: list[Chunk], setup: Callable[[], Judge[T, R]], lost: Judge[T, R], jobs: int
) -> Iterator[R | None]:
    """None as soon as every process has something to do, and then the results."""
    hire = partial(_forked if forks() else _spawned, partial(_work, items=items, setup=setup))
    crew: list[_Worker] = []
    try:
        for _ in range(min(jobs, len(waiting))):
            crew.append(hire(crew))
        waiting.reverse()
        for worker in crew * _AHEAD:
            worker.give(waiting)
        yield None
        yield from _collected(items, waiting, crew, lost, hire)
    finally:
        for worker in crew:
            worker.stop()


def _collected(
    items: Sequence[T],
    waiting: list[Chunk],
    crew: list[_Worker],
    lost: Judge[T, R],
    hire: Callable[[Sequence[_Worker]], _Worker],
) -> Iterator[R]:
    while busy := [worker for worker in crew if worker.given]:
        ready = set(crew[0].ready([worker.connection for worker in busy]))
        for worker in busy:
            if worker.connection not in ready:
                continue
            answer = worker.answer()
            if answer is not None:
                worker.give(waiting)
                yield from answer
                continue
            crew.remove(worker)
            suspects, *untouched = worker.given
            if len(suspects.items) == 1:
                yield lost(items[suspects.items[0]])
            else:
                untouched += [Chunk([index]) for index in suspects.items]
            waiting += reversed(untouched)
            worker.stop()
            if waiting:
                crew.append(hire(crew))
                crew[-1].give(waiting)


class _Worker:
    """One process and the chunks that it was given and has not answered. `ready` waits for connections of its like."""

    def __init__(self, process: Any, connection: Any, ready: Callable[[Sequence[Any]], Iterable[Any]]) -> None:
        self.connection = connection
        self.ready = ready
        self.given: list[Chunk] = []
        self._process = process

    def give(self, waiting: list[Chunk]) -> None:
        """Hands out the next chunk, if there is one."""
        if waiting:
            chunk = waiting.pop()
            self.given.append(chunk)
            with suppress(OSError):  # it died: that is noticed when its answer is read
                self.connection.send(chunk.items)

    def answer(self) -> list[Any] | None:
        """The results of the oldest chunk; None if the process died over it."""
        try:
            results: list[Any] = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.given.pop(0)
        return results

    def stop(self) -> None:
        """Ends the process at once: it holds nothing that would have to be put in order."""
        self._process.stop()


def _forked(work: Callable[[Any], None], crew: Sequence[_Worker]) -> _Worker:
    from hullmark.linter.engine.forked import Forked, ready  # only runs that are large enough pay for it

    process = Forked(work, [worker.connection for worker in crew])
    return _Worker(process, process.connection, ready)


def _spawned(work: Callable[[Any], None], _crew: Sequence[_Worker]) -> _Worker:
    from multiprocessing.connection import wait

    process = _Spawned(work)
    return _Worker(process, process.connection, wait)


class _Spawned:
    """A process of its own, where none can be forked."""

    def __init__(self, work: Callable[[Any], None]) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self.connection, far = context.Pipe()
        self._process = context.Process(target=work, args=(far,), daemon=True)
        with _safe_path():
            self._process.start()
        far.close()

    def stop(self) -> None:
        """Ends the process at once, and waits until it is gone."""
        self.connection.close()
        self._process.kill()
        self._process.join()


@contextmanager
def _safe_path() -> Iterator[None]:
    """What is started meanwhile does not look for modules in the current directory: in the repository that is linted.

    A spawned process is `python -c ...`, which would. The caller gets the environment back, for processes of its own.
    https://docs.python.org/3/using/cmdline.html#envvar-PYTHONSAFEPATH
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _work(connection: Any, items: Sequence[Any], setup: Callable[[], Judge[Any, Any]]) -> None:
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process is interrupted, too, and ends this one
    gc.disable()
    judge = setup()
    while True:
        try:
            indices = connection.recv()
            connection.send([judge(items[index]) for index in indices])
        except (EOFError, OSError):
            return
