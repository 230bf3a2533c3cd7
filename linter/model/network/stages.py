"""In which order the policies that apply to a pod are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from hullmark.linter.model.network.fold import Stage
from hullmark.linter.model.network.policy import Action, Compiled, Family, Rule
from hullmark.linter.model.network.universe import Direction

Arrange = Callable[[tuple[Compiled, ...], Direction], tuple[Stage, ...]]
"""How an engine orders the policies that apply to one pod."""


def arrangements(families: Iterable[Family]) -> tuple[Arrange, ...]:
    """The engines that enforce these kinds; traffic must pass all of them."""
    found = set(families)
    if Family.CALICO not in found:
        return (upstream,)
    return (upstream, calico) if Family.CILIUM in found else (calico,)


def upstream(policies: tuple[Compiled, ...], direction: Direction) -> tuple[Stage, ...]:
    """Kubernetes, with the policies of Cilium: its denies come first, its allows join those of NetworkPolicies.

    https://network-policy-api.sigs.k8s.io/api-overview/ and https://docs.cilium.io/en/stable/security/policy/deny/
    """
    if all(each.policy.family is Family.KUBERNETES for each in policies):
        found = _union(policies, direction)
        return (found,) if found.denies else ()
    cilium = _of(policies, Family.CILIUM)
    stages = [
        Stage(tuple(rule for rule in _rules(cilium, direction) if rule.action is Action.DENY), title="Cilium denies"),
        Stage(_rules(_ordered(_of(policies, Family.ADMIN)), direction), title="admin tier"),
        _union((*_of(policies, Family.KUBERNETES), *cilium), direction),
        Stage(_rules(_ordered(_of(policies, Family.BASELINE)), direction), title="baseline tier"),
    ]
    return tuple(stage for stage in stages if stage.rules or stage.denies)


def _union(policies: tuple[Compiled, ...], direction: Direction) -> Stage:
    isolating = tuple(each.policy for each in policies if each.policy.isolates[direction])
    allows = tuple(rule for rule in _rules(policies, direction) if rule.action is Action.ALLOW)
    return Stage(allows if isolating else (), bool(isolating), isolating, "network policies")


def calico(policies: tuple[Compiled, ...], direction: Direction) -> tuple[Stage, ...]:
    """Tiers in order, and in each its policies in order; a tier with a policy for the pod denies what is left.

    https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy
    """
    own = _of(policies, Family.CALICO, Family.KUBERNETES, Family.ADMIN, Family.BASELINE)
    relevant = [each for each in own if each.policy.isolates[direction] or each.rules[direction]]
    relevant.sort(
        key=lambda each: (each.policy.tier_order, each.policy.tier, each.policy.order, each.policy.resource.name)
    )
    stages = []
    for tier, members in groupby(relevant, key=lambda each: each.policy.tier):
        inside = tuple(members)
        isolating = tuple(each.policy for each in inside if each.policy.isolates[direction])
        denies = bool(isolating) and not inside[0].policy.tier_passes
        stages.append(Stage(_rules(inside, direction), denies, isolating if denies else (), f"tier {tier}"))
    return tuple(stages)


def _of(policies: tuple[Compiled, ...], *families: Family) -> tuple[Compiled, ...]:
    return tuple(each for each in policies if each.policy.family in families)


def _ordered(policies: tuple[Compiled, ...]) -> tuple[Compiled, ...]:
    return tuple(sorted(policies, key=lambda each: (each.policy.order, each.policy.resource.name)))


def _rules(policies: tuple[Compiled, ...], direction: Direction) -> tuple[Rule, ...]:
    return tuple(rule for each in policies for rule in each.rules[direction])
