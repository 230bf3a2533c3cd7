"""Connections of a network as lines: what holds for all pods of a wildcard is one line, not one for each of them.

A line is left out where a wider one says the same. Workloads that nothing tells apart are asked about once: the work
grows with the number of different workloads, and only the lines with that of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import product

from hullmark.linter.model.network.addresses import Block
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.classes import Reading
from hullmark.linter.model.network.universe import PRISTINE, Direction
from hullmark.linter.model.reach.addresses import address_peers
from hullmark.linter.model.reach.ends import both_readings, left_of, open_pods
from hullmark.linter.model.reach.peers import (
    NO_EGRESS_LIMIT,
    NO_INGRESS_LIMIT,
    Peer,
    Sort,
    any_pod,
    namespaces,
    nodes,
    refined,
    workloads,
)
from hullmark.linter.records import record

Wanted = Callable[[Peer, Peer], bool]
"""Whether a connection between two peers is asked for. It must treat peers alike that `Plan.key` calls alike."""


def everything(source: Peer, target: Peer) -> bool:
    """No filter."""
    return True


@record(eq=False)
class Connection:
    """One line. `ports` are atoms of the network; not `sure`: labels that nobody knows decide."""

    source: Peer
    target: Peer
    ports: int
    sure: bool = True


@record(eq=False)
class Alike:
    """Workloads of one namespace that nothing tells apart, or a wildcard by itself, and the wildcards around them."""

    members: tuple[Peer, ...]
    around: tuple[Alike, ...] = ()

    @property
    def first(self) -> Peer:
        """One that stands for all."""
        return self.members[0]

    def beside(self, other: Alike) -> tuple[int, int] | None:
        """A pair of different pods of this and the other; None where there is only one pod."""
        if self.members is not other.members or self.first.is_wildcard:
            return self.first.mask, other.first.mask
        second = next((each for each in self.members[1:] if each.name != self.first.name), None)
        return None if second is None else (self.first.mask, second.mask)


@record
class Plan:
    """How to list. `wildcards` False spells every pair; `grouped` leaves alike workloads together.

    `key` gives what `wanted` looks at in a peer.
    """

    wildcards: bool = True
    grouped: bool = False
    wanted: Wanted = everything
    key: Callable[[Peer], object] = bool


class Listing:
    """Who is on each side, and the lines between them."""

    def __init__(self, network: Network, plan: Plan) -> None:
        self.network = network
        self.plan = plan
        self.ends = both_readings(network)
        self.wildcards = self._wildcards()
        self.groups = self._groups()
        known = (each for each in self.wildcards[Direction.EGRESS] if each.first.sort is Sort.ANY_POD)
        self._every_pod = next(known, None) or Alike((any_pod(network),))
        self._known: dict[tuple[int, int, int], int] = {}

    def _wildcards(self) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
        """Those of sources and of targets, wide ones first."""
        if not self.plan.wildcards:
            return (), ()
        network, sure = self.network, self.ends[Reading.SURE]
        top, spaces = any_pod(network), namespaces(network)
        found = []
        for voices, name in ((sure.said, NO_EGRESS_LIMIT), (sure.heard, NO_INGRESS_LIMIT)):
            mask = open_pods(network, voices)
            chosen = [each for each in (top, *spaces) if each.mask and not self._is_mixed(each, mask)]
            if mask and all(mask != each.mask for each in chosen):
                chosen.insert(0, Peer(name, Sort.OPEN, mask))
            if voices is sure.heard or network.universe.hosts:
                chosen.append(nodes(network))
            found.append(_nested(sorted(chosen, key=lambda each: -each.mask.bit_count())))
        return found[0], found[1]

    def _is_mixed(self, wildcard: Peer, open_ones: int) -> bool:
        """Whether policies limit some workloads of an otherwise open wildcard.

        That all of them allow something would be chance then, and a line that says so would hide the lines of those
        that were given a policy in order to allow just that.
        """
        universe = self.network.universe
        home = universe.homes[PRISTINE if wildcard.sort is Sort.ANY_POD else wildcard.namespace]
        stands_for = home.pristine
        return bool(open_ones >> stands_for & 1) and bool(wildcard.mask & ~open_ones)

    def _groups(self) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
        """Alike workloads as sources and as targets. Cluster DNS that is not in the input is asked, and asks nobody."""
        cells = self._cells()
        groups: dict[tuple[object, ...], list[Peer]] = {}
        for peer in workloads(self.network):
            number = peer.mask.bit_length() - 1
            voices = [voice.side.of(number).first for ends in self.ends for voice in (ends.said, ends.heard)]
            key = (peer.namespace, peer.sort, cells[number], *voices, self.plan.key(peer))
            groups.setdefault(key, []).append(peer)
        alike = [tuple(found) for found in groups.values()]
        sources, targets = (
            tuple(
                Alike(found, tuple(each for each in side if found[0].mask & each.first.mask == found[0].mask))
                for found in alike
                if at != Direction.INGRESS or found[0].sort is not Sort.DNS
            )
            for at, side in enumerate(self.wildcards)
        )
        return sources, targets

    def _cells(self) -> dict[int, int]:
        """The cell of each pod: those of one cell are in the same sets of peers, and in the same wildcards."""
        known = self.network.derived(_by_wildcards, Direction.INGRESS)
        found = known.get(self.plan.wildcards)
        if found is None:
            masks = {mask for ends in self.ends for voices in (ends.said, ends.heard) for mask in voices.masks()}
            for side in self.wildcards:
                masks.update(each.first.mask for each in side)
            universe = self.network.universe
            found = known[self.plan.wildcards] = refined(sorted(masks), universe.every_pod | universe.hosts)
        return found

    @property
    def sources(self) -> Iterator[Alike]:
        """All of them."""
        return iter((*self.wildcards[Direction.INGRESS], *self.groups[Direction.INGRESS]))

    @property
    def targets(self) -> Iterator[Alike]:
        """All of them."""
        return iter((*self.wildcards[Direction.EGRESS], *self.groups[Direction.EGRESS]))

    def between(self, source: Alike, target: Alike, reading: Reading) -> int:
        """Atoms on which all of one reach all of the other."""
        key = (id(source.members), id(target.members), reading)
        found = self._known.get(key)
        if found is None:
            pair = source.beside(target)
            found = self._known[key] = 0 if pair is None else self.ends[reading].between(*pair)
        return found

    def connections(self) -> Iterator[Connection]:
        """Every line, in no order that means anything."""
        for source, target in self._pairs():
            if not self.plan.wanted(source.first, target.first):
                continue
            sure = self.between(source, target, Reading.SURE)
            if sure & ~self._implied(source, target, Reading.SURE):
                yield from self._spelled(source, target, sure, True)
            maybe = 0 if len(self.readings) == 1 else self.between(source, target, Reading.POSSIBLE) & ~sure
            if maybe and maybe & ~self._implied(source, target, Reading.POSSIBLE):
                yield from self._spelled(source, target, maybe, False)
        yield from self._outwards()
        yield from self._inwards()

    def _pairs(self) -> Iterator[tuple[Alike, Alike]]:
        """Pairs that may be worth a line: not those of which wider lines say everything."""
        for source in self.sources:
            for target in self._worth_a_look(source):
                yield source, target
            if source.first.sort is Sort.NODES and self._every_pod not in self.wildcards[Direction.EGRESS]:
                yield source, self._every_pod

    def _worth_a_look(self, source: Alike) -> Iterator[Alike]:
        reached, left = 0, 0
        for reading in self.readings:
            ends = self.ends[reading]
            found = ends.reached(source.first.mask)
            for _, pods in found:
                reached |= pods
            left |= left_of(found, self._told(source, reading)) if self.plan.wanted is everything else reached
        for wildcard in self.wildcards[Direction.EGRESS]:
            if wildcard.first.sort is Sort.NODES or wildcard.first.mask & ~reached == 0:
                yield wildcard
        groups = {self._group_of[number]: True for number in members(left) if number in self._group_of}
        for at in groups:
            yield self.groups[Direction.EGRESS][at]

    def _told(self, source: Alike, reading: Reading) -> list[tuple[int, int]]:
        """What wider lines say of a source: those of wider sources, and its own to wildcards."""
        told = [(self.between(source, each, reading), each.first.mask) for each in self.wildcards[Direction.EGRESS]]
        if source.first.sort is Sort.NODES:
            told.append((self.network.universe.atoms.every, self._every_pod.first.mask))
        for wider in source.around:
            told += self.ends[reading].reached(wider.first.mask)
        return [each for each in told if each[0] and each[1]]

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Those that differ: only one where nothing is uncertain."""
        sure, possible = self.ends
        same = sure.said.audience == possible.said.audience and sure.heard.audience == possible.heard.audience
        return (Reading.SURE,) if same else tuple(Reading)

    @cached_property
    def _group_of(self) -> dict[int, int]:
        """The group of each workload by its number."""
        return {
            peer.mask.bit_length() - 1: at
            for at, alike in enumerate(self.groups[Direction.EGRESS])
            for peer in alike.members
        }

    def _implied(self, source: Alike, target: Alike, reading: Reading) -> int:
        """What lines of wider peers say already."""
        found = 0
        around = target.around
        if source.first.sort is Sort.NODES and target.first.sort is not Sort.NODES and target is not self._every_pod:
            around = (*around, self._every_pod)  # nodes reach every pod: that is chance with nobody
        for one, other in product((source, *source.around), (target, *around)):
            if (one is not source or other is not target) and self.plan.wanted(one.first, other.first):
                found |= self.between(one, other, reading)
        return found

    def _spelled(self, source: Alike, target: Alike, ports: int, sure: bool) -> Iterator[Connection]:
        if self.plan.grouped:
            yield Connection(_joint(source), _joint(target), ports, sure)
            return
        for one, other in product(source.members, target.members):
            if one.name != other.name or one.is_wildcard:
                yield Connection(one, other, ports, sure)

    def _outwards(self) -> Iterator[Connection]:
        for source in self.sources:
            for peer, ports, sure in self._outside(source, Direction.EGRESS):
                for one in self._each(source):
                    if self.plan.wanted(one, peer):
                        yield Connection(one, peer, ports, sure)

    def _inwards(self) -> Iterator[Connection]:
        for target in self.targets:
            for peer, ports, sure in self._outside(target, Direction.INGRESS):
                for one in self._each(target):
                    if self.plan.wanted(peer, one):
                        yield Connection(peer, one, ports, sure)

    def _each(self, alike: Alike) -> Sequence[Peer]:
        return (_joint(alike),) if self.plan.grouped else alike.members

    def _outside(self, local: Alike, direction: Direction) -> Iterator[tuple[Peer, int, bool]]:
        """Sets of addresses that all of the pods may reach (be reached from), with ports; what wider lines say, not."""
        if local.first.sort is Sort.NODES and direction is Direction.INGRESS:
            return  # how nodes are reached from outside is no matter of policies
        sure = self._ranges(local, direction, Reading.SURE)
        possible = self._ranges(local, direction, Reading.POSSIBLE)
        maybe = [most & ~least for most, least in zip(possible, sure, strict=True)]
        for found, reading in ((sure, Reading.SURE), (maybe, Reading.POSSIBLE)):
            wider = [
                self._ranges(each, direction, reading) for each in local.around if self._is_listed(each, direction)
            ]
            sets: dict[int, list[Block]] = {}
            for at, each in enumerate(self.network.universe.outside[direction].ranges):
                implied = 0
                for other in wider:
                    implied |= other[at]
                if found[at] & ~implied:
                    sets.setdefault(found[at], []).append(each)
            for ports, blocks in sets.items():
                for peer in address_peers(blocks):
                    yield peer, ports, reading is Reading.SURE

    def _is_listed(self, wildcard: Alike, direction: Direction) -> bool:
        """Whether the filter lets lines between a wildcard and the outside through."""
        beyond = Peer("", Sort.ADDRESSES)
        pair = (wildcard.first, beyond) if direction is Direction.EGRESS else (beyond, wildcard.first)
        return self.plan.wanted(*pair)

    def _ranges(self, local: Alike, direction: Direction, reading: Reading) -> list[int]:
        """For every range of addresses the atoms that all of the pods may use with it."""
        ends = self.ends[reading]
        voices = ends.said if direction is Direction.EGRESS else ends.heard
        return by_range(self.network, direction, voices.all_of(local.first.mask))


def _by_wildcards(_network: Network, _direction: Direction) -> dict[bool, dict[int, int]]:
    """Cells of listings with wildcards and without."""
    return {}


def by_range(network: Network, direction: Direction, allowed: Iterable[tuple[int, int]]) -> list[int]:
    """For every range of addresses the atoms with which it is allowed."""
    outside = network.universe.outside[direction]
    found = [0] * len(outside.ranges)
    for atoms, peers in allowed:
        for number in _positions((peers & outside.every) >> outside.offset):
            found[number] |= atoms
    return found


@lru_cache(maxsize=4096)
def _positions(mask: int) -> tuple[int, ...]:
    """Numbers in a set of ranges: policies mean the same few sets again and again."""
    return tuple(members(mask))


def _joint(alike: Alike) -> Peer:
    """One peer for all of them; it is called by the first and the number of the others."""
    names = sorted({peer.name for peer in alike.members})
    if len(names) == 1:
        return alike.first
    mask = 0
    for peer in alike.members:
        mask |= peer.mask
    return Peer(f"{names[0]} +{len(names) - 1}", Sort.WORKLOAD, mask, alike.first.namespace)


def _nested(peers: Iterable[Peer]) -> tuple[Alike, ...]:
    """Wildcards, each with those that hold it and more."""
    found: list[Alike] = []
    for peer in peers:
        around = tuple(each for each in found if peer.mask & ~each.first.mask == 0 and peer.mask != each.first.mask)
        found.append(Alike((peer,), around))
    return tuple(found)


def ordered(found: Iterable[Connection]) -> tuple[Connection, ...]:
    """Lines by the names of their ends; each once, though an object may be written several times."""
    lines: dict[tuple[str, str, int, bool], Connection] = {}
    for each in found:
        lines.setdefault((each.source.name, each.target.name, each.ports, each.sure), each)
    return tuple(lines[key] for key in sorted(lines, key=lambda key: (key[0], key[1], not key[3], key[2])))


def connections(network: Network, plan: Plan) -> tuple[Connection, ...]:
    """The lines of a network, in order."""
    return ordered(Listing(network, plan).connections())
