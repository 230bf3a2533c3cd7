"""A waiver together with what it covers."""

from __future__ import annotations

from hullmark.linter.config.settings import ConfigWaiver
from hullmark.linter.finding import Location
from hullmark.linter.manifest.waiver import Waiver
from hullmark.linter.records import record
from hullmark.linter.text import Region


@record
class Posted:
    """A waiver in a manifest covers a region of that file, one in the configuration what its keys say.

    `touched`: findings that only touch the region with a related place count, too.
    """

    waiver: Waiver
    region: Region | None = None
    touched: bool = False
    keys: ConfigWaiver | None = None

    @property
    def path(self) -> str:
        """The file in which the waiver is written."""
        return self.waiver.place.source.path

    def holds(self, at: Location) -> bool:
        """Whether a place of the same file begins in the region."""
        if self.region is None:
            return False
        line, column, end_line, end_column = self.region
        return (line, column) <= (at.line, at.column) < (end_line, end_column)
