"""Which kinds hold pod specs, and where: the table `workload_kinds`, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.paths import find

KindSet = frozenset[tuple[str, str]]
"""Pairs of API group ("" for the core group) and kind."""


class WorkloadKind(NamedTuple):
    """How the objects of one kind hold pods.

    `template` and `podspec` are path patterns of pod templates (with metadata) and bare pod specs;
    empty where there is none. `special` names shapes that no path describes. `overlay`: a controller
    merges what is written with a template of its own, so absence proves nothing. `replicas` is the
    path of the count, `unless` of a field whose presence makes the template void.
    """

    group: str
    kind: str
    template: str = ""
    podspec: str = ""
    special: str = ""
    at: str = ""
    builtin: bool = False
    controller: bool = True
    batch: bool = False
    overlay: bool = False
    knative: bool = False
    runner: bool = False
    replicas: str = ""
    unless: str = ""
    confidence: Confidence = Confidence.HIGH


class PodPlace(NamedTuple):
    """Where one pod is described: its metadata (absent for a bare spec), its spec, and which one it is."""

    label: str
    metadata: Cursor
    spec: Cursor


def _row(row: Mapping[str, Any], builtin: bool) -> WorkloadKind:
    return WorkloadKind(
        group=row["group"],
        kind=row["kind"],
        template=row.get("path", ""),
        podspec=row.get("podspec", ""),
        special=row.get("special", ""),
        at=row.get("at", ""),
        builtin=builtin,
        controller=row.get("controller", True),
        batch=row.get("batch", False),
        overlay=row.get("completeness") == "overlay",
        knative=row.get("knative", False),
        runner=row.get("ci", False),
        replicas=row.get("replicas", ""),
        unless=row.get("skip_if", ""),
        confidence=Confidence[row.get("confidence", "high").upper()],
    )


@cache
def workload_kinds() -> dict[tuple[str, str], WorkloadKind]:
    """Every kind that holds pods, by group and kind."""
    rows = table("workload_kinds")
    wrapped = [row for row in rows["wrappers"] if "path" in row]
    found = [_row(row, True) for row in rows["builtin"]]
    found += [_row(row, False) for row in (*wrapped, *rows["custom"])]
    return {(kind.group, kind.kind): kind for kind in found}


WORKLOAD_KINDS: KindSet = frozenset(workload_kinds())
"""Group and kind of everything that holds pods."""


def pod_places(cursor: Cursor, kind: WorkloadKind) -> Iterator[PodPlace]:
    """Where the object at `cursor`, of the given kind, describes pods."""
    if kind.unless and cursor.get(*kind.unless.split(".")).present:
        return
    if kind.template:
        for label, template in find(cursor, kind.template):
            spec = template.get("spec")
            if spec.is_mapping:
                yield PodPlace(label, template.get("metadata"), spec)
    if kind.podspec:
        for label, spec in find(cursor, kind.podspec):
            if spec.is_mapping:
                yield PodPlace(label, Cursor(spec.source, None, None, spec.anchor, spec.path, spec.owner), spec)
