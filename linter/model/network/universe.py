"""Everything that can speak in a cluster, numbered, so that a set of speakers is an integer.

Units come first, by namespace, each namespace followed by its pristine pod: one without labels and ports that stands
for whatever somebody may start there. Namespace kube-system also has the pod of cluster DNS. Then come a pristine pod
of a namespace of its own, the nodes, and the ranges of addresses outside, which are divided for sources and for
destinations separately.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from functools import cached_property, partial

from hullmark.linter.manifest.fields import StrMapField
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.addresses import Block, Ranges
from hullmark.linter.model.network.bits import NOTHING, Bits, certain, members, stretch
from hullmark.linter.model.network.calico_selector import Expression
from hullmark.linter.model.network.labels import LabelIndex
from hullmark.linter.model.network.ports import Atoms, PortName, PortRange
from hullmark.linter.model.network.selection import ALL, Demand, Selection
from hullmark.linter.model.network.units import CLUSTER_DNS, Unit
from hullmark.linter.model.scope import NAME_LABEL
from hullmark.linter.named_tuple import NamedTuple

SYSTEM_NAMESPACE = "kube-system"
PRISTINE = ""
"""Name of the namespace that nothing in the input knows."""


class Direction(IntEnum):
    """As seen from the pod that a policy selects."""

    INGRESS = 0
    EGRESS = 1

    @property
    def word(self) -> str:
        """Name in policies, lower case."""
        return self.name.lower()


class Home(NamedTuple):
    """A namespace: its labels, whether there are no others, and the numbers of its pods."""

    name: str
    labels: Mapping[str, str]
    labels_known: bool
    first: int
    size: int

    @property
    def pristine(self) -> int:
        """Number of the pristine pod."""
        return self.first + self.size - 1


class Universe:
    """The numbering, and indexes over it."""

    def __init__(self, bundle: Bundle, units: tuple[Unit, ...], extra: Iterable[str]) -> None:
        self.units = units
        self.homes = _homes(bundle, units, extra)
        self.speakers: list[Unit | None] = []
        self.home_of: list[Home] = []
        by_name: dict[str, list[Unit]] = {}
        for unit in units:
            by_name.setdefault(unit.namespace, []).append(unit)
        self.dns = -1
        for home in self.homes.values():
            self.speakers += by_name.get(home.name, ())
            if home.name == SYSTEM_NAMESPACE:
                self.dns = len(self.speakers)
                self.speakers.append(None)
            self.speakers.append(None)
            self.home_of += [home] * home.size
        count = len(self.speakers)
        self.number = {id(unit): at for at, unit in enumerate(self.speakers) if unit is not None}
        self.node = 1 << count
        self.hosts = sum(1 << at for at, unit in enumerate(self.speakers) if unit is not None and unit.host_network)
        self.every_pod = stretch(0, count) & ~self.hosts
        self.every_unit = sum(1 << at for at, unit in enumerate(self.speakers) if unit is not None)
        self.open_units = sum(1 << at for at, unit in enumerate(self.speakers) if unit is not None and unit.open_labels)
        self.after = count + 1
        self.stranger = self.homes[PRISTINE].pristine
        bodies = [CLUSTER_DNS if at == self.dns else unit for at, unit in enumerate(self.speakers)]
        self._ports = {at: body.ports for at, body in enumerate(bodies) if body is not None and body.ports}
        self._labels = LabelIndex(bodies)
        self._labels.add_hidden(self.home_of)
        self._spaces = list(self.homes.values())
        self._space_labels = LabelIndex.of_namespaces(self._spaces)
        self._derived: dict[tuple[str, Selection], Bits] = {}

    def divide(self, sources: Iterable[Block], destinations: Iterable[Block], ports: Iterable[PortRange]) -> None:
        """Divides addresses and ports at every boundary that something in the input names."""
        self.outside = (Ranges(sources, self.after), Ranges(destinations, self.after))
        self.atoms = Atoms(ports)
        self.everybody = tuple(self.every_pod | self.hosts | self.node | each.every for each in self.outside)
        self._names: dict[PortName, tuple[tuple[int, int], ...]] = {}

    @property
    def hosts_and_nodes(self) -> int:
        """Pods in the network of their node, and nodes."""
        return self.hosts | self.node

    def pods(self, labels: Selection) -> Bits:
        """Pods of any namespace with these labels."""
        return self._once("pods", labels, self._labels.select).both(certain(self.every_pod))

    def pods_of(self, namespaces: Selection) -> Bits:
        """All pods of the namespaces with these labels."""
        if namespaces == ALL:
            return certain(self.every_pod)
        return self._once("pods of", namespaces, self._pods_of)

    def pods_in(self, namespace: str) -> int:
        """All pods of one namespace."""
        home = self.homes.get(namespace)
        return 0 if home is None else stretch(home.first, home.size) & self.every_pod

    def pods_and_hosts_in(self, namespace: str) -> int:
        """All pods of one namespace, those in the network of their node too."""
        home = self.homes.get(namespace)
        return 0 if home is None else stretch(home.first, home.size)

    def labelled(self, labels: Selection) -> Bits:
        """Pods with these labels, those in the network of their node too."""
        return self._labels.select(labels)

    def pods_selected(self, expression: Expression, renamed: Mapping[str, str]) -> Bits:
        """Pods of any namespace that an expression selects; `renamed` are labels that an engine adds."""
        found = expression.select(stretch(0, len(self.speakers)), partial(self._satisfying, renamed))
        return found.both(certain(self.every_pod))

    def _satisfying(self, renamed: Mapping[str, str], demand: Demand) -> Bits:
        key = renamed.get(demand.key)
        return self._labels.satisfying(demand if key is None else demand.on(key))

    def pods_of_selected(self, expression: Expression) -> Bits:
        """All pods of the namespaces that an expression selects."""
        found = expression.select(stretch(0, len(self._spaces)), self._space_satisfying)
        return self.pods_of_numbers(found)

    def _space_satisfying(self, demand: Demand) -> Bits:
        named = demand.key == "projectcalico.org/name"
        return self._space_labels.satisfying(demand.on(NAME_LABEL) if named else demand)

    def _pods_of(self, namespaces: Selection) -> Bits:
        return self.pods_of_numbers(self._space_labels.select(namespaces))

    def pods_of_numbers(self, spaces: Bits) -> Bits:
        """All pods of the namespaces with these numbers."""
        return Bits(self._expanded(spaces.sure), self._expanded(spaces.possible))

    def _expanded(self, spaces: int) -> int:
        mask = 0
        for number in members(spaces):
            home = self._spaces[number]
            mask |= stretch(home.first, home.size)
        return mask & self.every_pod

    def namespaces(self, labels: Selection) -> tuple[tuple[Home, ...], tuple[Home, ...]]:
        """Namespaces with these labels for sure, and those of which nobody knows."""
        found = self._space_labels.select(labels)
        return (
            tuple(self._spaces[number] for number in members(found.sure)),
            tuple(self._spaces[number] for number in members(found.uncertain)),
        )

    def _once(self, what: str, key: Selection, make: Callable[[Selection], Bits]) -> Bits:
        found = self._derived.get((what, key))
        if found is None:
            found = self._derived[what, key] = make(key)
        return found

    def named(self, port: PortName) -> tuple[tuple[int, int], ...]:
        """What a port name means: atoms, and the pods for which it means them."""
        found = self._names.get(port)
        if found is None:
            meant: dict[int, int] = {}
            for at, ports in self._ports.items():
                for each in ports:
                    if each.name == port.name and port.protocol in ("", each.protocol):
                        atoms = self.atoms.of(each.range)
                        meant[atoms] = meant.get(atoms, 0) | 1 << at
            found = self._names[port] = tuple(meant.items())
        return found

    def declaring(self, number: int) -> int:
        """Units that declare a port with this number."""
        return self._numbers.get(number, 0)

    @cached_property
    def _numbers(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for at, ports in self._ports.items():
            for port in ports:
                found[port.number] = found.get(port.number, 0) | 1 << at
        return found

    def named_on(self, port: PortName, number: int) -> int:
        """Atoms that a port name means on one pod."""
        mask = 0
        for each in self._ports.get(number, ()):
            if each.name == port.name and port.protocol in ("", each.protocol):
                mask |= self.atoms.of(each.range)
        return mask

    def addresses(
        self, direction: Direction, blocks: Iterable[Block], exceptions: Iterable[Block], *, pods: bool, nodes: bool
    ) -> Bits:
        """Addresses outside; a block of the whole family also means nodes and, where plugins say so, pods."""
        blocks, outside = tuple(blocks), self.outside[direction]
        mask = outside.of_all(blocks) & ~outside.of_all(exceptions)
        if not mask:
            return NOTHING
        sure = possible = mask
        if any(each.is_everything for each in blocks):
            sure |= (self.every_pod if pods else 0) | (self.hosts_and_nodes if nodes else 0)
            possible = sure
        elif nodes:
            possible |= self.hosts_and_nodes
        return Bits(sure, possible)


def _homes(bundle: Bundle, units: tuple[Unit, ...], extra: Iterable[str]) -> dict[str, Home]:
    counts: dict[str, int] = {}
    for unit in units:
        counts[unit.namespace] = counts.get(unit.namespace, 0) + 1
    defined = {each.name: each for each in bundle.by_kind("", "Namespace") if each.name and not each.is_patch}
    counts[SYSTEM_NAMESPACE] = counts.get(SYSTEM_NAMESPACE, 0) + 1  # the pod of cluster DNS
    names = sorted({*counts, *defined, *extra} - {PRISTINE})
    found: dict[str, Home] = {}
    first = 0
    for name in names:
        written = StrMapField(defined[name].cursor.get("metadata", "labels")) if name in defined else None
        labels = {**((written.value or {}) if written is not None else {}), NAME_LABEL: name}
        found[name] = Home(name, labels, name in defined, first, counts.get(name, 0) + 1)
        first += found[name].size
    # No namespace can be called so: selectors that exclude names let it through, as they would any other.
    found[PRISTINE] = Home(PRISTINE, {NAME_LABEL: "\0"}, True, first, 1)
    return found
