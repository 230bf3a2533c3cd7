"""Why one peer reaches another or does not: for every port the rules and policies that decide, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from hullmark.linter.model.network.addresses import Block
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.classes import Reading
from hullmark.linter.model.network.deciding import Verdict, verdicts
from hullmark.linter.model.network.fold import parts
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.model.reach.addresses import address_peers
from hullmark.linter.model.reach.peers import Peer, Sort
from hullmark.linter.records import record

Bits = tuple[int, int]
"""A peer as it is numbered among sources, and among destinations; 0 where it is no such."""


@record(eq=False)
class Side:
    """What one end says: whether it lets the connection through (None: nobody can know), and who decides.

    `verdicts` holds one for each engine that enforces policies.
    """

    direction: Direction
    allowed: bool | None
    verdicts: tuple[Verdict, ...]


@record(eq=False)
class Answer:
    """Ports (atoms) of which all that is said holds; `addresses` are those of an end outside of which it does."""

    ports: int
    sides: tuple[Side, ...]
    addresses: tuple[Block, ...] = ()

    @property
    def allowed(self) -> bool | None:
        """Whether all sides let it through; None where nobody can know."""
        found = [side.allowed for side in self.sides]
        return False if False in found else None if None in found else True


def reasons(network: Network, source: Peer, target: Peer, ports: int = 0) -> tuple[Answer, ...]:
    """An answer for each set of ports that is decided in the same way, open ones first; 0 means all ports."""
    wanted = ports or network.universe.atoms.every
    found: dict[tuple[object, ...], tuple[int, list[Block], tuple[Side, ...]]] = {}
    for block, one, other in _ends(network, source, target):
        for key, (atoms, sides) in _answers(network, one, other, wanted).items():
            _, blocks, _ = found.setdefault((atoms, *key), (atoms, [], sides))
            blocks += [] if block is None else [block]
    answers = [Answer(atoms, sides, tuple(blocks)) for atoms, blocks, sides in found.values()]
    rank = {True: 0, None: 1, False: 2}
    return tuple(sorted(answers, key=lambda each: (rank[each.allowed], each.ports, each.addresses)))


def _answers(
    network: Network, source: Bits, target: Bits, wanted: int
) -> dict[tuple[object, ...], tuple[int, tuple[Side, ...]]]:
    """What decides about which ports, between two single ends."""
    found: dict[tuple[object, ...], tuple[int, tuple[Side, ...]]] = {}
    for part in _alike(network, source, target, wanted):
        sides = tuple(_sides(network, source, target, part))
        key = tuple(_key(side) for side in sides)
        atoms, known = found.get(key, (0, sides))
        found[key] = (atoms | part, known)
    return found


def _ends(network: Network, source: Peer, target: Peer) -> Iterator[tuple[Block | None, Bits, Bits]]:
    """Both ends as single bits: one pair, or one for each range of addresses that an end outside covers."""
    for (block, one), (other_block, other) in (
        (one, other) for one in _bits(network, source) for other in _bits(network, target)
    ):
        yield block or other_block, one, other


def _bits(network: Network, peer: Peer) -> Iterator[tuple[Block | None, Bits]]:
    if not peer.blocks:
        yield None, (peer.mask, peer.mask)
        return
    universe = network.universe
    sources, targets = universe.outside
    cuts = {(each.family, each.first) for ranges in universe.outside for each in ranges.ranges}
    for whole in peer.blocks:
        starts = sorted(
            {first for family, first in cuts if family == whole.family and whole.first < first <= whole.last}
        )
        edges = [whole.first, *starts, whole.last + 1]
        for first, following in pairwise(edges):
            each = Block(whole.family, first, following - 1)
            yield each, (sources.holding(each), targets.holding(each))


def _alike(network: Network, source: Bits, target: Bits, wanted: int) -> Iterator[int]:
    """Sets of ports that no rule on either side tells apart."""
    masks: set[int] = set()
    for direction, local in ((Direction.EGRESS, source[0]), (Direction.INGRESS, target[0])):
        number = _pod(network, local)
        if number is None:
            continue
        side = network.side(direction)
        for compiled in side.of(number).policies:
            for rule in compiled.rules[direction]:
                masks.update(atoms for atoms, _ in rule.within(network.universe, direction, number))
    return parts(wanted, masks)


def _pod(network: Network, mask: int) -> int | None:
    """The number of a pod; None for nodes and for what is outside."""
    number = mask.bit_length() - 1
    return number if mask and number < len(network.universe.speakers) else None


def _sides(network: Network, source: Bits, target: Bits, part: int) -> Iterator[Side]:
    atom = part & -part
    for direction, local, peer in (
        (Direction.EGRESS, source[0], target[1]),
        (Direction.INGRESS, target[0], source[0]),
    ):
        number = _pod(network, local)
        if number is None:
            continue
        found = verdicts(network, direction, number, peer, atom)
        sure, possible = (bool(network.side(direction, reading).of(number).peers(atom) & peer) for reading in Reading)
        yield Side(direction, sure if sure is possible else None, found)


def _key(side: Side) -> tuple[object, ...]:
    return (
        side.direction,
        side.allowed,
        *(
            (each.allowed, id(each.rule), tuple(id(policy) for policy in each.policies), each.note)
            for each in side.verdicts
        ),
    )


def address_words(blocks: Iterable[Block]) -> str:
    """Addresses of an answer for people."""
    return " and ".join(peer.name for peer in address_peers(blocks))


def end(network: Network, peer: Peer) -> Peer:
    """The peer with one pod that stands for it: of a namespace, the pod without labels that may be started there."""
    if peer.sort is not Sort.NAMESPACE:
        return peer
    pristine = network.universe.homes[peer.namespace].pristine
    return Peer(peer.name, peer.sort, 1 << pristine, peer.namespace)
