"""Annotations and labels that say whether a load balancer is internal, as the fact table has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.fields import StrField, StrMapField
from hullmark.linter.manifest.globs import name_glob
from hullmark.linter.model.exposure.zones import ZONES, Reached, Zone
from hullmark.linter.named_tuple import NamedTuple


class Marker(NamedTuple):
    """One row: which value under which key means which zone."""

    platform: str
    key: str
    zone: Zone | None
    equals: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    present: bool = False
    inside: tuple[tuple[str, str], ...] = ()
    exact: bool = False
    verified: bool = True
    any_type: bool = False

    def acts(self, value: str) -> bool:
        """Whether the value is one that the platform acts on."""
        said = value if self.exact else value.lower()
        if self.equals:
            return said in self.equals
        if self.other_than:
            return said not in self.other_than
        if self.inside:
            return _holds(value, self.inside)
        return self.present and bool(value.strip())

    @property
    def is_internal(self) -> bool:
        """Whether the row is about staying inside."""
        return self.zone is Zone.PRIVATE


class ClassRow(NamedTuple):
    """What a class of load balancers, ingresses or gateways means: `default` without any marker, else by one."""

    name: str
    pattern: str
    default: str
    marker: Marker | None
    confidence: Confidence

    def matches(self, name: str) -> bool:
        """Whether the row is about a class of this name."""
        return name == self.name if self.name else name_glob(self.pattern).fullmatch(name) is not None


def facts() -> dict[str, Any]:
    """The whole table."""
    return table("internal_lb_annotations")


@cache
def service_markers() -> tuple[Marker, ...]:
    """Markers of Services, in the order in which they decide."""
    return tuple(_marker(row) for row in facts()["service"])


@cache
def class_rows(name: str) -> tuple[ClassRow, ...]:
    """Rows of one of the tables about classes: `ingress`, `gateway_class`, `service_load_balancer_class`."""
    return tuple(
        ClassRow(
            row.get("class", ""),
            row.get("class_glob", ""),
            row.get("default", ""),
            _marker(row) if "key" in row else None,
            Confidence.LOW if row.get("confidence") == "low" else Confidence.HIGH,
        )
        for row in facts()[name]
    )


def _marker(row: dict[str, Any]) -> Marker:
    return Marker(
        row.get("platform", row.get("class", "")),
        row["key"],
        ZONES.get(row["zone"]),
        tuple(row.get("equals", ())),
        tuple(row.get("not", ())),
        row.get("present") is True,
        tuple((row.get("json") or {}).items()),
        row.get("exact") is True,
        row.get("verified") is not False,
        row.get("any_service_type") is True,
    )


def deciding(rows: tuple[Marker, ...], annotations: StrMapField) -> tuple[Marker, StrField] | None:
    """The first row that acts on what is written."""
    for row, field in written(rows, annotations):
        if field.value is not None and row.acts(field.value):
            return row, field
    return None


def reached(row: Marker, field: StrField) -> Reached:
    """What a row decides."""
    confidence = Confidence.HIGH if row.verified else Confidence.LOW
    return Reached(row.zone, confidence, field.place, f"{row.key}: {field.value!r}", True)


def written(rows: tuple[Marker, ...], annotations: StrMapField) -> Iterator[tuple[Marker, StrField]]:
    """Every row whose key is written, whatever the value. Most objects have few annotations, and rows are many."""
    found = dict(annotations.fields())
    if found:
        yield from ((row, found[row.key]) for row in rows if row.key in found and found[row.key].present)


def _holds(text: str, wanted: tuple[tuple[str, str], ...]) -> bool:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and all(str(found.get(key, "")).lower() == value for key, value in wanted)
