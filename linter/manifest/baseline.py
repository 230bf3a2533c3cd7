"""A baseline, and an entry of it as a rule sees it: what was recorded, and how much of it is still there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from hullmark.linter.manifest.place import Place
from hullmark.linter.records import record


@record
class BaselineEntry:
    """`count` findings of one kind that are known; `found` of them were found, None: nothing is known about that."""

    made_by_engine: ClassVar[bool] = True

    place: Place
    fingerprint: str
    rule: str
    resource: str
    count: int
    found: int | None = None


@record
class Baseline:
    """Known findings by fingerprint."""

    entries: Mapping[str, BaselineEntry]
