"""Who reaches whom, as rectangles: every source of one set reaches every target of the other on one atom of ports.

The pods that are alike at an atom, be they of one class or of many, are one group; a rectangle is what a group of
sources and a group of targets allow each other. At one atom there are few groups, for most pods are closed to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.classes import Side
from hullmark.linter.named_tuple import NamedTuple


class Groups(NamedTuple):
    """Groups of one side at one atom: pairs of pods and the pods that they allow, and the union of either."""

    pairs: tuple[tuple[int, int], ...]
    mine: int
    peers: int


_NONE = Groups((), 0, 0)
_FEW = 64
"""Up to so many pods it is faster to look up the class of each than to go through all groups."""


class Reach:
    """Both sides together. Numbers are those of the universe; pods only, those of the host network included."""

    __slots__ = ("_heard", "_hearing", "_said", "_saying", "every")

    def __init__(self, heard: Side, said: Side) -> None:
        self.every = heard.universe.atoms.every
        self._hearing = heard
        self._saying = said
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
        # From the end with fewer pods: their classes are looked up, and mostly the first peers that they allow agree.
        if sources.bit_count() < targets.bit_count():
            return self._agree(self._saying, self._hearing, sources, targets, atoms)
        return self._agree(self._hearing, self._saying, targets, sources, atoms)

    def _agree(self, near: Side, far: Side, few: int, many: int, atoms: int) -> bool:
        """Whether some of `few` on the near side and some of `many` on the far side allow each other."""
        for each in near.meeting(few):
            own = each.members & few
            for part, peers in each.allowed:
                shared, those = part & atoms, peers & many
                if shared and those and self._answers(far, those, own, shared):
                    return True
        return False

    def _answers(self, side: Side, those: int, peers: int, atoms: int) -> bool:
        """Whether some of `those` allow some of the peers on one of the atoms."""
        if those.bit_count() <= _FEW:
            return any(
                part & atoms and allowed & peers for each in side.meeting(those) for part, allowed in each.allowed
            )
        groups = self._heard if side is self._hearing else self._said
        return any(
            mine & those and allowed & peers
            for number in members(atoms)
            for mine, allowed in groups.get(1 << number, _NONE).pairs
        )


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
