"""One reason why Pod Security refuses a pod."""

from __future__ import annotations

from typing import NamedTuple

from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container


class Violation(NamedTuple):
    """Where it stands, what it says, and the name of the rule of family `workload` that says it.

    `container` is None for what the whole pod sets. `check` is the id of the check.
    """

    rule: str
    place: Place
    message: str
    container: Container | None = None
    check: str = ""
