"""Addresses outside the cluster, divided at every boundary that a policy names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_network

from hullmark.linter.model.network.bits import stretch
from hullmark.linter.named_tuple import NamedTuple

SIZE = {4: 1 << 32, 6: 1 << 128}


class Block(NamedTuple):
    """Addresses of one family, both ends included."""

    family: int
    first: int
    last: int

    @property
    def is_everything(self) -> bool:
        """Whether it is the whole family."""
        return self.first == 0 and self.last == SIZE[self.family] - 1

    @property
    def is_inside(self) -> bool:
        """Whether all of it is in ranges that are not routed on the internet."""
        return any(each.contains(self) for each in _INSIDE)

    def contains(self, other: Block) -> bool:
        """Whether every address of the other is in this."""
        return self.family == other.family and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Block) -> bool:
        """Whether some address is in both."""
        return self.family == other.family and self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        kind = IPv4Address if self.family == 4 else IPv6Address
        return f"{kind(self.first)}-{kind(self.last)}"


@lru_cache(maxsize=4096)
def block(text: str) -> Block | None:
    """The block that a CIDR (or a single address) means, host bits dropped; None where it is none."""
    text = text.strip()
    if not text.rpartition("/")[2].isdigit() and "/" in text:
        return None  # Python also reads masks in dots, Kubernetes does not
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    return Block(network.version, int(network.network_address), int(network.broadcast_address))


def _known(*texts: str) -> tuple[Block, ...]:
    return tuple(found for text in texts if (found := block(text)) is not None)


# Not routed on the internet: https://www.iana.org/assignments/iana-ipv4-special-registry/ and its sibling for IPv6.
_INSIDE = _known(
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)
WHOLE = _known("0.0.0.0/0", "::/0")


class Ranges:
    """The division: disjoint ranges, IPv4 first, ascending; sets of ranges are integers that begin at `offset`."""

    __slots__ = ("_starts", "every", "offset", "ranges")

    def __init__(self, blocks: Iterable[Block], offset: int) -> None:
        cuts: dict[int, set[int]] = {4: {0}, 6: {0}}
        for family, first, last in blocks:
            cuts[family].update((first, last + 1))
        self.offset = offset
        self._starts: list[tuple[int, int]] = []
        found = []
        for family in (4, 6):
            starts = sorted(cut for cut in cuts[family] if cut < SIZE[family])
            ends = [*(start - 1 for start in starts[1:]), SIZE[family] - 1]
            self._starts += [(family, start) for start in starts]
            found += [Block(family, first, last) for first, last in zip(starts, ends, strict=True)]
        self.ranges = tuple(found)
        self.every = stretch(offset, len(found))

    def of(self, each: Block) -> int:
        """Ranges of a block whose ends are among the cuts."""
        low = bisect_left(self._starts, (each.family, each.first))
        high = bisect_left(self._starts, (each.family, each.last + 1))
        return stretch(self.offset + low, high - low)

    def of_all(self, blocks: Iterable[Block]) -> int:
        """Ranges of several blocks."""
        mask = 0
        for each in blocks:
            mask |= self.of(each)
        return mask

    def family(self, number: int) -> int:
        """All ranges of one family."""
        return self.of(Block(number, 0, SIZE[number] - 1))

    def holding(self, address: Block) -> int:
        """The ranges that touch a block, whatever its ends are."""
        mask = 0
        for position, each in enumerate(self.ranges):
            if each.overlaps(address):
                mask |= 1 << self.offset + position
        return mask

    def unmentioned(self, mentioned: Iterable[Block]) -> int:
        """A range of IPv4 in no block but the whole one, public if possible; else the widest."""
        taken = self.of_all(each for each in mentioned if not each.is_everything)
        rank = [
            (not taken >> self.offset + at & 1, not each.is_inside, each.last - each.first, -at)
            for at, each in enumerate(self.ranges)
            if each.family == 4
        ]
        return 1 << self.offset - max(rank)[3]
