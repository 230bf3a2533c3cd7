"""The places that somebody passes on the way in."""

from __future__ import annotations

from hullmark.linter.manifest.place import Place
from hullmark.linter.records import record


@record
class Step:
    """A place on the way in, and what it contributes."""

    place: Place
    note: str
