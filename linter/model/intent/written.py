"""Connections that policies of the input allow by name: their authors declare them, and the other side must agree.

A rule declares where it names pods. One that lets in a whole namespace, everybody or an address says who may come, not
who does: what it allows stays allowed on its side, and is no reason to open another one.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.model.intent.parties import Demand, Pods, Reason, Remark
from hullmark.linter.model.intent.scene import Scene
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.policy import Action, Compiled, Family, Rule
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction


def written(scene: Scene) -> Iterator[Demand | Remark]:
    """What rules of policies declare, as far as it is possible today, and rules that no other policy can narrow."""
    for compiled in scene.network.compiled:
        for direction in Direction:
            for rule in compiled.rules[direction]:
                if rule.action is not Action.ALLOW:
                    continue
                if not _names_pods(scene, compiled, rule):
                    yield from _wide(scene, compiled, rule, direction)
                    continue
                reason = Reason(f"{compiled.policy} allows it", rule.place)
                for unit in _units(scene, compiled.selected.sure):
                    yield from _declared(scene, rule, direction, unit, reason)


def _declared(scene: Scene, rule: Rule, direction: Direction, unit: Unit, reason: Reason) -> Iterator[Demand]:
    network = scene.network
    own = network.number(unit)
    for atoms, peers in rule.within(network.universe, direction, own):
        for peer in _units(scene, peers.sure):
            ends = (peer, unit) if direction is Direction.INGRESS else (unit, peer)
            possible = atoms & network.connections(network.number(ends[0]), network.number(ends[1]))
            if possible:
                every = possible == network.universe.atoms.every
                ranges = None if every else tuple(network.universe.atoms.ranges(possible))
                yield Demand(Pods(ends[0]), Pods(ends[1]), ranges, reason)


def _names_pods(scene: Scene, compiled: Compiled, rule: Rule) -> bool:
    """Whether the rule means certain pods: a pod without labels is none of them, here or in any other namespace."""
    universe = scene.network.universe
    unlabelled = 1 << universe.stranger
    for number in members(compiled.selected.sure):
        unlabelled |= 1 << universe.home_of[number].pristine
    return not rule.peers.possible & unlabelled


def _wide(scene: Scene, compiled: Compiled, rule: Rule, direction: Direction) -> Iterator[Remark]:
    """Certain pods that everybody may call, or that may call everybody: that stays as it is."""
    if _is_everything(scene.network, rule, direction):
        what = "lets everybody in" if direction is Direction.INGRESS else "lets its pods call everybody"
        yield Remark(f"{compiled.policy} {what}: that stays open", rule.place)


def is_wide(placed: PlacedPolicy) -> bool:
    """Whether a policy lets everybody in to all pods of its namespace, or all of them out to everybody."""
    if placed.policy.family is not Family.KUBERNETES or not placed.selects_whole_namespaces:
        return False
    return any(
        rule.action is Action.ALLOW and _is_everything(placed.network, rule, direction)
        for direction in Direction
        for rule in placed.compiled.rules[direction]
    )


def _is_everything(network: Network, rule: Rule, direction: Direction) -> bool:
    """Whether a rule means every peer, inside and outside, on every port."""
    universe = network.universe
    return not universe.everybody[direction] & ~rule.peers.sure and not universe.atoms.every & ~rule.atoms


def _units(scene: Scene, mask: int) -> Iterator[Unit]:
    for unit in scene.network.units_in(mask):
        if not unit.host_network:
            yield unit
