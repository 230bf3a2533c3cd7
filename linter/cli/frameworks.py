"""`hullmark rules --framework`: what files decide of every control of a framework."""

from __future__ import annotations

import json
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator

from hullmark.linter.cli.rules import installed
from hullmark.linter.cli.stop import StopError
from hullmark.linter.cli.terminal import show, width
from hullmark.linter.rule.coverage import Coverage, Decidable, coverage, frameworks

_WIDEST = 120


def show_framework(name: str, form: str) -> int:
    """Prints the coverage of a framework."""
    found = coverage(name, installed().infos)
    if not found:
        raise StopError(f"no framework is called {name!r}; known are {', '.join(frameworks())}")
    show(_json(found) if form == "json" else "\n".join(_text(found, min(width(sys.stdout), _WIDEST))) + "\n")
    return 0


def _text(found: tuple[Coverage, ...], columns: int) -> Iterator[str]:
    for each in found:
        note = ", assessed by hand" if each.manual else ""
        yield from textwrap.wrap(f"{each.number}  {each.title}".rstrip(), columns, subsequent_indent="    ")
        rules = f": {', '.join(each.rules)}" if each.rules else ""
        yield from textwrap.wrap(
            f"{each.verdict}{note}{rules}",
            columns,
            initial_indent="    ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
    counts = Counter(each.verdict for each in found)
    yield ""
    yield f"{len(found)} controls: " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in Decidable)


def _json(found: tuple[Coverage, ...]) -> str:
    rows = [
        {
            "control": each.number,
            "title": each.title,
            "decidable": each.verdict,
            "manual": each.manual,
            "how": each.how,
            "rules": each.rules,
        }
        for each in found
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
