"""What rules about networks judge: namespaces, units and policies, each with the network around it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.network_kinds import UNDERSTOOD
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.policy import Compiled, Policy
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction, Home
from hullmark.linter.model.network.written import WrittenBlock, blocks
from hullmark.linter.model.scope import NamespaceScope
from hullmark.linter.records import record


@record(eq=False)
class NetworkNamespace:
    """A judged namespace. What is denied by default is found by asking for a pod and a port that nothing mentions."""

    kinds: ClassVar[KindSet | None] = POD_KINDS | {("", "Namespace")}

    network: Network
    home: Home
    scope: NamespaceScope

    def __str__(self) -> str:
        return f"namespace {self.home.name!r}"

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[NetworkNamespace]:
        """Every judged namespace."""
        found = network(bundle)
        scopes = {scope.name: scope for scope in bundle.derived(_scopes)}
        for home in found.homes:
            if home.name in scopes:
                yield cls(found, home, scopes[home.name])

    @property
    def name(self) -> str:
        """Its name."""
        return self.home.name

    @property
    def place(self) -> Place:
        """Where a hit about the whole namespace points: its object, else the first unit's field."""
        if self.scope.definition is not None:
            return self.scope.definition.place
        for unit in sorted(self.units, key=self.network.order):
            if unit.pod.resource.namespace:
                return unit.pod.resource.namespace_field.place
        return self.scope.place

    @property
    def units(self) -> tuple[Unit, ...]:
        """Units with a network of their own."""
        return self.network.units_of(self.home)

    @property
    def is_touched(self) -> bool:
        """Whether some policy can touch it."""
        return self.network.is_touched(self.home)

    @property
    def is_partly_modelled(self) -> bool:
        """Whether something that is not understood may isolate its pods."""
        return self.network.is_partly_modelled(self.home)

    @property
    def denies_ingress(self) -> bool:
        """Whether a pod from nowhere is turned away by a pod without labels."""
        heard = self.network.side(Direction.INGRESS).of(self.home.pristine)
        return not heard.peers(self.network.some_port) & self.network.stranger

    @property
    def denies_egress(self) -> bool:
        """Whether a pod without labels reaches neither a pod in nowhere nor an address that nothing mentions."""
        said = self.network.side(Direction.EGRESS).of(self.home.pristine)
        return not said.peers(self.network.some_port) & (self.network.stranger | self.network.some_address)

    @property
    def is_flat(self) -> bool:
        """Whether pods without labels reach each other."""
        return bool(self.network.connections(self.home.pristine, self.home.pristine) & self.network.some_port)

    def isolating(self, direction: Direction) -> tuple[Policy, ...]:
        """Policies that isolate a pod without labels, in file order."""
        return tuple(
            each.policy for each in self.network.selecting(self.home.pristine) if each.policy.isolates[direction]
        )


def _scopes(bundle: Bundle) -> tuple[NamespaceScope, ...]:
    return tuple(NamespaceScope.among(bundle))


@record(eq=False)
class NetworkUnit:
    """A unit with a network of its own or of its node, in the network around it."""

    kinds: ClassVar[KindSet | None] = POD_KINDS

    network: Network
    unit: Unit
    number: int

    def __str__(self) -> str:
        return str(self.unit)

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[NetworkUnit]:
        """Every unit, in file order."""
        yield from bundle.derived(_units)

    @property
    def place(self) -> Place:
        """Labels of the pods, else the object's name."""
        return self.unit.place

    @property
    def context(self) -> Context:
        """The context of the run."""
        return self.network.bundle.context

    @property
    def home(self) -> Home:
        """Its namespace."""
        return self.network.universe.home_of[self.number]

    @property
    def is_judged(self) -> bool:
        """Whether it has a network of its own, in a namespace that is not exempt."""
        return not self.unit.host_network and self.home.name in self.network.judged

    @property
    def is_uncertain(self) -> bool:
        """Whether something that is not understood may isolate it."""
        return bool(self.network.uncertain >> self.number & 1) or self.network.is_partly_modelled(self.home)

    @property
    def confidence_cap(self) -> Confidence:
        """That of the pod."""
        return self.unit.pod.confidence_cap


@record(eq=False, slots=False)
class PlacedPolicy:
    """A policy in the network around it."""

    kinds: ClassVar[KindSet | None] = UNDERSTOOD

    network: Network
    compiled: Compiled

    def __str__(self) -> str:
        return str(self.policy)

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[PlacedPolicy]:
        """Every policy that is understood."""
        yield from bundle.derived(_placed)

    @property
    def policy(self) -> Policy:
        """The policy."""
        return self.compiled.policy

    @property
    def place(self) -> Place:
        """Its name."""
        return self.policy.place

    @property
    def context(self) -> Context:
        """The context of the run."""
        return self.network.bundle.context

    @property
    def selected(self) -> tuple[Unit, ...]:
        """Units that it surely selects."""
        return tuple(self.network.units_in(self.compiled.selected.sure))

    @property
    def selects_whole_namespaces(self) -> bool:
        """Whether it selects every pod of its namespace, or of every namespace of the input."""
        universe, sure = self.network.universe, self.compiled.selected.sure
        if self.policy.namespace:
            own = universe.pods_in(self.policy.namespace)
            return own & ~sure == 0
        pristine = sum(1 << home.pristine for home in universe.homes.values())
        return pristine & ~sure == 0

    def covers_outside(self, mask: int, direction: Direction) -> int:
        """4 or 6 if the set covers all addresses of that family, 46 if both, else 0."""
        outside = self.network.universe.outside[direction]
        four, six = (outside.family(number) & ~mask == 0 for number in (4, 6))
        return 46 if four and six else 4 if four else 6 if six else 0

    def covers_whole_families(self, mask: int, direction: Direction) -> bool:
        """Whether the set covers all addresses of IPv4 or of IPv6, and of neither only some."""
        outside = self.network.universe.outside[direction]
        families = [outside.family(number) for number in (4, 6) if outside.family(number) & mask]
        return bool(families) and all(family & ~mask == 0 for family in families)

    def covers_pods(self, mask: int) -> bool:
        """Whether the set covers every pod of every namespace."""
        return self.network.universe.every_pod & ~mask == 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of all pods that it surely selects, pristine ones included."""
        return tuple(members(self.compiled.selected.sure))

    @cached_property
    def blocks(self) -> tuple[WrittenBlock, ...]:
        """Address blocks of the object that the policy was read from."""
        return tuple(blocks(self.policy))


def _units(bundle: Bundle) -> tuple[NetworkUnit, ...]:
    found = network(bundle)
    return tuple(NetworkUnit(found, unit, found.number(unit)) for unit in sorted(found.units, key=found.order))


def _placed(bundle: Bundle) -> tuple[PlacedPolicy, ...]:
    found = network(bundle)
    return tuple(PlacedPolicy(found, each) for each in found.compiled)
