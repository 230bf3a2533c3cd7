"""Containment: a defect of ours or of somebody's rule becomes a problem of the report, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable

from hullmark.linter.engine.place import location
from hullmark.linter.finding import Problem, ProblemKind
from hullmark.linter.manifest.place import Place


def crash_of(call: Callable[..., None], *arguments: object) -> Exception | None:
    """What `call` raised, if it did. The only place of the program that catches everything."""
    try:
        call(*arguments)
    except Exception as error:  # noqa: BLE001
        return error
    return None


def crash(doing: str, error: Exception, path: str, place: Place | None = None) -> Problem:
    """A crash as one line. The exception's own text stays out: it may quote a secret from the file."""
    message = f"{doing} crashed: {type(error).__name__} at {_raised_at(error)}"
    return Problem(ProblemKind.CRASH, message, path, None if place is None else location(place))


def _raised_at(error: Exception) -> str:
    trace = error.__traceback__
    if trace is None:
        return "an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
