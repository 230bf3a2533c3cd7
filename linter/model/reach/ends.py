"""What a peer as a whole may say and hear, and the ports on which one peer as a whole reaches another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.bits import members, stretch
from hullmark.linter.model.network.classes import Reading, Side, TrafficClass
from hullmark.linter.model.network.fold import Allowed, parts
from hullmark.linter.model.network.universe import Direction

_FEW = 16
"""Up to so many pods are looked up one by one, rather than looked for in all that somebody hears."""


class Voices:
    """One direction in one reading: for any set of pods, who all of them may hear (say), and who some of them may."""

    def __init__(self, network: Network, direction: Direction, reading: Reading) -> None:
        self.side: Side = network.side(direction, reading)
        universe = network.universe
        self.everybody = universe.everybody[direction]
        self.every_atom = universe.atoms.every
        self._parts = tuple(
            parts(self.every_atom, (part for each in self.side.classes for part, _ in each.allowed))
        )  # in few pieces, so that sets of pods are intersected without cutting each time
        self._vectors: dict[int, tuple[int, ...]] = {}
        self._merged: dict[int, Allowed] = {}

    def classes(self, mask: int) -> Iterable[TrafficClass]:
        """Classes that the set meets."""
        if mask & (mask - 1) == 0:
            number = mask.bit_length() - 1
            if number < len(self.side.universe.speakers):
                yield self.side.of(number)
            return
        left = mask
        for each in self.side.classes:
            if each.members & left:
                yield each
                left &= ~each.members
                if not left:
                    return

    def shares(self, mask: int) -> Iterator[tuple[int, Allowed]]:
        """The set by classes, with the peers of each; what is in no class hears and says everything."""
        left = mask
        for each in self.classes(mask):
            yield mask & each.members, each.allowed
            left &= ~each.members
        if left:
            yield left, ((self.every_atom, self.everybody),)

    def vector(self, each: TrafficClass) -> tuple[int, ...]:
        """Peers of a class for each piece of the ports."""
        found = self._vectors.get(each.first)
        if found is None:
            found = self._vectors[each.first] = tuple(each.peers(part) for part in self._parts)
        return found

    def all_of(self, mask: int) -> Allowed:
        """Peers that every pod of the set has, by ports; pieces without a peer are left out."""
        found = self._merged.get(mask)
        if found is None:
            only = list(self.classes(mask)) if mask & (mask - 1) == 0 else []
            found = only[0].allowed if only else self._intersected(mask)
            self._merged[mask] = found
        return found

    @cached_property
    def audience(self) -> tuple[tuple[int, int, int], ...]:
        """Triples of ports, peers and pods: all of the pods have all of the peers on the ports. No pod is left out."""
        found: dict[tuple[int, int], int] = {}
        for each in self.side.classes:
            for atoms, peers in each.allowed:
                found[atoms, peers] = found.get((atoms, peers), 0) | each.members
        return tuple((atoms, peers, pods) for (atoms, peers), pods in found.items())

    def listening(self, source: int, *, whole: bool) -> list[tuple[int, int]]:
        """Pairs of ports and pods that let some of a set of peers in, or the whole of it."""
        count = source.bit_count()
        if (count == 1 or (count <= _FEW and not whole)) and source.bit_length() <= len(self._audience_of):
            own = {id(each): each for number in members(source) for each in self._audience_of[number]}
            return [(part, pods) for part, _, pods in own.values()]
        return [
            (part, pods)
            for part, those, pods in self.audience
            if (shared := source & those) and (shared == source or not whole)
        ]

    @cached_property
    def _audience_of(self) -> list[list[tuple[int, int, int]]]:
        """For every pod by number the part of the audience that lets it in, which is little of it as a rule."""
        found: list[list[tuple[int, int, int]]] = [[] for _ in self.side.universe.speakers]
        every = stretch(0, len(found))
        for each in self.audience:
            for number in members(each[1] & every):
                found[number].append(each)
        return found

    def _intersected(self, mask: int) -> Allowed:
        # Nodes are in no class: they say and hear everything.
        vector = [self.everybody] * len(self._parts)
        for each in self.classes(mask):
            vector = [one & other for one, other in zip(vector, self.vector(each), strict=True)]
        merged: dict[int, int] = {}
        for part, peers in zip(self._parts, vector, strict=True):
            if peers:
                merged[peers] = merged.get(peers, 0) | part
        return tuple((part, peers) for peers, part in merged.items())

    def is_open(self, number: int) -> bool:
        """Whether nothing limits a pod."""
        return all(peers & self.everybody == self.everybody for _, peers in self.side.of(number).allowed)

    def masks(self) -> set[int]:
        """Every set of peers that some class has."""
        return {peers for each in self.side.classes for _, peers in each.allowed}


class Ends:
    """Both directions in one reading."""

    def __init__(self, network: Network, reading: Reading) -> None:
        self.network = network
        self.heard = Voices(network, Direction.INGRESS, reading)
        self.said = Voices(network, Direction.EGRESS, reading)
        self._reached: dict[int, list[tuple[int, int]]] = {}

    def between(self, source: int, target: int) -> int:
        """Atoms on which every pod of `source` reaches every pod of `target`."""
        found = 0
        for atoms, peers in self.said.all_of(source):
            if target & ~peers == 0:
                found |= atoms
        if not found:
            return 0
        heard = 0
        for atoms, peers in self.heard.all_of(target):
            if atoms & found and source & ~peers == 0:
                heard |= atoms
        return found & heard

    def reached(self, source: int) -> list[tuple[int, int]]:
        """Pairs of ports and pods: every pod of `source` reaches these on them. Together they are all it reaches."""
        found = self._reached.get(source)
        if found is None:
            found = self._reached[source] = list(
                _met(self.said.all_of(source), self.heard.listening(source, whole=True))
            )
        return found

    def somewhere_reached(self, source: int) -> list[tuple[int, int]]:
        """Pairs of ports and pods: some pod of `source` reaches these on them, or is one of them."""
        found: list[tuple[int, int]] = []
        for speakers, said in self.said.shares(source):
            found += _met(said, self.heard.listening(speakers, whole=False))
        return found

    def somewhere_between(self, source: int, target: int) -> int:
        """Atoms on which some pod of `source` reaches some other pod of `target`."""
        found = 0
        units = self.network.universe.every_unit
        for speaker, said in self.said.shares(source):
            for hearer, heard in self.heard.shares(target):
                for atoms, peers in said:
                    if not atoms & ~found or not peers & hearer:
                        continue
                    for part, those in heard:
                        new = part & atoms & ~found
                        if new and those & speaker and not _is_itself(peers & hearer, those & speaker, units):
                            found |= new
        return found


def both_readings(network: Network) -> tuple[Ends, ...]:
    """Both directions in each reading; made once."""
    return network.derived(_both_readings, Direction.INGRESS)


def _both_readings(network: Network, _direction: Direction) -> tuple[Ends, ...]:
    return tuple(Ends(network, reading) for reading in Reading)


def _met(said: Allowed, listening: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pairs of ports and pods that are in one pair of either side."""
    for atoms, peers in said:
        for part, pods in listening:
            if atoms & part and peers & pods:
                yield atoms & part, peers & pods


def left_of(found: Iterable[tuple[int, int]], told: Sequence[tuple[int, int]]) -> int:
    """Pods in pairs of ports and pods of which something is left when other pairs are taken away."""
    mask = 0
    for pair in found:
        rest = [pair]
        for part, those in told:
            following = []
            for atoms, pods in rest:
                if atoms & ~part:
                    following.append((atoms & ~part, pods))
                if atoms & part and pods & ~those:
                    following.append((atoms & part, pods & ~those))
            rest = following
            if not rest:
                break
        for _, pods in rest:
            mask |= pods
    return mask


def _is_itself(one: int, other: int, units: int) -> bool:
    """Whether both are one workload: that a pod reaches itself says nothing."""
    return one == other and one & (one - 1) == 0 and bool(one & units)


def open_pods(network: Network, voices: Voices) -> int:
    """Pods with a network of their own that nothing limits in a direction."""
    universe = network.universe
    mask = 0
    for each in voices.side.classes:
        if voices.is_open(each.first):
            mask |= each.members
    return mask & universe.every_pod
