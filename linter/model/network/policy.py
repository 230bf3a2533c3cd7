"""Policies of every kind in one form: whom they select, whether they isolate, and rules in order."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.network.addresses import Block
from hullmark.linter.model.network.bits import Bits, certain
from hullmark.linter.model.network.peers import Peers
from hullmark.linter.model.network.ports import ALL_PORTS, PortRange, Ports
from hullmark.linter.model.network.universe import Direction, Universe
from hullmark.linter.records import record


class Action(StrEnum):
    """What a rule does with the traffic that it matches."""

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"  # noqa: S105 - a verdict


class Family(StrEnum):
    """Whose semantics a policy has."""

    KUBERNETES = "kubernetes"
    ADMIN = "admin"
    BASELINE = "baseline"
    CILIUM = "cilium"
    CALICO = "calico"


@record(eq=False)
class WrittenPeer:
    """One item of a list of peers, and where it stands."""

    cursor: Cursor
    peers: Peers


@record(eq=False)
class WrittenPort:
    """One item of a list of ports, and where it stands."""

    cursor: Cursor
    ports: Ports


@record(eq=False)
class WrittenRule:
    """One rule as written. Peers are alternatives, and so are ports (None: all of them).

    `local` narrows the pods of the policy for this rule alone. `narrowed`: there are conditions that addresses and
    ports do not express (a source port, a method of HTTP); an allow counts in full then, other actions not at all.
    """

    cursor: Cursor
    action: Action
    peers: tuple[WrittenPeer, ...]
    ports: tuple[WrittenPort, ...] | None = None
    local: Peers | None = None
    narrowed: bool = False

    @property
    def place(self) -> Place:
        """The rule: its name where it has one, else its dash."""
        return self.cursor.place

    def ranges(self) -> Iterator[PortRange]:
        """Ports at which the division must be cut."""
        for item in self.ports or ():
            yield from item.ports.ranges

    def blocks(self) -> Iterator[Block]:
        """Addresses at which the outside must be divided."""
        for peer in self.peers:
            yield from peer.peers.blocks()


@record(eq=False)
class Policy:
    """One policy, or one of the specs of a policy that has several.

    `namespace` is empty for policies of the whole cluster. `subject` is whom it selects, `selector` where that is
    written. `isolates`: whether selected pods accept (send) only what some rule allows; `uncertain` where the text
    does not say. Tiers and orders matter where rules can deny.
    """

    resource: Resource
    family: Family
    namespace: str
    selector: Cursor
    subject: Peers
    rules: tuple[tuple[WrittenRule, ...], tuple[WrittenRule, ...]]
    isolates: tuple[bool, bool] = (False, False)
    uncertain: bool = False
    tier: str = ""
    tier_order: float = 0.0
    tier_passes: bool = False
    order: float = 0.0

    def __str__(self) -> str:
        return str(self.resource)

    @property
    def place(self) -> Place:
        """The policy's name."""
        return self.resource.place

    @property
    def is_cluster_wide(self) -> bool:
        """Whether it belongs to no namespace."""
        return not self.namespace


class Rule:
    """A rule in a universe: sets of peers and of atoms, and names of ports that depend on the destination."""

    __slots__ = ("atoms", "hidden", "local", "names", "peers", "policy", "written")

    def __init__(self, written: WrittenRule, policy: Policy, universe: Universe, direction: Direction) -> None:
        self.written = written
        self.policy = policy
        self.peers = Bits(0, 0)
        for peer in written.peers:
            self.peers = self.peers.either(peer.peers.bits(universe, direction))
        items = (ALL_PORTS,) if written.ports is None else tuple(item.ports for item in written.ports)
        self.atoms = universe.atoms.of_all(each for item in items for each in item.ranges)
        self.names = tuple(name for item in items for name in item.names)
        self.hidden = any(item.hidden for item in items)
        self.local = None if written.local is None else written.local.bits(universe, direction)

    @property
    def action(self) -> Action:
        """What it does."""
        return self.written.action

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.written.place

    def within(self, universe: Universe, direction: Direction, local: int) -> tuple[tuple[int, Bits], ...]:
        """Pairs of atoms and peers for the pod numbered `local`: names of ports are those of the destination."""
        found = [(self.atoms, self.peers)]
        if self.hidden:
            found.append((universe.atoms.every, Bits(0, self.peers.possible)))
        if not self.names:
            return tuple(found)
        if direction is Direction.INGRESS:
            atoms = 0
            for name in self.names:
                atoms |= universe.named_on(name, local)
            return ((self.atoms | atoms, self.peers), *found[1:])
        for name in self.names:
            for atoms, pods in universe.named(name):
                found.append((atoms, Bits(self.peers.sure & pods, self.peers.possible & pods)))
        return tuple(found)


class Compiled:
    """A policy in a universe."""

    __slots__ = ("_open", "policy", "rules", "selected")

    def __init__(self, policy: Policy, universe: Universe) -> None:
        self.policy = policy
        # A subject that cannot be read may be anybody, but a policy has power over the pods of its namespace only.
        within = universe.pods_in(policy.namespace) if policy.namespace else universe.every_pod
        self.selected = policy.subject.bits(universe, Direction.INGRESS).both(certain(within))
        self.rules = tuple(
            tuple(Rule(rule, policy, universe, direction) for rule in policy.rules[direction])
            for direction in Direction
        )
        self._open: dict[Direction, bool] = {}

    def is_open(self, universe: Universe, direction: Direction) -> bool:
        """Whether it may mean more than it surely means, so that readings differ.

        Whether it means nodes is no matter for ingress, where they are always let in.
        """
        found = self._open.get(direction)
        if found is None:
            known = universe.hosts_and_nodes if direction is Direction.INGRESS else 0
            found = self._open[direction] = bool(self.selected.uncertain) or any(
                rule.hidden or rule.peers.uncertain & ~known or (rule.local is not None and rule.local.uncertain)
                for rule in self.rules[direction]
            )
        return found
