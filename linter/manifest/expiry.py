"""Just-in-time access: the annotation that says how long an opening or a binding is meant to live."""

from __future__ import annotations

from datetime import date

from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import record

ANNOTATION = "hullmark.io/expires"
NOTHING_EXPIRES = "1970-01-01"
"""The `today` of a run in which dates are not compared."""


@record
class Expiry:
    """The annotation of one object. `day` is the last valid day, None where the value is no date."""

    field: StrField
    day: date | None

    @property
    def place(self) -> Place:
        """The annotation's value."""
        return self.field.place

    @property
    def text(self) -> str:
        """The value as written."""
        return self.field.text or ""

    def days_left(self, context: Context) -> int | None:
        """Days from today to the last valid day, negative once it is past; None where unknown or switched off."""
        today = day(context.today)
        if self.day is None or today is None or context.today == NOTHING_EXPIRES:
            return None
        return (self.day - today).days


def expiry(resource: Resource) -> Expiry | None:
    """What the object says of its end, or None where it says nothing (or a template will)."""
    field = resource.annotation(ANNOTATION)
    if field.absent or field.templated:
        return None
    return Expiry(field, day(field.text or ""))


def day(text: str) -> date | None:
    """`YYYY-MM-DD` as a date, None for anything else."""
    if len(text) != len("2026-01-31"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
