"""The least network policies that let declared connections through, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.intent.covered import covers, covers_dns
from hullmark.linter.model.intent.declared import declared
from hullmark.linter.model.intent.groups import Group, Selector, groups
from hullmark.linter.model.intent.parties import PRIVATE, Blocks, Demand, Labelled, Party, Pods, Reason, Remark, Spaces
from hullmark.linter.model.intent.scene import Options, Scene
from hullmark.linter.model.intent.written import is_wide
from hullmark.linter.model.network.ports import PortRange
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.patterns import regex
from hullmark.linter.records import record, replace

DEFAULT_DENY, ALLOW_DNS = "default-deny", "allow-dns"
_GONE = "{} lets everybody in or out of every pod: remove it; what is written here closes nothing before"
_NODES = "{} runs in the network of its node, whose address no policy can know"
_NO_LABELS = "{} has no labels, so that no policy can name its pods: {} stays closed"
_UNFIT = regex(r"[^a-z0-9.-]+")


@record
class Selected:
    """Pods of the input as a peer: their namespace (empty: that of the policy) and their selector."""

    namespace: str
    selector: Selector


Peer = Selected | Labelled | Spaces | Blocks


@record(eq=False)
class PlannedRule:
    """Peers, the ports that they may use (None: all), and why."""

    peers: tuple[Peer, ...]
    ports: tuple[PortRange, ...] | None
    reasons: tuple[Reason, ...]


@record(eq=False)
class PlannedPolicy:
    """One policy. `selector` selects all pods where it has no labels; rules are None where the type is left out.

    `namespace` is empty where no manifest says which it is.
    """

    name: str
    namespace: str
    selector: Selector
    about: str
    ingress: tuple[PlannedRule, ...] | None
    egress: tuple[PlannedRule, ...] | None
    dns: bool = False
    remarks: tuple[Remark, ...] = ()


@record(eq=False)
class Plan:
    """Policies of one bundle by namespace, what they were made from, and what the owner has to know.

    `gone` are policies of the input that have to go, and that `bundle` does not have any more. `namespaces` are those
    that were looked at.
    """

    bundle: Bundle
    policies: tuple[PlannedPolicy, ...]
    demands: tuple[Demand, ...]
    remarks: tuple[Remark, ...]
    namespaces: tuple[str, ...] = ()
    gone: tuple[Resource, ...] = ()


def plan(bundle: Bundle, options: Options, wanted: Iterable[str] = ()) -> Plan:
    """Policies for the namespaces of the bundle that can be judged, or for those of them that are wanted.

    They are written as if policies that let everybody in or out were gone: with them, nothing can be closed.
    """
    gone = [each for each in PlacedPolicy.among(bundle) if is_wide(each)]
    rest = bundle
    if gone:
        nodes = {id(each.policy.resource.cursor.node) for each in gone}
        kept = tuple(each for each in bundle.resources if id(each.cursor.node) not in nodes)
        rest = Bundle(
            bundle.name,
            kept,
            bundle.context,
            complete=bundle.complete,
            fallback=bundle.fallback,
            inferred=bundle.inferred,
        )
    made = _Planner(Scene(rest, options), frozenset(wanted)).plan()
    told = tuple(Remark(_GONE.format(each.policy), each.place) for each in gone)
    return replace(made, gone=tuple(each.policy.resource for each in gone), remarks=(*told, *made.remarks))


class _Planner:
    def __init__(self, scene: Scene, wanted: frozenset[str]) -> None:
        self.scene = scene
        self.network = scene.network
        self.homes = [home for home in self.network.homes if not wanted or home.name in wanted]
        self.groups = groups(scene.units)
        self.group_of = {id(unit): group for group in self.groups for unit in group.units}
        found = list(declared(scene))
        self.demands = tuple(each for each in found if isinstance(each, Demand))
        self.remarks = [each for each in found if isinstance(each, Remark)]
        self.rules: dict[tuple[int, Direction], dict[Peer, tuple[set[PortRange] | None, list[Reason]]]] = {}

    def plan(self) -> Plan:
        for demand in self.demands:
            self._add(demand.target, demand.source, Direction.INGRESS, demand)
            self._add(demand.source, demand.target, Direction.EGRESS, demand)
        policies: list[PlannedPolicy] = []
        for home in self.homes:
            taken = {each.name for each in self._existing if self.scene.bundle.namespace_of(each).name == home.name}
            policies += self._of(home.name, taken)
        names = tuple(home.name for home in self.homes)
        return Plan(self.scene.bundle, tuple(policies), self.demands, tuple(self.remarks), names)

    @cached_property
    def _existing(self) -> tuple[NetworkPolicy, ...]:
        return self.scene.bundle.each(NetworkPolicy)

    @cached_property
    def _assumed(self) -> frozenset[str]:
        """Namespaces that no manifest names: only what is applied with `--namespace` lands there."""
        found = (self.scene.bundle.namespace_of(each) for each in self.scene.bundle.resources)
        return frozenset(each.name for each in found if each.assumed)

    def _of(self, namespace: str, taken: set[str]) -> Iterator[PlannedPolicy]:
        home = "" if namespace in self._assumed else namespace
        missing = [direction for direction in Direction if not self._denied(namespace, direction)]
        if missing:
            sides: list[tuple[PlannedRule, ...] | None] = [() if each in missing else None for each in Direction]
            yield PlannedPolicy(_free(DEFAULT_DENY, taken), home, Selector(), "every pod", sides[0], sides[1])
        if not covers_dns(self.network, namespace):
            yield PlannedPolicy(_free(ALLOW_DNS, taken), home, Selector(), "every pod", None, (), dns=True)
        for group in self.groups:
            if group.namespace != namespace or group.selector is None:
                continue
            sides = [self._rules(group, direction) or None for direction in Direction]
            own = tuple(each for each in self.remarks if each.unit in group.units)
            if any(side is not None for side in sides):
                about = ", ".join(dict.fromkeys(str(unit) for unit in group.units))
                name = _free(_name(group.first), taken)
                yield PlannedPolicy(name, home, group.selector, about, sides[0], sides[1], remarks=own)

    def _denied(self, namespace: str, direction: Direction) -> bool:
        """Whether a policy of the input denies by default already."""
        for each in self._existing:
            isolates = each.isolates_ingress if direction is Direction.INGRESS else each.isolates_egress
            if each.selects_all and isolates and self.scene.bundle.namespace_of(each).name == namespace:
                return True
        return False

    def _add(self, own: Party, other: Party, direction: Direction, demand: Demand) -> None:
        """The rule that one side of a demand needs, unless policies of the input have it already."""
        if not isinstance(own, Pods) or own.unit.host_network:
            return
        group = self.group_of[id(own.unit)]
        if group.selector is None:
            self._note(_NO_LABELS.format(own.unit, direction.word), own.unit, demand)
            return
        # A pod in the network of its node is an address of that node to all other nodes.
        seen = PRIVATE if isinstance(other, Pods) and other.unit.host_network else other
        if covers(self.network, own.unit, seen, demand.ports, direction):
            return
        peer, caution = self._peer(group.namespace, other, demand)
        if peer is None:
            return
        reason = demand.reason if not caution else demand.reason._replace(caution=caution)
        ports, reasons = self.rules.setdefault((id(group), direction), {}).get(peer, (set(), []))
        ports = None if ports is None or demand.ports is None else ports | set(demand.ports)
        if all(_key(each) != _key(reason) for each in reasons):
            reasons = [*reasons, reason]
        self.rules[id(group), direction][peer] = (ports, reasons)

    def _peer(self, namespace: str, other: Party, demand: Demand) -> tuple[Peer | None, str]:
        if not isinstance(other, Pods):
            if isinstance(other, Labelled) and other.namespace == namespace:
                return Selected("", Selector(tuple((key, values[0]) for key, values in other.labels))), ""
            return other, ""
        if other.unit.host_network:
            return PRIVATE, _NODES.format(other.unit)
        group = self.group_of[id(other.unit)]
        if group.selector is None:
            self._note(_NO_LABELS.format(other.unit, "the connection"), other.unit, demand)
            return None, ""
        return Selected("" if group.namespace == namespace else group.namespace, group.selector), ""

    def _note(self, text: str, unit: Unit, demand: Demand) -> None:
        if all(each.text != text for each in self.remarks):
            self.remarks.append(Remark(text, demand.reason.place, unit))

    def _rules(self, group: Group, direction: Direction) -> tuple[PlannedRule, ...]:
        """Rules of a group; peers that have the same ports for the same reasons share one."""
        alike: dict[tuple[object, ...], tuple[list[Peer], tuple[PortRange, ...] | None, tuple[Reason, ...]]] = {}
        for peer, (ports, reasons) in sorted(self.rules.get((id(group), direction), {}).items(), key=_order):
            numbers = None if ports is None else tuple(sorted(ports))
            why = tuple(sorted(reasons, key=_key))
            key = (numbers, *map(_key, why))
            alike.setdefault(key, ([], numbers, why))[0].append(peer)
        return tuple(PlannedRule(tuple(peers), numbers, why) for peers, numbers, why in alike.values())


def _order(rule: tuple[Peer, object]) -> tuple[int, str]:
    kinds = (Selected, Labelled, Spaces, Blocks)
    return kinds.index(type(rule[0])), repr(rule[0])


def _key(reason: Reason) -> tuple[str, int, str]:
    return reason.place.source.path, reason.place.span.start, reason.text


def _name(unit: Unit) -> str:
    """A name that the API server accepts: a DNS subdomain of at most 253 characters, here of 63."""
    name = unit.name if unit.pod.resource.is_builtin else f"{unit.kind}-{unit.name}"
    return _UNFIT.sub("-", name.lower()).strip("-.")[:63].strip("-.") or "pods"


def _free(name: str, taken: set[str]) -> str:
    """The name, or the next one that no policy of the namespace has: applying must replace nothing."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}-generated" if number == 2 else f"{name}-generated-{number - 1}"
    taken.add(found)
    return found
