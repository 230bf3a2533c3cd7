"""Texts about rules for a terminal: plain lines, no colour; the command line adds that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hullmark.linter.docs.prose import PROFILES, change, circumstances, controls, fix_diff, numbered, waiver, wrapped
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo
from hullmark.linter.rule.examples import Example

_INDENT = "  "


def explain_text(doc: RuleDoc, width: int = 80, examples: int = 1) -> str:
    """Everything about one rule, for `hullmark explain`; prose is at most `width` wide.

    `examples` bounds how many bad and how many good ones are shown. Ends with a line break.
    """
    lines = [doc.id, *wrapped(doc.title, width), "", *_facts(doc.info, width)]
    lines += _section("Why", wrapped(doc.why, width, _INDENT))
    lines += _section("What to do", wrapped(doc.remedy, width, _INDENT))
    for example in doc.bad[:examples]:
        lines += _section("Bad", _example(example, width))
        lines += _section("Changed since --base", [_INDENT + line for line in change(example)])
        lines += _section("Fix", [_INDENT + line for line in fix_diff(example)])
    for example in doc.good[:examples]:
        lines += _section("Good", _example(example, width))
    lines += _section("Options", _options(doc, width))
    lines += _section("Controls", _controls(doc.info, width))
    lines += _section("Waive", [_INDENT + waiver(doc, width - len(_INDENT))])
    return "\n".join(line.rstrip() for line in lines) + "\n"


def rules_text(infos: Iterable[RuleInfo], width: int = 80, families: Mapping[str, str] | None = None) -> str:
    """Rules by family, for `hullmark rules`: one line each where `width` allows, else two. Ends with a line break."""
    shown = sorted(infos)
    name_width = max((len(info.id) for info in shown), default=0)
    title_width = max((len(info.title) for info in shown), default=0)
    one_line = width >= 2 + 8 + 2 + name_width + 2 + title_width + 2 + 7
    lines: list[str] = []
    family = ""
    for info in shown:
        if info.family != family:
            family = info.family
            lines += [*([""] if lines else []), family, *wrapped((families or {}).get(family, ""), width, _INDENT), ""]
        if one_line:
            lines.append(
                f"  {info.severity.label:<8}  {info.id:<{name_width}}  {info.title:<{title_width}}  {_mark(info)}"
            )
            continue
        lines.append(f"  {info.severity.label:<8}  {info.id:<{max(width - 12 - 9, 1)}} {_mark(info):>8}".rstrip())
        lines += wrapped(info.title, width, " " * 12)
    lines += ["", f"{len(shown)} rules. `hullmark explain RULE` says more about one of them."]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _mark(info: RuleInfo) -> str:
    return info.profile.label


def _facts(info: RuleInfo, width: int) -> list[str]:
    fix = "; with a fix" if info.fixable else ""
    text = f"Severity {info.severity.label}; confidence {info.confidence.label}; profile {PROFILES[info.profile]}{fix}."
    return wrapped(text, width)


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def _example(example: Example, width: int) -> list[str]:
    said = circumstances(example)
    return [
        *(wrapped(said, width, _INDENT) if said else []),
        *(_INDENT + line for line in numbered(example, width - len(_INDENT))),
    ]


def _options(doc: RuleDoc, width: int) -> list[str]:
    lines: list[str] = []
    for option in doc.options:
        lines.append(f"{_INDENT}{option.full_key(doc.id)}: {option.shown_default}")
        lines += wrapped(option.help, width, _INDENT * 2)
    return lines


def _controls(info: RuleInfo, width: int) -> list[str]:
    rows = controls(info)
    column = max((len(name) for name, _, _ in rows), default=0)
    lines = []
    for name, title, _ in rows:
        first, *rest = wrapped(title, width - column - 4) or [""]
        lines.append(f"{_INDENT}{name:<{column}}  {first}")
        lines += [f"{_INDENT}{'':<{column}}  {line}" for line in rest]
    return lines
