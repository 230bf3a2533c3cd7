"""Sets of addresses in the fewest words: blocks, or a block and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, summarize_address_range

from hullmark.linter.model.network.addresses import Block
from hullmark.linter.model.reach.peers import OUTSIDE, Peer, Sort


def address_peers(blocks: Iterable[Block]) -> tuple[Peer, ...]:
    """The set as one peer where it is everything, else as one for each family."""
    joined = merged(blocks)
    if len(joined) == 2 and all(each.is_everything for each in joined):
        return (Peer(OUTSIDE, Sort.ADDRESSES, blocks=joined),)
    found = []
    for family in (4, 6):
        own = tuple(each for each in joined if each.family == family)
        if own:
            found.append(Peer(wording(own), Sort.ADDRESSES, blocks=own))
    return tuple(found)


def merged(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same addresses in ascending blocks that do not touch."""
    found: list[Block] = []
    for each in sorted(blocks):
        if found and found[-1].family == each.family and found[-1].last + 1 >= each.first:
            last = found.pop()
            each = Block(each.family, last.first, max(last.last, each.last))
        found.append(each)
    return tuple(found)


def wording(blocks: Sequence[Block]) -> str:
    """Merged blocks of one family: `10.0.0.0/8,192.0.2.1/32`, or `0.0.0.0/0 except 10.0.0.0/8` if that is shorter."""
    plain = [text for each in blocks for text in _cidrs(each)]
    around = _around(blocks[0], blocks[-1])
    left_out = [text for each in _holes(around, blocks) for text in _cidrs(each)]
    if left_out and len(left_out) + 1 < len(plain):
        return f"{_cidrs(around)[0]} except {','.join(left_out)}"
    return ",".join(plain)


def _cidrs(each: Block) -> list[str]:
    if each.family == 4:
        return [str(one) for one in summarize_address_range(IPv4Address(each.first), IPv4Address(each.last))]
    return [str(one) for one in summarize_address_range(IPv6Address(each.first), IPv6Address(each.last))]


def _around(first: Block, last: Block) -> Block:
    """The smallest block with a prefix that holds both."""
    free = (first.first ^ last.last).bit_length()
    low = first.first >> free << free
    return Block(first.family, low, low | ((1 << free) - 1))


def _holes(around: Block, blocks: Sequence[Block]) -> list[Block]:
    found = []
    at = around.first
    for each in blocks:
        if each.first > at:
            found.append(Block(around.family, at, each.first - 1))
        at = each.last + 1
    if at <= around.last:
        found.append(Block(around.family, at, around.last))
    return found
