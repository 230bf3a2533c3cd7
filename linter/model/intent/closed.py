"""Declared connections under the policies that were planned for them, judged as any other policies are."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.intent.parties import Demand, Pods, Remark
from hullmark.linter.model.intent.plan import Plan
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.deciding import verdicts
from hullmark.linter.model.network.universe import Direction


def closed(plan: Plan, policies: tuple[Resource, ...]) -> tuple[Remark, ...]:
    """Connections between pods of the input that stay closed once the policies are applied, and what denies each."""
    bundle = plan.bundle
    applied = Bundle(
        bundle.name,
        (*bundle.resources, *policies),
        bundle.context,
        complete=bundle.complete,
        fallback=bundle.fallback,
        inferred=bundle.inferred,
    )
    found = network(applied)
    names = {unit.title: found.number(unit) for unit in found.units}
    told = {remark.text: remark for demand in plan.demands for remark in _denied(found, names, demand)}
    return tuple(told.values())


def _denied(found: Network, names: dict[str, int], demand: Demand) -> Iterator[Remark]:
    if not isinstance(demand.source, Pods) or not isinstance(demand.target, Pods) or demand.ports is None:
        return
    source, target = demand.source.unit, demand.target.unit
    if source.host_network or target.host_network or not source.labels or not target.labels:
        return
    ends = names[source.title], names[target.title]
    for port in demand.ports:
        atoms = found.universe.atoms.of(port)
        if atoms & ~found.connections(*ends):
            why = _denier(found, ends, atoms)
            text = f"{source} is meant to reach {target} on {port.protocol} {port.first}, and {why}"
            yield Remark(text, demand.reason.place, source)


def _denier(found: Network, ends: tuple[int, int], atoms: int) -> str:
    for direction in Direction:
        own, peer = ends if direction is Direction.EGRESS else (ends[1], ends[0])
        for verdict in verdicts(found, direction, own, 1 << peer, atoms):
            if not verdict.allowed:
                policy = verdict.rule.policy if verdict.rule else next(iter(verdict.policies), None)
                return f"{policy} denies it" if policy is not None else "policies deny it"
    return "policies deny it"
