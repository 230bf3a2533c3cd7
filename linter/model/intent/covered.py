"""What policies of the input allow already, so that it need not be said twice."""

from __future__ import annotations

from hullmark.linter.model.intent.parties import Blocks, Party, Pods
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.ports import TCP, UDP, PortRange
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction

_DNS = 53


def covers(
    network: Network, unit: Unit, other: Party, ports: tuple[PortRange, ...] | None, direction: Direction
) -> bool:
    """Whether policies isolate the unit and still let the other through on every port: nothing needs to be added."""
    number = network.number(unit)
    if not _is_isolated(network, number, direction):
        return False
    peers = _bits(network, other, direction)
    atoms = network.universe.atoms.every if ports is None else network.universe.atoms.of_all(ports)
    if not peers or not atoms:
        return False
    allowed = network.side(direction).of(number).allowed
    return all(peers & ~those == 0 for part, those in allowed if part & atoms) and _covered(allowed, atoms)


def _covered(allowed: tuple[tuple[int, int], ...], atoms: int) -> bool:
    for part, _ in allowed:
        atoms &= ~part
    return not atoms


def _bits(network: Network, other: Party, direction: Direction) -> int:
    """The other as a set; nothing for pods that the input does not hold, of which policies cannot be asked."""
    if isinstance(other, Pods):
        return 1 << network.number(other.unit)
    mask = 0
    if isinstance(other, Blocks):
        for text in other.cidrs:
            found = block(text)
            mask |= 0 if found is None else network.universe.outside[direction].holding(found)
        for text in other.exceptions:
            found = block(text)
            mask &= ~(0 if found is None else network.universe.outside[direction].of(found))
    return mask


def covers_dns(network: Network, namespace: str) -> bool:
    """Whether policies isolate every pod of the namespace and let it ask cluster DNS."""
    home, hosts = network.universe.homes[namespace], network.universe.hosts
    numbers = (number for number in range(home.first, home.first + home.size) if not hosts >> number & 1)
    return all(_is_isolated(network, number, Direction.EGRESS) and _asks_dns(network, number) for number in numbers)


def _is_isolated(network: Network, number: int, direction: Direction) -> bool:
    return any(each.policy.isolates[direction] for each in network.selecting(number))


def _asks_dns(network: Network, number: int) -> bool:
    said, atoms = network.side(Direction.EGRESS).of(number), network.universe.atoms
    return all(said.peers(atoms.at(protocol, _DNS)) >> network.universe.dns & 1 for protocol in (UDP, TCP))
