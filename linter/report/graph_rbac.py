"""Who can do what and why, as a table, JSON, Mermaid and DOT."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from hullmark.linter.model.rbac.shared import HeldPower
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.report.access import WIDTH, through
from hullmark.linter.report.diagram_text import dot_string, mermaid_label
from hullmark.linter.report.escape import visible


class Row(NamedTuple):
    """One edge: a subject, a power, where, how bad, and through which binding and role."""

    subject: str
    power: str
    scope: str
    severity: str
    because: str
    place: str


def rows(powers: Sequence[HeldPower]) -> list[Row]:
    """An edge for every holder of every power, worst first, then by subject."""
    found = []
    for held in powers:
        for holder in held.holders:
            reason = holder.holding.reasons[0]
            scope = ", ".join(each or "cluster" for each in holder.holding.scopes)
            found.append(
                (-holder.severity, Row(str(holder.who), held.power, scope, holder.severity.label,
                                       through(reason.grant), _place(held)))
            )  # fmt: skip
    return [row for _, row in sorted(found)]


def _place(held: HeldPower) -> str:
    policy, grant = held.reason.policy, held.reason.grant
    view = policy.view if policy is not None else None
    place = view.place if view is not None else grant.binding.role_ref.place if grant.binding is not None else None
    return "" if place is None else place.shown


def text(found: Sequence[Row]) -> str:
    """By subject, then by the binding that gives the powers: severity, power, and the place that decides.

    Subjects and bindings come with their worst power first.
    """
    if not found:
        return "Nobody in this input holds a power worth a word.\n"
    lines: list[str] = []
    blocks: dict[str, dict[tuple[str, str], list[Row]]] = {}
    for row in found:
        blocks.setdefault(row.subject, {}).setdefault((row.because, row.scope), []).append(row)
    for subject, reasons in blocks.items():
        lines.append(subject)
        for (because, scope), rows_of in reasons.items():
            lines.append(f"  {_through(because, scope)}")
            for row, line in zip(rows_of, _aligned(rows_of), strict=True):
                fits = len(line) <= WIDTH or not row.place
                lines += [line] if fits else [f"    {row.severity:<8}  {row.power}", f"              {row.place}"]
    subjects, powers = (len(names) for names in _numbered(found))
    lines += ["", f"{subjects} subjects, {powers} powers; `hullmark explain rbac/POWER` says what one is."]
    return "".join(f"{visible(line)}\n" for line in lines)


def _aligned(found: Sequence[Row]) -> list[str]:
    """Severity, power and place, in columns where all lines fit so."""
    width = max(len(row.power) for row in found)
    lines = [f"    {row.severity:<8}  {row.power:<{width}}  {row.place}".rstrip() for row in found]
    if all(len(line) <= WIDTH for line in lines):
        return lines
    return [f"    {row.severity:<8}  {row.power}  {row.place}".rstrip() for row in found]


def _through(because: str, scope: str) -> str:
    """The binding and role; where else the same power holds is said by the scope."""
    spaces = scope.split(", ")
    return f"{because} (and in {', '.join(spaces[1:])})" if len(spaces) > 1 else because


def as_json(found: Sequence[Row]) -> str:
    """The same for programs."""
    return json.dumps({"schema": "hullmark-graph-rbac/1", "edges": [row._asdict() for row in found]}, indent=2) + "\n"


def mermaid(found: Sequence[Row]) -> str:
    """`flowchart LR`: subjects on the left, powers on the right, edges labelled with the scope."""
    subjects, powers = _numbered(found)
    lines = ["flowchart LR"]
    lines += [f'  s{number}["{mermaid_label(name)}"]' for name, number in subjects.items()]
    lines += [f'  p{number}(["{mermaid_label(name)}"])' for name, number in powers.items()]
    lines += [f'  s{subjects[row.subject]} -->|"{mermaid_label(row.scope)}"| p{powers[row.power]}' for row in found]
    worst = sorted({powers[row.power] for row in found if row.severity in ("critical", "high")})
    if worst:
        lines.append("  classDef grave stroke:#c00,stroke-width:2px")
        lines.append(f"  class {','.join(f'p{number}' for number in worst)} grave")
    return "\n".join(lines) + "\n"


def dot(found: Sequence[Row]) -> str:
    """Graphviz: subjects as boxes, powers as ellipses."""
    subjects, powers = _numbered(found)
    lines = ["digraph rbac {", "  rankdir=LR;"]
    lines += [f"  s{number} [shape=box, label={dot_string(name)}];" for name, number in subjects.items()]
    lines += [f"  p{number} [label={dot_string(name)}];" for name, number in powers.items()]
    for row in found:
        color = ", color=red" if row.severity in ("critical", "high") else ""
        lines.append(f"  s{subjects[row.subject]} -> p{powers[row.power]} [label={dot_string(row.scope)}{color}];")
    return "\n".join([*lines, "}"]) + "\n"


def _numbered(found: Sequence[Row]) -> tuple[dict[str, int], dict[str, int]]:
    subjects: dict[str, int] = {}
    powers: dict[str, int] = {}
    for row in found:
        subjects.setdefault(row.subject, len(subjects))
        powers.setdefault(row.power, len(powers))
    return subjects, powers


FORMATS: dict[str, Callable[[Sequence[Row]], str]] = {"text": text, "json": as_json, "mermaid": mermaid, "dot": dot}
