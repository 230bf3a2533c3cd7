"""Who reaches whom, as rectangles: every source of one set reaches every target of the other on one atom of ports.

The pods that are alike at an atom, be they of one class or of many, are one group; a rectangle is what a group of
sources and a group of targets allow each other. At one atom there are few groups, for most pods are closed to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.classes import Side


class Groups(NamedTuple):
    """Groups of one side at one atom: pairs of pods and the pods that they allow, and the union of either."""

    pairs: tuple[tuple[int, int], ...]
    mine: int
    peers: int


_NONE = Groups((), 0, 0)


class Reach:
    """Both sides together. Numbers are those of the universe; pods only, those of the host network included."""

    __slots__ = ("_heard", "_said", "every")

    def __init__(self, heard: Side, said: Side) -> None:
        self.every = heard.universe.atoms.every
        self._heard = _grouped(heard)
        self._said = _grouped(said)

    def rectangles(self, atom: int, sources: int = -1, targets: int = -1) -> Iterator[tuple[int, int]]:
        """Sources and targets that are connected at one atom; no pair of pods is in two rectangles."""
        heard, said = self._heard.get(atom, _NONE), self._said.get(atom, _NONE)
        sources &= heard.peers & said.mine
        targets &= heard.mine & said.peers
        if not sources or not targets:
            return
        speaking = [(mine & sources, to & targets) for mine, to in said.pairs if mine & sources and to & targets]
        for own, who in heard.pairs:
            own, who = own & targets, who & sources
            if own and who:
                for mine, to in speaking:
                    if mine & who and to & own:
                        yield mine & who, to & own

    def connects(self, sources: int, targets: int, atoms: int) -> bool:
        """Whether some source reaches some target on one of the atoms; a pod reaches itself only if it may."""
        return any(True for number in members(atoms) for _ in self.rectangles(1 << number, sources, targets))


def _grouped(side: Side) -> dict[int, Groups]:
    """Groups by atom, those left out that allow no pod."""
    universe = side.universe
    pods = universe.every_pod | universe.hosts
    found: dict[int, dict[int, int]] = {}
    for each in side.classes:
        for part, peers in each.allowed:
            peers &= pods
            for number in members(part) if peers else ():
                groups = found.setdefault(1 << number, {})
                groups[peers] = groups.get(peers, 0) | each.members
    return {atom: _groups(groups) for atom, groups in found.items()}


def _groups(found: dict[int, int]) -> Groups:
    pairs = tuple((mine, peers) for peers, mine in found.items())
    return Groups(pairs, reduce(int.__or__, found.values(), 0), reduce(int.__or__, found, 0))
