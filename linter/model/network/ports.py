"""Ports as policies write them, and atoms: the coarsest division of all ports that no policy cuts through.

Protocols are TCP, UDP and SCTP, of which ports are told apart, and everything else as one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from hullmark.linter.model.network.bits import members, stretch
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import record

TCP, UDP, SCTP, OTHER = "TCP", "UDP", "SCTP", "other"
PROTOCOLS = (TCP, UDP, SCTP, OTHER)
WITH_PORTS = (TCP, UDP, SCTP)
FIRST, LAST = 1, 65535


class PortRange(NamedTuple):
    """Ports of one protocol, both ends included."""

    protocol: str
    first: int
    last: int

    @property
    def is_whole(self) -> bool:
        """Whether it is every port of the protocol."""
        return self.first <= FIRST and self.last >= LAST


def whole(protocol: str) -> PortRange:
    """Every port of a protocol."""
    return PortRange(protocol, FIRST, LAST)


EVERY_PORT = tuple(whole(protocol) for protocol in PROTOCOLS)


class PortName(NamedTuple):
    """A container port by its name; an empty protocol means any of the three."""

    protocol: str
    name: str


@record
class Ports:
    """What the port part of a rule lets through; `hidden`: a template has to be filled first, so that it may be any."""

    ranges: tuple[PortRange, ...] = ()
    names: tuple[PortName, ...] = ()
    hidden: bool = False


ALL_PORTS = Ports(EVERY_PORT)


def complement(ranges: Iterable[PortRange], within: Iterable[str] = PROTOCOLS) -> tuple[PortRange, ...]:
    """Every port of the protocols `within` that is in none of the ranges."""
    left = []
    taken = sorted(ranges)
    for protocol in within:
        here = FIRST
        for each in taken:
            if each.protocol != protocol:
                continue
            if each.first > here:
                left.append(PortRange(protocol, here, each.first - 1))
            here = max(here, each.last + 1)
        if here <= LAST:
            left.append(PortRange(protocol, here, LAST))
    return tuple(left)


class Atoms:
    """The division; sets of atoms are integers."""

    __slots__ = ("_masks", "_offsets", "_starts", "every")

    def __init__(self, ranges: Iterable[PortRange]) -> None:
        cuts: dict[str, set[int]] = {protocol: {FIRST} for protocol in PROTOCOLS}
        for protocol, first, last in ranges:
            if protocol in WITH_PORTS and FIRST <= first <= last <= LAST:
                cuts[protocol].update((first, last + 1))
        self._starts: dict[str, list[int]] = {}
        self._offsets: dict[str, int] = {}
        self._masks: dict[PortRange, int] = {}
        count = 0
        for protocol in PROTOCOLS:
            starts = sorted(cut for cut in cuts[protocol] if cut <= LAST)
            self._starts[protocol] = starts
            self._offsets[protocol] = count
            count += len(starts)
        self.every = stretch(0, count)

    def of(self, each: PortRange) -> int:
        """Atoms of a range whose ends are among the cuts; for others the atoms that it touches."""
        mask = self._masks.get(each)
        if mask is None:
            protocol, first, last = each
            starts = self._starts[protocol]
            if first > last:
                mask = 0
            else:
                low = max(bisect_right(starts, max(first, FIRST)) - 1, 0)
                mask = stretch(self._offsets[protocol] + low, bisect_right(starts, min(last, LAST)) - low)
            self._masks[each] = mask
        return mask

    def of_all(self, ranges: Iterable[PortRange]) -> int:
        """Atoms of several ranges."""
        mask = 0
        for each in ranges:
            mask |= self.of(each)
        return mask

    def at(self, protocol: str, port: int) -> int:
        """The atom that holds the port."""
        return self.of(PortRange(protocol, port, port))

    def ranges(self, mask: int) -> Iterator[PortRange]:
        """The ports of a set of atoms, adjoining ones as one range."""
        for protocol in PROTOCOLS:
            starts = self._starts[protocol]
            own = mask >> self._offsets[protocol] & stretch(0, len(starts))
            first = last = 0
            for number in members(own):
                begin = starts[number]
                end = starts[number + 1] - 1 if number + 1 < len(starts) else LAST
                if last and begin == last + 1:
                    last = end
                    continue
                if last:
                    yield PortRange(protocol, first, last)
                first, last = begin, end
            if last:
                yield PortRange(protocol, first, last)

    def unmentioned(self, mentioned: Iterable[PortRange]) -> int:
        """An atom of TCP in no range but the whole one, if there is one; else the widest."""
        taken = self.of_all(each for each in mentioned if not each.is_whole)
        starts, offset = self._starts[TCP], self._offsets[TCP]
        sizes = [
            (not taken >> offset + number & 1, following - start, -number)
            for number, (start, following) in enumerate(zip(starts, [*starts[1:], LAST + 1], strict=True))
        ]
        return 1 << offset - max(sizes)[2]


def port_text(ranges: Iterable[PortRange]) -> str:
    """Ports for people: `TCP 80,443-450,UDP 53`; `All Connections` where nothing is left out."""
    found = sorted(ranges)
    if set(found) >= set(EVERY_PORT):
        return "All Connections"
    parts = []
    for protocol in sorted({each.protocol for each in found}):
        own = [each for each in found if each.protocol == protocol]
        if protocol == OTHER:
            parts.append("other protocols")
        elif own[0].is_whole:
            parts.append(f"{protocol} 1-65535")
        else:
            texts = [f"{each.first}" if each.first == each.last else f"{each.first}-{each.last}" for each in own]
            parts.append(f"{protocol} {','.join(texts)}")
    return ",".join(parts)
