"""Phrases that several formats share. What comes from files is returned raw: each format makes it inert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hullmark.linter.finding import Finding, Location, Problem, Related, Report


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2 files`, `1,200 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(counts: Iterable[tuple[str, int]], between: str = " ") -> str:
    """`3 not a manifest, 1 binary`: counts of named things that occur."""
    return ", ".join(f"{count:,}{between}{name}" for name, count in counts if count)


def states(report: Report) -> tuple[tuple[str, int], ...]:
    """How many controls are in each state that occurs, worst first."""
    counts = Counter(each.state for each in report.controls)
    return tuple((state, counts[state]) for state in sorted(counts, key=_rank))


def _rank(state: str) -> int:
    return _STATES.index(state) if state in _STATES else len(_STATES)


_STATES = (
    "failed",
    "passed",
    "passed as far as the input shows",
    "unknown",
    "not in the input",
    "not applicable",
    "to be assessed by hand",
)
JUDGED = _STATES[:4]
"""States of controls that the input says something about."""
NO_CLAIM = "Files decide a part of a framework; this is no statement of compliance."


def subject(finding: Finding) -> str:
    """The object that a finding is about, and its container where the message does not name it."""
    about = finding.resource
    if about is None or not about.kind:
        return ""
    if about.container and about.container not in finding.message:
        return f"{about}, container {about.container}"
    return str(about)


def sentence(finding: Finding) -> str:
    """One sentence that names the object, the container and the field; it stands alone as a title."""
    about = subject(finding)
    text = f"{about}: {finding.message}" if about else finding.message
    field = f" ({finding.field_path})" if finding.field_path else ""
    return f"{text[:1].upper()}{text[1:]}{field}."


def steps(finding: Finding) -> tuple[Related, ...]:
    """The path through files that a finding describes, its own place last; empty when it stands alone.

    Related places in other files make a path too: the reader has to follow them to understand.
    """
    path = finding.flow
    if not path and any(each.location.path != finding.location.path for each in finding.related):
        path = finding.related
    if path and not _same_place(path[-1].location, finding.location):
        path = (*path, Related(finding.location, finding.message))
    return path


def _same_place(one: Location, other: Location) -> bool:
    return (one.path, one.line, one.column) == (other.path, other.line, other.column)


def incomplete(report: Report) -> tuple[Problem, ...]:
    """Problems after which the absence of findings proves nothing."""
    return tuple(problem for problem in report.problems if problem.incomplete)
