"""Evaluation of the catalogue: what a set of grants amounts to, before anything is raised or hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.atoms import Hold, holds
from hullmark.linter.model.rbac.builtin import builtin_roles
from hullmark.linter.model.rbac.catalogue import Effect, power_index
from hullmark.linter.model.rbac.grants import Access, Grant
from hullmark.linter.model.rbac.holding import Reason
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.policy import CLUSTER, Policy
from hullmark.linter.model.rbac.powers import Satisfied, has_own_witness, satisfied, stars
from hullmark.linter.model.rbac.roles import RoleEntry, RoleTable
from hullmark.linter.model.rbac.worth import Situation, worth
from hullmark.linter.records import record


@record(frozen=False)
class Found:
    effect: Effect
    reasons: tuple[Reason, ...]
    names: frozenset[str] | None
    acts: bool
    reads: bool
    raised: str = ""


Powers = dict[str, dict[str, Found]]
"""What is held, by power and scope."""


def strongest(powers: Powers) -> Effect:
    return max((each.effect for scopes in powers.values() for each in scopes.values()), default=Effect.NONE)


def built_in_effects(table: Access) -> dict[Identity, Effect]:
    effects: dict[Identity, Effect] = {}
    for grant in table.grants:
        row = builtin_roles().get(grant.role.name) if grant.is_default and grant.role.is_cluster else None
        if row is not None:
            effects[grant.identity] = max(effects.get(grant.identity, Effect.NONE), Effect[row.effect.upper()])
    return effects


def role_effects(table: Access, effects: Mapping[Identity, Effect]) -> Callable[[str, str, str], Effect | None]:
    known: dict[tuple[str, str, str], Effect | None] = {}

    def effect(kind: str, name: str, scope: str) -> Effect | None:
        key = (kind, name, scope)
        if key not in known:
            known[key] = Effect.NAMESPACE  # a role that binds itself: cut the circle
            known[key] = role_effect(table.roles.resolve(kind, name, scope), scope, table, effects, effect)
        return known[key]

    return effect


def effect_of_grant(bundle: Bundle, grant: Grant) -> Effect:
    """Strongest effect of one grant by itself; NONE where nothing is known of the role."""
    kind = "ClusterRole" if grant.role.is_cluster else "Role"
    return bundle.derived(_effects)(kind, grant.role.name, grant.scope) or Effect.NONE


def _effects(bundle: Bundle) -> Callable[[str, str, str], Effect | None]:
    table = access(bundle)
    return role_effects(table, built_in_effects(table))


def role_effect(
    role: RoleEntry | None,
    scope: str,
    table: Access,
    effects: Mapping[Identity, Effect],
    others: Callable[[str, str, str], Effect | None],
) -> Effect | None:
    """Strongest effect of holding `role` at `scope`; None where nothing is known of the role."""
    if role is None or role.effect == "unknown":
        return None
    if role.effect:
        return Effect[role.effect.upper()]
    nobody = Identity("User", "")
    grant = Grant(nobody, role, scope)
    return strongest(_evaluated(nobody, [grant], effects, others))


def role_powers(role: RoleEntry, roles: RoleTable) -> dict[str, Effect]:
    """Powers of whoever holds `role` in the whole cluster, before dominance and raising, by name."""
    nobody = Identity("User", "")
    table = Access(roles, iter(()))
    powers = _evaluated(nobody, [Grant(nobody, role, CLUSTER)], {}, role_effects(table, {}))
    return {name: scopes[CLUSTER].effect for name, scopes in powers.items() if CLUSTER in scopes}


def powers_of(
    who: Identity,
    table: Access,
    effects: Mapping[Identity, Effect],
    role_effects: Callable[[str, str, str], Effect | None],
) -> Powers:
    """Powers of one identity by name and scope, before raising."""
    return _evaluated(who, list(table.held(who)), effects, role_effects)


def _evaluated(
    who: Identity,
    grants: list[Grant],
    effects: Mapping[Identity, Effect],
    role_effects: Callable[[str, str, str], Effect | None],
) -> Powers:
    held = holds(power_index(), iter(grants))
    candidates = [found for found in satisfied(held) if has_own_witness(who, found)]
    names: dict[str, set[str]] = defaultdict(set)
    for found in candidates:
        if found.names is None:
            names[found.power.name].add(found.scope)
    frozen = {name: frozenset(scopes) for name, scopes in names.items()}
    situation = Situation(who, held, frozen, effects, role_effects)
    powers: Powers = defaultdict(dict)
    for found in candidates:
        effect = worth(found, situation)
        if effect is None:
            continue
        known = powers[found.power.name].get(found.scope)
        if known is None or effect > known.effect:
            powers[found.power.name][found.scope] = _of(found, effect)
    _starred(who, grants, powers)
    _whole_roles(who, grants, powers)
    return powers


def _of(found: Satisfied, effect: Effect) -> Found:
    reasons = tuple(_reason(hold) for hold in found.holds)
    names = found.names if found.holds[0].names is not None else None
    return Found(effect, reasons, names, found.power.acts, found.power.reads)


def _reason(hold: Hold) -> Reason:
    return Reason(hold.grant, hold.policy, hold.verb, hold.key[1])


def _starred(who: Identity, grants: Iterable[Grant], powers: Powers) -> None:
    for star in stars(grant for grant in grants if grant.identity == who):
        cluster = star.grant.scope == CLUSTER
        verb = min(star.reads) if not star.full else "*" if "*" in star.policy.verbs else "create"
        reason = (Reason(star.grant, star.policy, verb, "*"),)
        if star.full and star.grant.role.name != "cluster-admin":
            name = "full-cluster-control" if cluster else "namespace-full-control"
            effect = Effect.TAKEOVER if cluster else Effect.NAMESPACE
            powers[name].setdefault(star.grant.scope, Found(effect, reason, None, True, False))
        elif not star.full and star.reads:
            takes = Effect.TAKEOVER if "get" in star.reads else Effect.SECRETS
            effect = takes if cluster else Effect.WORKLOAD
            known = powers["read-everything"].get(star.grant.scope)
            if known is None or known.effect < effect:
                powers["read-everything"][star.grant.scope] = Found(effect, reason, None, False, True)


def _whole_roles(who: Identity, grants: Iterable[Grant], powers: Powers) -> None:
    """Bindings to roles whose every power would be a finding: one finding about the binding instead."""
    for grant in grants:
        if grant.identity != who or grant.is_default or not grant.role.is_cluster:
            continue
        cluster = grant.scope == CLUSTER
        effect = Effect.TAKEOVER if cluster else Effect.NAMESPACE
        if grant.role.name == "cluster-admin":
            name = "cluster-admin-binding" if cluster else "cluster-admin-binding-in-namespace"
        elif is_broad(grant.role):
            name = f"broad-builtin-role-bound-{'cluster-wide' if cluster else 'in-namespace'}"
        else:
            continue
        powers[name].setdefault(grant.scope, Found(effect, (Reason(grant, None),), None, True, False))


def is_broad(role: RoleEntry) -> bool:
    """Whether a role amounts to `edit` or more: `admin`, `edit`, an aggregate of theirs, a platform's administrator."""
    if role.name in ("admin", "edit"):
        return role.builtin
    if role.effect:
        return role.effect == "takeover"
    return role.aggregates and frozenset(_edit_rules()) <= {_plain(policy) for policy in role.policies}


@cache
def _edit_rules() -> tuple[Policy, ...]:
    return tuple(_plain(policy) for policy in builtin_roles()["system:aggregate-to-edit"].policies)


def _plain(policy: Policy) -> Policy:
    return policy._replace(view=None)
