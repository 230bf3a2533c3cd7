"""Text of rules as lines: wrapped paragraphs, numbered examples, differences. Pure, and without colour."""

from __future__ import annotations

import textwrap
from difflib import unified_diff

from hullmark.linter.finding import Profile
from hullmark.linter.rule.controls import control
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo
from hullmark.linter.rule.examples import Example

PROFILES = {
    Profile.DEFAULT: "default",
    Profile.STRICT: "strict",
    Profile.ALL: "all",
    Profile.OPT_IN: "opt-in: only when selected or configured",
}
"""Where a rule is included, in words."""


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Paragraphs of `text`, wrapped; lines that begin with a list mark or are indented keep their breaks."""
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        if lines:
            lines.append("")
        for part in _parts(paragraph):
            hanging = indent + "  " if part.startswith(("- ", "* ")) else indent
            lines += textwrap.wrap(
                part,
                max(width, 20),
                initial_indent=indent,
                subsequent_indent=hanging,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return lines


def _parts(paragraph: str) -> list[str]:
    """Runs of lines that flow together: list items each for themselves."""
    parts: list[str] = []
    for line in paragraph.split("\n"):
        if parts and not line.lstrip().startswith(("- ", "* ")):
            parts[-1] += " " + line.strip()
        else:
            parts.append(line.strip())
    return parts


def numbered(example: Example, width: int = 80) -> list[str]:
    """The example with line numbers; offending lines are pointed at, with the part of the message they carry."""
    lines: list[str] = []
    several = len(example.files) > 1
    for path, text in example.files.items():
        if several:
            lines.append(f"{path}:")
        said = _said(path, example)
        for number, line in enumerate(text.splitlines(), start=1):
            lines.append(f"{'>' if number in said else ' '} {number:>3}  {line}".rstrip())
            if number in said:
                lines += _arrow(line, said[number], width)
    return lines


def _arrow(line: str, said: str, width: int) -> list[str]:
    """What stands below an offending line: a mark under its text, and what is said about it beside or below."""
    margin = " " * (7 + len(line) - len(line.lstrip()))
    mark = margin + "^" * len(line.strip())
    if len(mark) + 1 + len(said) <= width:
        return [f"{mark} {said}".rstrip()]
    return [mark, *wrapped(said, width, margin)]


def _said(path: str, example: Example) -> dict[int, str]:
    """What the marks of a file say, by line."""
    parts: dict[int, list[str]] = {}
    for mark in example.expected:
        if mark.path == path:
            parts.setdefault(mark.line, []).append(mark.part)
    return {line: "; ".join(part for part in said if part) for line, said in parts.items()}


def pointed(path: str, example: Example) -> str:
    """One file of the example with a comment at each offending line."""
    said = _said(path, example)
    lines = [
        f"{line}  # <-- {said[number]}".rstrip() if number in said else line
        for number, line in enumerate(example.files[path].splitlines(), start=1)
    ]
    return "\n".join(lines)


def fix_diff(example: Example, context: int = 1) -> list[str]:
    """What the fix changes, as lines of a unified difference without its head; empty where there is no fix."""
    if example.fixed is None:
        return []
    return _difference(example.clean, example.fixed, context)


def change(example: Example, context: int = 1) -> list[str]:
    """What changed since the state that is compared with, in the same form; empty where nothing is compared."""
    return _difference(example.earlier, example.clean, context) if example.earlier else []


def _difference(one: str, other: str, context: int) -> list[str]:
    lines = unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=context)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def circumstances(example: Example) -> str:
    """What must hold for the example to be judged so, in words; empty for an ordinary one."""
    said = [f"`{key}: {_written(value)}` in `hullmark.yaml`" for key, value in example.options]
    if example.kubernetes:
        said.append(f"Kubernetes {example.kubernetes}")
    if example.complete:
        said.append(f"`complete: {example.complete}`")
    return "With " + ", ".join(said) + ":" if said else ""


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value)


def controls(info: RuleInfo) -> list[tuple[str, str, str]]:
    """Id, title and address of the rule's controls."""
    found = []
    for name in info.controls:
        known = control(name)
        found.append((name, known.title if known else "", known.url if known else ""))
    return found


def waiver(doc: RuleDoc, width: int = 120) -> str:
    """The comment that waives the rule; with a last day where that fits."""
    dated = f"# hullmark: ignore[{doc.id}] until=2027-01-31 -- the reason"
    return dated if len(dated) <= width else f"# hullmark: ignore[{doc.id}] -- the reason"
