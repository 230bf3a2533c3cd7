"""What is planned for a row beside its condition: how it is repaired, and with which settings it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from hullmark.linter.records import field, record


class Repair(StrEnum):
    """What a fix does. All are unsafe, since the component then behaves in another way."""

    NONE = "none"
    SET = "set"
    ADD = "add"
    DROP = "drop"
    REMOVE = "remove"
    LOOPBACK = "loopback"


@record
class Sample:
    """Settings by name that fire and that do not; `beside` stand in both.

    `marks` names the settings that findings point at (default: all bad ones); a bad sample without
    settings points at the parent. `unset` says that the row also fires on a command line without any.
    """

    bad: Mapping[str, str]
    good: Mapping[str, str]
    beside: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] | None = None
    unset: bool = False
