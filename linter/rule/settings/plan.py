"""How a row is repaired."""

from __future__ import annotations

from enum import StrEnum


class Repair(StrEnum):
    """What a fix does. All are unsafe, since the component then behaves in another way."""

    NONE = "none"
    SET = "set"
    ADD = "add"
    DROP = "drop"
    REMOVE = "remove"
    LOOPBACK = "loopback"
