"""What a change opens and closes: connections that one state of a cluster has and the other lacks.

A line about many pods says that all of them may do now what none of them could before. A workload that is new is
measured by what a pod without labels could do in its place: adding one more to an open cluster opens nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import product

from hullmark.linter.model.network.addresses import Block
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.classes import Reading
from hullmark.linter.model.network.ports import PROTOCOLS, PortRange
from hullmark.linter.model.network.universe import PRISTINE, Direction
from hullmark.linter.model.reach.addresses import address_peers
from hullmark.linter.model.reach.connections import Alike, Listing, Plan, by_range
from hullmark.linter.model.reach.ends import Ends, Voices, both_readings
from hullmark.linter.model.reach.peers import Peer, Sort
from hullmark.linter.model.reach.published import Published, published
from hullmark.linter.records import record, replace

Ranges = tuple[PortRange, ...]


@record(eq=False)
class Change:
    """One line: what the one state allows and the other does not."""

    source: Peer
    target: Peer
    ports: Ranges
    sure: bool = True


def differences(state: Network, other: Network, plan: Plan) -> tuple[Change, ...]:
    """What `state` allows and `other` does not, in order."""
    found: dict[tuple[str, str, Ranges, bool], Change] = {}
    for each in _Comparison(state, other, plan).changes():
        found.setdefault((each.source.name, each.target.name, each.ports, each.sure), each)
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1], not key[3], key[2])))


def published_only(state: Network, other: Network) -> tuple[Published, ...]:
    """Ways in from outside that one state has and the other lacks; those that policies close count as missing."""
    there = {_way(each) for each in published(other) if not each.blocked}
    return tuple(each for each in published(state) if not each.blocked and _way(each) not in there)


def _way(each: Published) -> tuple[str, str, str, int]:
    return each.zone.name, each.target.name, each.protocol, each.port


class _Comparison:
    def __init__(self, state: Network, other: Network, plan: Plan) -> None:
        self.state = state
        self.other = other
        self.others = both_readings(other)
        there = {peer.name: at for at, alike in enumerate(Listing(other, Plan()).groups[0]) for peer in alike.members}
        self.listing = Listing(state, replace(plan, key=lambda peer: (plan.key(peer), there.get(peer.name))))
        self.plan = self.listing.plan
        self._titles = {unit.title: 1 << other.number(unit) for unit in other.units}
        self._masks: dict[int, int] = {}
        self._opened: dict[tuple[int, int, Reading], Ranges] = {}
        self._beyond: dict[tuple[int, Direction, Reading], dict[Block, Ranges]] = {}
        self._less: dict[tuple[int, int], Ranges] = {}

    def changes(self) -> Iterator[Change]:
        for source in self.listing.sources:
            for target in self._within(self._new_to(source)):
                if self.plan.wanted(source.first, target.first):
                    yield from self._between(source, target)
        for direction, local in product(Direction, (*self.listing.sources, *self.listing.targets)):
            own = tuple(self.listing.sources if direction is Direction.EGRESS else self.listing.targets)
            if local in own:
                yield from self._outside(local, direction)

    def _within(self, new: int) -> Iterator[Alike]:
        """Targets of which some pod is in a set of pods of the other state, and nodes, which have no place there."""
        for target in self.listing.wildcards[Direction.EGRESS]:
            if target.first.sort is Sort.NODES or new & self.there(target.first.mask):
                yield target
        for number in members(new):
            yield from self._standing_at.get(number, ())

    @cached_property
    def _standing_at(self) -> dict[int, list[Alike]]:
        """Alike workloads by the number in the other state of the one that stands for them."""
        found: dict[int, list[Alike]] = {}
        for target in self.listing.groups[Direction.EGRESS]:
            for number in members(self.there(target.first.mask)):
                found.setdefault(number, []).append(target)
        return found

    @cached_property
    def _readings(self) -> tuple[Reading, ...]:
        """Those that differ in some state: only one where nothing is uncertain."""
        sure, possible = ((self.listing.ends[reading], self.others[reading]) for reading in Reading)
        pairs = zip(sure, possible, strict=True)
        same = all(a.said.audience == b.said.audience and a.heard.audience == b.heard.audience for a, b in pairs)
        return (Reading.SURE,) if same else tuple(Reading)

    def _new_to(self, source: Alike) -> int:
        """Pods, as the other state numbers them, that all of the source reach and none of it did: few, as a rule."""
        found = 0
        for reading in self._readings:
            known = _by_ports(self.others[reading].somewhere_reached(self.there(source.first.mask)))
            before = [(_ranges(self.other, atoms), pods) for atoms, pods in known.items()]
            for atoms, pods in _by_ports(self.listing.ends[reading].reached(source.first.mask)).items():
                found |= _left(_ranges(self.state, atoms), self.there(pods), before)
        return found

    def _between(self, source: Alike, target: Alike) -> Iterator[Change]:
        sure: Ranges = ()
        for reading in self._readings:
            found = minus(self.opened(source, target, reading), sure)
            implied: list[PortRange] = []
            for one, another in product((source, *source.around), (target, *target.around)):
                if (one is not source or another is not target) and self.plan.wanted(one.first, another.first):
                    implied += self.opened(one, another, reading)
            if minus(found, implied):
                for peer, beyond in product(source.members, target.members):
                    if peer.name != beyond.name or peer.is_wildcard:
                        yield Change(peer, beyond, found, reading is Reading.SURE)
            sure = (*sure, *found)

    def opened(self, source: Alike, target: Alike, reading: Reading) -> Ranges:
        """Ports on which all of one reach all of the other, and none of them did in the other state."""
        key = (id(source.members), id(target.members), reading)
        found = self._opened.get(key)
        if found is None:
            found = self._opened[key] = self._compared(source, target, reading)
        return found

    def _compared(self, source: Alike, target: Alike, reading: Reading) -> Ranges:
        now = self.listing.between(source, target, reading)
        pair = source.beside(target)
        if not now or pair is None:
            return ()
        before = self.others[reading].somewhere_between(self.there(pair[0]), self.there(pair[1]))
        return minus(_ranges(self.state, now), _ranges(self.other, before))

    def there(self, mask: int) -> int:
        """The same pods in the other state; for those that it lacks a pod without labels in their place."""
        found = self._masks.get(mask)
        if found is None:
            found = 0
            for number in members(mask):
                found |= self._twin(number)
            self._masks[mask] = found
        return found

    def _twin(self, number: int) -> int:
        universe, other = self.state.universe, self.other.universe
        if number >= len(universe.speakers):
            return other.node
        unit, home = universe.speakers[number], universe.home_of[number]
        if unit is None and number == universe.dns:
            return 1 << other.dns
        if unit is not None:
            known = self._titles.get(unit.title)
            if known is not None:
                return known
            if unit.host_network:
                return other.node
        return 1 << other.homes.get(home.name, other.homes[PRISTINE]).pristine

    def _outside(self, local: Alike, direction: Direction) -> Iterator[Change]:
        if local.first.sort is Sort.NODES:
            return
        sure: dict[Block, Ranges] = {}
        for reading in self._readings:
            found = self._addresses(local, direction, reading)
            mine = {block: minus(ports, sure.get(block, ())) for block, ports in found.items()}
            sure = found
            wider = [self._addresses(each, direction, reading) for each in local.around]
            sets: dict[Ranges, list[Block]] = {}
            for block, ports in mine.items():
                implied = [port for each in wider for port in each.get(block, ())]
                if minus(ports, implied):
                    sets.setdefault(ports, []).append(block)
            for ports, blocks in sets.items():
                for peer, own in product(address_peers(blocks), local.members):
                    source, target = (own, peer) if direction is Direction.EGRESS else (peer, own)
                    if self.plan.wanted(source, target):
                        yield Change(source, target, ports, reading is Reading.SURE)

    def _addresses(self, local: Alike, direction: Direction, reading: Reading) -> dict[Block, Ranges]:
        """For every range of addresses that either state tells apart the ports that are new."""
        mask = local.first.mask
        key = (mask, direction, reading)
        found = self._beyond.get(key)
        if found is None:
            found = self._beyond[key] = {}
            now, before = (_voices(each[reading], direction) for each in (self.listing.ends, self.others))
            ports = by_range(self.state, direction, now.all_of(mask))
            shares = before.shares(self.there(mask)) if any(ports) else ()
            known = by_range(self.other, direction, [pair for _, allowed in shares for pair in allowed])
            for block, here, there in self._blocks[direction]:
                new = self._minus(ports[here], known[there]) if ports[here] else ()
                if new:
                    found[block] = new
        return found

    def _minus(self, atoms: int, gone: int) -> Ranges:
        """Ports of this state without those of the other; there are few pairs, and many addresses have the same."""
        key = (atoms, gone)
        found = self._less.get(key)
        if found is None:
            found = self._less[key] = minus(_ranges(self.state, atoms), _ranges(self.other, gone))
        return found

    @cached_property
    def _blocks(self) -> tuple[tuple[tuple[Block, int, int], ...], ...]:
        """For each direction the ranges that either state tells apart, with their positions in this and the other."""
        return tuple(
            tuple(_cut(self.state.universe.outside[at].ranges, self.other.universe.outside[at].ranges))
            for at in Direction
        )


def _ranges(network: Network, atoms: int) -> Ranges:
    return tuple(network.universe.atoms.ranges(atoms))


def _by_ports(found: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Pairs of ports and pods, those of the same ports as one."""
    joined: dict[int, int] = {}
    for atoms, pods in found:
        joined[atoms] = joined.get(atoms, 0) | pods
    return joined


@lru_cache(maxsize=1 << 16)
def _less(one: Ranges, other: Ranges) -> Ranges:
    return minus(one, other)


def _left(ports: Ranges, pods: int, told: Sequence[tuple[Ranges, int]]) -> int:
    """Pods of which some port is left when what is told is taken away."""
    rest = [(ports, pods)]
    for part, those in told:
        following = []
        for ranges, mask in rest:
            kept = _less(ranges, part)
            if kept:
                following.append((kept, mask))
            if mask & ~those and kept != ranges:
                following.append((_less(ranges, kept), mask & ~those))
        rest = following
        if not rest:
            return 0
    found = 0
    for _, mask in rest:
        found |= mask
    return found


def _voices(ends: Ends, direction: Direction) -> Voices:
    return ends.said if direction is Direction.EGRESS else ends.heard


def _cut(one: Sequence[Block], other: Sequence[Block]) -> Iterator[tuple[Block, int, int]]:
    """The division at the boundaries of both, with the positions of what holds each part: both divide all addresses."""
    first, second = ([(each.family, each.first) for each in ranges] for ranges in (one, other))
    lasts = {(each.family, each.last) for each in (*one, *other)}
    for (family, start), (_, last) in zip(sorted({*first, *second}), sorted(lasts), strict=True):
        at = (family, start)
        yield Block(family, start, last), bisect_right(first, at) - 1, bisect_right(second, at) - 1


def minus(one: Iterable[PortRange], other: Iterable[PortRange]) -> Ranges:
    """Ports of the first that are not in the second, ascending."""
    found: list[PortRange] = []
    taken = sorted(other)
    for each in sorted(one, key=lambda each: (PROTOCOLS.index(each.protocol), each.first)):
        here = each.first
        for gone in taken:
            if gone.protocol != each.protocol or gone.last < here or gone.first > each.last:
                continue
            if gone.first > here:
                found.append(PortRange(each.protocol, here, gone.first - 1))
            here = max(here, gone.last + 1)
        if here <= each.last:
            found.append(PortRange(each.protocol, here, each.last))
    return tuple(found)
