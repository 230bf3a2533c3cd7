"""Holdings of a bundle: what every identity holds, raised by where it holds it, one holding for one defect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from hullmark.linter.manifest.rbac import Role
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.across import is_bound_elsewhere, role_key
from hullmark.linter.model.rbac.builtin import builtin_bindings
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.dominance import dominated
from hullmark.linter.model.rbac.evaluation import (
    Evaluation,
    Found,
    Powers,
    built_in_effects,
    evaluation,
    strongest,
)
from hullmark.linter.model.rbac.grants import Grant
from hullmark.linter.model.rbac.holding import STRONG, Holding
from hullmark.linter.model.rbac.identity import NOBODY, Identity
from hullmark.linter.model.rbac.policy import CLUSTER
from hullmark.linter.model.rbac.surroundings import Surroundings, surroundings


def holdings(bundle: Bundle) -> tuple[Holding, ...]:
    """Every holding of the bundle, in the order in which identities are first mentioned."""
    return bundle.derived(_holdings)


def _holdings(bundle: Bundle) -> tuple[Holding, ...]:
    table = access(bundle)
    usual = _usual_grants()
    judged = [
        who
        for who in table.identities()
        if any(not grant.is_default and (who, grant.role.name, grant.scope) not in usual for grant in table.direct(who))
    ]
    effects: dict[Identity, Effect] = built_in_effects(table)
    found: dict[Identity, Powers] = {}
    judge = Evaluation(table, effects, surroundings(bundle))
    for who in judged:
        found[who] = judge.powers_of(who)
        effects[who] = max(strongest(found[who]), effects.get(who, Effect.NONE))
    for who in judged:
        if _depends_on_others(table.direct(who)):  # what that is worth is known only now
            found[who] = judge.powers_of(who)
            effects[who] = max(strongest(found[who]), effects[who])
    _raise(found, effects, surroundings(bundle))
    return tuple(holding for who in judged for holding in _merged(who, found[who]))


def unbound_holdings(bundle: Bundle) -> tuple[Holding, ...]:
    """What the roles that no subject of the input holds would amount to, were they bound where they can be."""
    return bundle.derived(_unbound)


def _unbound(bundle: Bundle) -> tuple[Holding, ...]:
    table = access(bundle)
    bound = {id(grant.role) for grant in table.grants}
    judge = evaluation(bundle)
    found: list[Holding] = []
    for role in bundle.each(Role):
        home = CLUSTER if role.is_cluster_role else bundle.namespace_of(role).name
        entry = table.roles.resolve(role.kind, role.name, home)
        if entry is None or entry.view is not role or entry.builtin or id(entry) in bound:
            continue
        if table.roles.is_collected(entry) or is_bound_elsewhere(bundle, role_key(bundle, role)):
            continue  # whoever holds the collecting role holds it
        nobody = Identity(NOBODY, f"{home}/{role.name}")
        found += _merged(nobody, judge.through(nobody, [Grant(nobody, entry, home)]))
    return tuple(found)


def _usual_grants() -> frozenset[tuple[Identity, str, str]]:
    """Grants that every cluster has by itself; writing them down adds nothing."""
    return frozenset((who, row.role, row.namespace) for row in builtin_bindings() for who in row.subjects)


_OTHERS = frozenset(
    {
        "serviceaccounts", "serviceaccounts/token", "users", "groups", "secrets", "deployments", "daemonsets",
        "statefulsets", "replicasets", "jobs", "cronjobs", "replicationcontrollers",
    }
)  # fmt: skip


def _depends_on_others(grants: Iterable[Grant]) -> bool:
    """Whether a rule is about certain subjects by name, or lets accounts be made that bindings wait for."""
    return any(
        not _OTHERS.isdisjoint(policy.resources)
        if policy.names
        else policy.has_verb("create") and policy.has_resource("serviceaccounts")
        for each in grants
        for policy in each.role.policies
    )


def _raise(found: Mapping[Identity, Powers], effects: dict[Identity, Effect], around: Surroundings) -> None:
    """Powers over a namespace are worth what the strongest account living there, or its token, is worth."""
    changed = True
    while changed:
        changed = False
        strong = {who.namespace for who, effect in effects.items() if effect in STRONG and who.namespace}
        telling = around.namespaces_with_credentials(who for who, effect in effects.items() if effect in STRONG)
        for who, powers in found.items():
            for scopes in powers.values():
                for scope, each in scopes.items():
                    effect = _raised(scope, each, strong, telling)
                    if effect > each.effect:
                        each.effect, each.raised = effect, scope
                        effects[who] = max(effects.get(who, Effect.NONE), effect)
                        changed = True


def _raised(scope: str, each: Found, strong: set[str], telling: frozenset[str]) -> Effect:
    if scope == CLUSTER or each.names is not None:
        return each.effect
    if each.acts and each.effect in (Effect.NAMESPACE, Effect.WORKLOAD) and (scope == "kube-system" or scope in strong):
        return Effect.TAKEOVER
    if each.reads and scope in telling:
        return Effect.TAKEOVER
    if each.reads and scope == "kube-system":
        return max(each.effect, Effect.SECRETS)
    return each.effect


def _merged(who: Identity, powers: Powers) -> Iterator[Holding]:
    """Cluster scope absorbs namespaces; several namespaces of equal worth make one holding."""
    made: list[Holding] = []
    for name, scopes in powers.items():
        if CLUSTER in scopes:
            made.append(_holding(who, name, (CLUSTER,), scopes[CLUSTER]))
            scopes = {
                scope: each
                for scope, each in scopes.items()
                if scope != CLUSTER and each.effect > scopes[CLUSTER].effect
            }
        by_effect: dict[Effect, list[str]] = defaultdict(list)
        for scope in sorted(scopes):
            by_effect[scopes[scope].effect].append(scope)
        for spaces in by_effect.values():
            made.append(_holding(who, name, tuple(spaces), scopes[spaces[0]]))
    yield from dominated(made)


def _holding(who: Identity, name: str, scopes: tuple[str, ...], each: Found) -> Holding:
    return Holding(who, name, scopes, each.effect, each.reasons, each.names, each.raised, each.amounts)
