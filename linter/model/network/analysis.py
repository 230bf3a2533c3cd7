"""The network of a bundle: its units, its policies, and questions about connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from hullmark.linter.manifest.namespace import SYSTEM
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.addresses import WHOLE, Block, block
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.classes import Reading, Side
from hullmark.linter.model.network.peers import Pods
from hullmark.linter.model.network.policy import Compiled, Policy
from hullmark.linter.model.network.ports import PortRange
from hullmark.linter.model.network.reach import Reach
from hullmark.linter.model.network.readers import policies
from hullmark.linter.model.network.stages import arrangements
from hullmark.linter.model.network.translation import Translation, translations
from hullmark.linter.model.network.units import CLUSTER_DNS, Unit, units
from hullmark.linter.model.network.universe import PRISTINE, Direction, Home, Universe
from hullmark.linter.model.network.unmodelled import Unmodelled

D = TypeVar("D")

METADATA = ("169.254.169.254", "fd00:ec2::254", "168.63.129.16")
"""Addresses at which clouds hand out credentials to whoever asks from a node."""


class Network:
    """Everything that is derived from the policies of one bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.units = bundle.derived(units)
        self.policies = bundle.derived(policies)
        self.unmodelled = Unmodelled.among(bundle)
        spaces = {policy.namespace for policy in self.policies} | {other.namespace for other in self.unmodelled}
        self.universe = Universe(bundle, self.units, spaces)
        self._divide()
        self.compiled = tuple(Compiled(policy, self.universe) for policy in self.policies)
        self._arrange = arrangements(policy.family for policy in self.policies)
        self._derived: dict[Any, Any] = {}
        self._reach: dict[Reading, Reach] = {}
        self._translated: dict[int, tuple[Translation, ...]] = {}
        self._pairs: dict[str, frozenset[str]] = {}
        self._sides: dict[tuple[Direction, Reading], Side] = {}

    def _divide(self) -> None:
        blocks: tuple[list[Block], list[Block]] = ([*WHOLE], [*WHOLE])
        self.mentioned_ports: list[PortRange] = []
        special = [found for text in METADATA if (found := block(text)) is not None]
        for policy in self.policies:
            for direction in Direction:
                for rule in policy.rules[direction]:
                    blocks[direction].extend(rule.blocks())
                    self.mentioned_ports.extend(rule.ranges())
        declared = [*CLUSTER_DNS.ports, *(port for unit in self.units for port in unit.ports)]
        self.mentioned_ports.extend(port.range for port in declared)
        self.mentioned_blocks = blocks
        self.universe.divide(blocks[0], [*blocks[1], *special], self.mentioned_ports)

    def side(self, direction: Direction, reading: Reading = Reading.SURE) -> Side:
        """All pods in one direction; made when first asked for."""
        key = (direction, reading)
        found = self._sides.get(key)
        if found is None:
            known = None if reading is Reading.SURE else self.side(direction)
            found = self._sides[key] = Side(self.universe, self.compiled, self._arrange, direction, reading, known)
        return found

    def reach(self, reading: Reading = Reading.SURE) -> Reach:
        """Both directions together; made when first asked for."""
        found = self._reach.get(reading)
        if found is None:
            heard, said = (self.side(direction, reading) for direction in Direction)
            found = self._reach[reading] = Reach(heard, said)
        return found

    def derived(self, make: Callable[[Network, Direction], D], direction: Direction) -> D:
        """What `make` derives from one direction of the network; made once, whoever asks."""
        key = (make, direction)
        if key not in self._derived:
            self._derived[key] = make(self, direction)
        found: D = self._derived[key]
        return found

    @property
    def is_mixed(self) -> bool:
        """Whether policies of two engines are here, so that at most one of them can be in force."""
        return len(self._arrange) > 1

    def number(self, unit: Unit) -> int:
        """The number of a unit."""
        return self.universe.number[id(unit)]

    @cached_property
    def _order(self) -> dict[int, int]:
        return {id(pod): at for at, pod in enumerate(self.bundle.pods)}

    def order(self, unit: Unit) -> int:
        """Position of a unit in file order."""
        return self._order[id(unit.pod)]

    def translated(self, number: int) -> tuple[Translation, ...]:
        """Ports of Services with this number, and what each means for each unit behind it."""
        found = self._translated.get(number)
        if found is None:
            found = self._translated[number] = tuple(translations(self.bundle, self.by_pod, number))
        return found

    @cached_property
    def by_pod(self) -> dict[int, Unit]:
        """Units by the id of their pod."""
        return {id(unit.pod): unit for unit in self.units}

    @cached_property
    def some_port(self) -> int:
        """The atom of a TCP port that nothing mentions."""
        return self.universe.atoms.unmentioned(self.mentioned_ports)

    @cached_property
    def some_address(self) -> int:
        """The range of an address that nothing mentions, as a destination."""
        return self.universe.outside[Direction.EGRESS].unmentioned(self.mentioned_blocks[Direction.EGRESS])

    @property
    def stranger(self) -> int:
        """A pristine pod of a namespace that nothing knows, as a set."""
        return 1 << self.universe.stranger

    def allows(self, source: Unit, target: Unit, protocol: str, port: int, reading: Reading = Reading.SURE) -> bool:
        """Whether a connection is allowed by both sides."""
        atom = self.universe.atoms.at(protocol, port)
        return bool(self.connections(self.number(source), self.number(target), reading) & atom)

    def connections(self, source: int, target: int, reading: Reading = Reading.SURE) -> int:
        """Atoms on which one pod reaches another."""
        heard = self.side(Direction.INGRESS, reading).of(target).atoms(1 << source)
        return heard and heard & self.side(Direction.EGRESS, reading).of(source).atoms(1 << target)

    def selecting(self, number: int) -> tuple[Compiled, ...]:
        """Policies that surely select a pod."""
        return self._selecting.get(number, ())

    @cached_property
    def _selecting(self) -> dict[int, tuple[Compiled, ...]]:
        found: dict[int, list[Compiled]] = {}
        for each in self.compiled:
            for number in members(each.selected.sure):
                found.setdefault(number, []).append(each)
        return {number: tuple(several) for number, several in found.items()}

    def is_isolated(self, number: int, direction: Direction) -> bool:
        """Whether some policy restricts a pod in a direction: it isolates it, or a stranger is turned away."""
        if any(each.policy.isolates[direction] for each in self.selecting(number)):
            return True
        return not self.side(direction).of(number).peers(self.some_port) & self.stranger

    @cached_property
    def uncertain(self) -> int:
        """Pods of which nobody knows whether some policy selects them, or what it does then."""
        mask = 0
        for each in self.compiled:
            mask |= each.selected.possible if each.policy.uncertain else each.selected.uncertain
        return mask

    @cached_property
    def touched(self) -> int:
        """Pods that some policy selects, of whatever kind, for sure or not; filters of requests are none."""
        mask = 0
        for each in self.compiled:
            mask |= each.selected.possible
        for other in (each for each in self.unmodelled if each.isolates):
            mask |= self.universe.pods_in(other.namespace) if other.namespace else self.universe.every_pod
        return mask

    def is_touched(self, home: Home) -> bool:
        """Whether a policy of any kind can touch the namespace."""
        return bool(self.touched & self.universe.pods_in(home.name)) or home.name in self._policy_homes

    @cached_property
    def _policy_homes(self) -> frozenset[str]:
        return frozenset(policy.namespace for policy in self.policies if policy.namespace)

    def is_partly_modelled(self, home: Home) -> bool:
        """Whether something we do not understand may isolate pods of the namespace."""
        if any(not other.namespace or other.namespace == home.name for other in self.unmodelled if other.isolates):
            return True
        return bool(self.uncertain >> home.pristine & 1)

    @cached_property
    def homes(self) -> tuple[Home, ...]:
        """Namespaces that are judged: those of the input with a pod network or an object, save what is exempt."""
        return tuple(
            home
            for home in self.universe.homes.values()
            if home.name not in self.exempt and (home.labels_known or self.units_of(home))
        )

    @cached_property
    def exempt(self) -> frozenset[str]:
        """Names of the namespaces that are not judged, whatever is in them."""
        return frozenset({*SYSTEM, *self.bundle.context.texts("network.exempt-namespaces"), PRISTINE})

    @cached_property
    def judged(self) -> frozenset[str]:
        """Names of the namespaces that are judged."""
        return frozenset(home.name for home in self.homes)

    def units_of(self, home: Home) -> tuple[Unit, ...]:
        """Units of a namespace that have a network of their own."""
        speakers = self.universe.speakers[home.first : home.first + home.size]
        return tuple(unit for unit in speakers if unit is not None and not unit.host_network)

    def has_units(self, mask: int) -> bool:
        """Whether some unit is in the set, which also has pods that nobody wrote and addresses."""
        return bool(mask & self.universe.every_unit)

    def pairs_in(self, home: Home) -> frozenset[str]:
        """Labels of the units of a namespace, as `key: value`."""
        found = self._pairs.get(home.name)
        if found is None:
            speakers = self.universe.speakers[home.first : home.first + home.size]
            labels = (unit.labels.items() for unit in speakers if unit is not None)
            found = self._pairs[home.name] = frozenset(f"{key}: {value}" for each in labels for key, value in each)
        return found

    def host_units_selected(self, policy: Policy) -> tuple[Unit, ...]:
        """Units in the network of their node that a policy names, though it has no power over them."""
        subject = policy.subject
        return tuple(self.units_in(subject.hosts(self.universe))) if isinstance(subject, Pods) else ()

    def units_in(self, mask: int) -> Iterator[Unit]:
        """Units of a set."""
        for number in members(mask):
            unit = self.universe.speakers[number] if number < len(self.universe.speakers) else None
            if unit is not None:
                yield unit

    def of_resource(self, resource: Resource) -> tuple[Policy, ...]:
        """Policies that the resource holds."""
        return tuple(policy for policy in self.policies if policy.resource.cursor.node is resource.cursor.node)


def network(bundle: Bundle) -> Network:
    """The network of a bundle; made once."""
    return bundle.derived(Network)
