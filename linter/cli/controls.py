"""`hullmark controls`: how an input fares against a framework, control by control."""

from __future__ import annotations

import json
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator

from hullmark.linter.cli.access import gathered
from hullmark.linter.cli.rules import installed
from hullmark.linter.cli.stop import INCOMPLETE, StopError
from hullmark.linter.cli.terminal import show, width
from hullmark.linter.engine.controls import ControlState, State, control_states
from hullmark.linter.rule.coverage import frameworks

_WIDEST = 120


def controls(framework: str, paths: tuple[str, ...], form: str, config: str) -> int:
    """Prints the state of every control; exit code 3 where something was not understood, 1 where a control failed."""
    if framework.lower() not in frameworks():
        raise StopError(f"no framework is called {framework!r}; known are {', '.join(frameworks())}")
    found = gathered(paths, config)
    states, crashes = control_states(found.workspace, installed(), framework)
    show(_json(states) if form == "json" else "\n".join(_text(states, min(width(sys.stdout), _WIDEST))) + "\n")
    if any(problem.incomplete for problem in (*found.problems, *crashes)):
        return INCOMPLETE
    return 1 if any(each.state is State.FAILED for each in states) else 0


def _text(states: tuple[ControlState, ...], columns: int) -> Iterator[str]:
    for each in states:
        yield from textwrap.wrap(f"{each.control.number}  {each.control.title}", columns, subsequent_indent="    ")
        rules = f" ({each.findings}): {', '.join(each.failed)}" if each.failed else ""
        yield from textwrap.wrap(f"    {each.state}{rules}", columns, subsequent_indent="    ", break_on_hyphens=False)
    counts = Counter(each.state for each in states)
    yield ""
    told = [f"{counts[state]} {state}" for state in State if counts[state]]
    yield from textwrap.wrap(f"{len(states)} controls: {', '.join(told)}", columns)
    yield from textwrap.wrap("Files decide a part of a benchmark; this is no statement of compliance.", columns)


def _json(states: tuple[ControlState, ...]) -> str:
    rows = [
        {
            "control": each.control.number,
            "title": each.control.title,
            "state": each.state,
            "findings": each.findings,
            "failed": each.failed,
            "rules": each.control.rules,
            "manual": each.control.manual,
        }
        for each in states
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
