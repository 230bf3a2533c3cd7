"""Zones from the outside in, and why something is in one."""

from __future__ import annotations

from enum import IntEnum

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.place import Place
from hullmark.linter.records import record


class Zone(IntEnum):
    """Who may knock: compares by how far outside."""

    CLUSTER = 0
    NODE = 1
    PRIVATE = 2
    INTERNET = 3

    @property
    def label(self) -> str:
        """Name in tables, graphs and `hullmark.io/visibility`."""
        return _LABELS[self]

    @property
    def words(self) -> str:
        """Name in sentences."""
        return _WORDS[self]


_LABELS = {
    Zone.CLUSTER: "any-pod",
    Zone.NODE: "node-network",
    Zone.PRIVATE: "private-network",
    Zone.INTERNET: "internet",
}
_WORDS = {
    Zone.CLUSTER: "the pods of the cluster",
    Zone.NODE: "the network of the nodes",
    Zone.PRIVATE: "the private network",
    Zone.INTERNET: "the internet",
}
ZONES = {label: zone for zone, label in _LABELS.items()}
"""Zones by the names of the fact table."""


@record
class Reached:
    """A zone and what decides it. `zone` is None where nobody can know.

    `place` is the text that decides (None: a default), `note` says how; `explicit`: the object says so itself.
    """

    zone: Zone | None
    confidence: Confidence = Confidence.HIGH
    place: Place | None = None
    note: str = ""
    explicit: bool = False

    @property
    def is_internet(self) -> bool:
        """Whether everybody may knock."""
        return self.zone is Zone.INTERNET

    @property
    def is_exposed(self) -> bool:
        """Whether somebody outside the cluster may knock, for all that is known."""
        return self.zone is not None and self.zone > Zone.CLUSTER


INSIDE = Reached(Zone.CLUSTER)


def innermost(outer: Reached, inner: Reached) -> Reached:
    """The zone of a chain is that of the link that lets fewest through; unknown links leave it unknown."""
    if outer.zone is None or inner.zone is None:
        return outer if outer.zone is None else inner
    return outer if outer.zone <= inner.zone else inner


def outermost(*found: Reached) -> Reached:
    """Of several ways in, the one that most can take; an unknown one only where no other is known to be outside."""
    known = [each for each in found if each.zone is not None]
    best = max(known, key=lambda each: each.zone or 0, default=None)
    unknown = next((each for each in found if each.zone is None), None)
    if best is None or (unknown is not None and best.zone is Zone.CLUSTER):
        return unknown if unknown is not None else INSIDE
    return best
