"""Which kinds hold pod specs, and where: the table `workload_kinds`, ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.facts import table
from hullmark.linter.named_tuple import NamedTuple

KindSet = frozenset[tuple[str, str]]
"""Pairs of API group ("" for the core group) and kind."""


class WorkloadKind(NamedTuple):
    """How the objects of one kind hold pods.

    `template` and `podspec` are path patterns of pod templates (with metadata) and bare pod specs;
    empty where there is none. `special` names shapes that no path describes: `at` is where they
    are, `pod` where the rest of the pod is. `overlay`: a controller merges what is written with a
    template of its own, so absence proves nothing. `replicas` is the path of the count, `unless` of
    a field whose presence makes the template void. `metadata` is the path of the pods' metadata beside
    a bare pod spec; `labels` and `ports` are what the controller adds, with `$name` and `$portName` in them.
    """

    group: str
    kind: str
    template: str = ""
    podspec: str = ""
    special: str = ""
    at: str = ""
    pod: str = ""
    builtin: bool = False
    controller: bool = True
    batch: bool = False
    overlay: bool = False
    knative: bool = False
    runner: bool = False
    replicas: str = ""
    unless: str = ""
    metadata: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    ports: tuple[tuple[str, int], ...] = ()
    confidence: Confidence = Confidence.HIGH


class ContainerPlace(NamedTuple):
    """Where one container is described, its sort, and its name where the text gives it none."""

    cursor: Cursor
    sort: str
    name: str = ""


class PodPlace(NamedTuple):
    """Where one pod is described: its metadata (absent for a bare spec), its spec, and which one it is.

    `containers` are named where they are not in the lists of a pod spec. `overlay`: somebody adds
    to this pod, whatever the kind says.
    """

    label: str
    metadata: Cursor
    spec: Cursor
    containers: tuple[ContainerPlace, ...] | None = None
    overlay: bool = False


def _row(row: Mapping[str, Any], builtin: bool) -> WorkloadKind:
    return WorkloadKind(
        group=row["group"],
        kind=row["kind"],
        template=row.get("path", ""),
        podspec=row.get("podspec", ""),
        special=row.get("special", ""),
        at=row.get("at", ""),
        pod=row.get("pod", ""),
        builtin=builtin,
        controller=row.get("controller", True),
        batch=row.get("batch", False),
        overlay=row.get("completeness") == "overlay",
        knative=row.get("knative", False),
        runner=row.get("ci", False),
        replicas=row.get("replicas", ""),
        unless=row.get("skip_if", ""),
        metadata=row.get("metadata", ""),
        labels=tuple(row.get("labels", {}).items()),
        ports=tuple(row.get("ports", {}).items()),
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
