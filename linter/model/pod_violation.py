"""One reason why Pod Security refuses a pod."""

from __future__ import annotations

from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.manifest.pod import Container
from hullmark.linter.named_tuple import NamedTuple


class Violation(NamedTuple):
    """What is refused, how that is worded, and the name of the rule of family `workload` that says it.

    `about` is what the wording is filled with, once somebody reads it. `container` is None for what the whole pod
    sets. `check` is the id of the check.
    """

    rule: str
    thing: Placed
    wording: str
    about: tuple[object, ...]
    container: Container | None = None
    check: str = ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.thing.place

    @property
    def message(self) -> str:
        """What it says."""
        return self.wording.format(*self.about)
