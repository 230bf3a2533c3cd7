"""Sets of small numbers as Python integers, and sets of which only bounds are known."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.named_tuple import NamedTuple


def members(mask: int) -> Iterator[int]:
    """Numbers in the set, ascending."""
    if not mask:
        return
    start = (mask & -mask).bit_length() - 1
    digits = bin(mask >> start)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield start + at
        at = digits.find("1", at + 1)


def stretch(first: int, count: int) -> int:
    """`count` numbers from `first` on."""
    return ((1 << count) - 1) << first if count > 0 else 0


class Bits(NamedTuple):
    """A set known from below and above: what is in it for sure, and what may be."""

    sure: int
    possible: int

    def both(self, other: Bits) -> Bits:
        """In this and in the other."""
        return Bits(self.sure & other.sure, self.possible & other.possible)

    def either(self, other: Bits) -> Bits:
        """In this or in the other."""
        return Bits(self.sure | other.sure, self.possible | other.possible)

    def without(self, other: Bits) -> Bits:
        """In this and not in the other."""
        return Bits(self.sure & ~other.possible, self.possible & ~other.sure)

    @property
    def uncertain(self) -> int:
        """What may or may not be in it."""
        return self.possible & ~self.sure


NOTHING = Bits(0, 0)


def certain(mask: int) -> Bits:
    """A set that is known."""
    return Bits(mask, mask)
