"""`hullmark explain` and `hullmark rules`: what is said about rules, for a terminal or for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from hullmark.linter.cli.rules import installed
from hullmark.linter.cli.stop import StopError, hinted
from hullmark.linter.cli.terminal import colored, show, width
from hullmark.linter.docs.explain import explain_text, rules_text
from hullmark.linter.report.styles import Styles
from hullmark.linter.rule.documentation import RuleInfo
from hullmark.linter.rule.registry import UnknownNameError

_WIDEST = 100


def explain(name: str, color: str = "auto") -> int:
    """Explains one rule; a family or a control lists its rules."""
    registry = installed()
    found = registry.named(name)
    if not found:
        near = " or ".join(repr(other) for other in registry.near(name))
        hint = f"; did you mean {near}?" if near else "; `hullmark rules` lists all"
        raise StopError(f"no rule, family or control is called {name!r}{hint}")
    columns = min(width(sys.stdout), _WIDEST)
    styles = Styles(colored(color, sys.stdout))
    if len(found) > 1 or name in registry.families:
        show(_paint_list(rules_text(found, columns, registry.families), styles))
    else:
        show(_paint_rule(explain_text(registry.doc(found[0].id), columns), styles))
    return 0


def rules(names: Iterable[str], profile: str, form: str, color: str = "auto") -> int:
    """Lists the rules that `names` mean, or those of a profile."""
    registry = installed()
    try:
        found = registry.select(profile or "all", names)
    except UnknownNameError as error:
        raise StopError(hinted(str(error), "`hullmark rules` lists them")) from None
    if not profile and not tuple(names):
        found = registry.infos
    if form == "json":
        show(_json(found))
    else:
        styles = Styles(colored(color, sys.stdout))
        show(_paint_list(rules_text(found, min(width(sys.stdout), 160), registry.families), styles))
    return 0


def _json(infos: Iterable[RuleInfo]) -> str:
    rows = [
        {
            "id": info.id,
            "title": info.title,
            "severity": info.severity.label,
            "confidence": info.confidence.label,
            "profile": info.profile.label,
            "controls": list(info.controls),
            "fixable": info.fixable,
        }
        for info in infos
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def _paint_rule(text: str, styles: Styles) -> str:
    """The id and the headings stand out; the rest is plain."""
    first, *rest = text.split("\n")
    return "\n".join([styles.paint(first, "strong"), *(_heading(line, styles) for line in rest)])


def _heading(line: str, styles: Styles) -> str:
    return styles.paint(line, "strong") if line in _HEADINGS else line


_HEADINGS = frozenset({"Why", "What to do", "Bad", "Fix", "Good", "Options", "Controls", "Waive"})


def _paint_list(text: str, styles: Styles) -> str:
    """Families stand out, severities have their colours."""
    return "\n".join(_row(line, styles) for line in text.split("\n"))


def _row(line: str, styles: Styles) -> str:
    if line and not line.startswith(" ") and " " not in line:
        return styles.paint(line, "strong")
    word, _, rest = line[2:].partition(" ")
    if line.startswith("  ") and word in ("critical", "high", "medium", "low", "info"):
        return f"  {styles.paint(word, word)} {rest}"
    return line
