"""Powers held by the identities of a bundle, after raising and dominance: one holding, one finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.atoms import Hold, holds
from hullmark.linter.model.rbac.builtin import builtin_roles
from hullmark.linter.model.rbac.catalogue import CHAINS, Effect, power_index
from hullmark.linter.model.rbac.grants import Access, Grant
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.policy import CLUSTER, Policy
from hullmark.linter.model.rbac.powers import Satisfied, has_own_witness, satisfied, stars
from hullmark.linter.model.rbac.roles import RoleEntry, RoleTable
from hullmark.linter.model.rbac.worth import Situation, worth
from hullmark.linter.records import field, record, replace

STRONG = frozenset({Effect.TAKEOVER, Effect.NODE})


@record
class Reason:
    """Through which grant and rule a power is held; `verb` and `resource` are as the catalogue writes them."""

    grant: Grant
    policy: Policy | None
    verb: str = ""
    resource: str = ""


@record
class Holding:
    """One identity, one power, everywhere it has it.

    `scopes` is ("",) for the whole cluster, else names of namespaces, sorted. `reasons` has the deciding
    rule first. `implied` lists powers that this one hides. `raised` names the namespace that made the
    power worth more.
    """

    who: Identity
    power: str
    scopes: tuple[str, ...]
    effect: Effect
    reasons: tuple[Reason, ...]
    names: frozenset[str] | None = None
    raised: str = ""
    implied: tuple[str, ...] = field(default=())

    @property
    def is_cluster_wide(self) -> bool:
        """Whether it is held in the whole cluster."""
        return self.scopes == (CLUSTER,)

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[Holding, ...]:
        """Every holding of the bundle, in the order in which identities are first mentioned."""
        return bundle.derived(_holdings)


@record(frozen=False)
class _Found:
    effect: Effect
    reasons: tuple[Reason, ...]
    names: frozenset[str] | None
    acts: bool
    reads: bool
    raised: str = ""


_Powers = dict[str, dict[str, _Found]]


def _holdings(bundle: Bundle) -> tuple[Holding, ...]:
    table = access(bundle)
    judged = [who for who in table.identities() if any(not grant.is_default for grant in table.direct(who))]
    effects: dict[Identity, Effect] = _built_in_effects(table)
    found: dict[Identity, _Powers] = {}
    role_effect = _role_effects(table, effects)
    for who in judged:
        found[who] = powers_of(who, table, effects, role_effect)
        strongest = max(
            (each.effect for scopes in found[who].values() for each in scopes.values()), default=Effect.NONE
        )
        effects[who] = max(strongest, effects.get(who, Effect.NONE))
    _raise(found, effects)
    return tuple(holding for who in judged for holding in _merged(who, found[who]))


def _strongest(powers: _Powers) -> Effect:
    return max((each.effect for scopes in powers.values() for each in scopes.values()), default=Effect.NONE)


def _built_in_effects(table: Access) -> dict[Identity, Effect]:
    effects: dict[Identity, Effect] = {}
    for grant in table.grants:
        row = builtin_roles().get(grant.role.name) if grant.is_default and grant.role.is_cluster else None
        if row is not None:
            effects[grant.identity] = max(effects.get(grant.identity, Effect.NONE), Effect[row.effect.upper()])
    return effects


def _role_effects(table: Access, effects: Mapping[Identity, Effect]) -> Callable[[str, str, str], Effect | None]:
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
    return _role_effects(table, _built_in_effects(table))


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
    return _strongest(_evaluated(nobody, [grant], effects, others))


def role_powers(role: RoleEntry, roles: RoleTable) -> dict[str, Effect]:
    """Powers of whoever holds `role` in the whole cluster, before dominance and raising, by name."""
    nobody = Identity("User", "")
    table = Access(roles, iter(()))
    powers = _evaluated(nobody, [Grant(nobody, role, CLUSTER)], {}, _role_effects(table, {}))
    return {name: scopes[CLUSTER].effect for name, scopes in powers.items() if CLUSTER in scopes}


def powers_of(
    who: Identity,
    table: Access,
    effects: Mapping[Identity, Effect],
    role_effects: Callable[[str, str, str], Effect | None],
) -> _Powers:
    """Powers of one identity by name and scope, before raising."""
    return _evaluated(who, list(table.held(who)), effects, role_effects)


def _evaluated(
    who: Identity,
    grants: list[Grant],
    effects: Mapping[Identity, Effect],
    role_effects: Callable[[str, str, str], Effect | None],
) -> _Powers:
    held = holds(power_index(), iter(grants))
    candidates = [found for found in satisfied(held) if has_own_witness(who, found)]
    names: dict[str, set[str]] = defaultdict(set)
    for found in candidates:
        if found.names is None:
            names[found.power.name].add(found.scope)
    frozen = {name: frozenset(scopes) for name, scopes in names.items()}
    situation = Situation(who, held, frozen, effects, role_effects)
    powers: _Powers = defaultdict(dict)
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


def _of(found: Satisfied, effect: Effect) -> _Found:
    reasons = tuple(_reason(hold) for hold in found.holds)
    names = found.names if found.holds[0].names is not None else None
    return _Found(effect, reasons, names, found.power.acts, found.power.reads)


def _reason(hold: Hold) -> Reason:
    return Reason(hold.grant, hold.policy, hold.verb, hold.key[1])


def _starred(who: Identity, grants: Iterable[Grant], powers: _Powers) -> None:
    for star in stars(grant for grant in grants if grant.identity == who):
        cluster = star.grant.scope == CLUSTER
        reason = (Reason(star.grant, star.policy, "*" if star.full else min(star.reads), "*"),)
        if star.full and star.grant.role.name != "cluster-admin":
            name = "full-cluster-control" if cluster else "namespace-full-control"
            effect = Effect.TAKEOVER if cluster else Effect.NAMESPACE
            powers[name].setdefault(star.grant.scope, _Found(effect, reason, None, True, False))
        elif not star.full and star.reads:
            takes = Effect.TAKEOVER if "get" in star.reads else Effect.SECRETS
            effect = takes if cluster else Effect.WORKLOAD
            known = powers["read-everything"].get(star.grant.scope)
            if known is None or known.effect < effect:
                powers["read-everything"][star.grant.scope] = _Found(effect, reason, None, False, True)


def _whole_roles(who: Identity, grants: Iterable[Grant], powers: _Powers) -> None:
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
        powers[name].setdefault(grant.scope, _Found(effect, (Reason(grant, None),), None, True, False))


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


def _raise(found: Mapping[Identity, _Powers], effects: dict[Identity, Effect]) -> None:
    """Powers over a namespace are worth what the strongest account living there is worth."""
    changed = True
    while changed:
        changed = False
        strong = {who.namespace for who, effect in effects.items() if effect in STRONG and who.namespace}
        for who, powers in found.items():
            for scopes in powers.values():
                for scope, each in scopes.items():
                    effect = _raised(scope, each, strong)
                    if effect > each.effect:
                        each.effect, each.raised = effect, scope
                        effects[who] = max(effects.get(who, Effect.NONE), effect)
                        changed = True


def _raised(scope: str, each: _Found, strong: set[str]) -> Effect:
    if scope == CLUSTER or each.names is not None:
        return each.effect
    if each.acts and each.effect in (Effect.NAMESPACE, Effect.WORKLOAD) and (scope == "kube-system" or scope in strong):
        return Effect.TAKEOVER
    if each.reads and scope == "kube-system":
        return max(each.effect, Effect.SECRETS)
    return each.effect


def _merged(who: Identity, powers: _Powers) -> Iterator[Holding]:
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


def _holding(who: Identity, name: str, scopes: tuple[str, ...], each: _Found) -> Holding:
    return Holding(who, name, scopes, each.effect, each.reasons, each.names, each.raised)


_ALL = ("cluster-admin-binding", "full-cluster-control")
_WHOLE_GRANT = frozenset(
    {
        "cluster-admin-binding-in-namespace",
        "broad-builtin-role-bound-cluster-wide",
        "broad-builtin-role-bound-in-namespace",
        "namespace-full-control",
    }
)
_READ_EVERYTHING = frozenset(
    {"secret-read", "named-secret-read", "kubelet-api-proxy", "kubelet-data-read", "pod-log-read"}
)


def dominated(made: list[Holding]) -> Iterator[Holding]:
    """Holdings that no other of the same identity hides; those that hide list what they hide."""
    hidden: dict[int, int] = {}
    stars_by_rule = _star_leaders(made)
    for number, weaker in enumerate(made):
        star = stars_by_rule.get(id(weaker.reasons[0].policy), number)
        if star != number:
            hidden[number] = star
            continue
        for leader, stronger in enumerate(made):
            if leader != number and hides(stronger, weaker):
                hidden[number] = leader
                break
    implied: dict[int, list[str]] = defaultdict(list)
    for number, leader in hidden.items():
        seen = {number}
        while leader in hidden and leader not in seen:
            seen.add(leader)
            leader = hidden[leader]
        implied[leader].append(made[number].power)
    for number, holding in enumerate(made):
        if number not in hidden:
            yield replace(holding, implied=tuple(sorted(implied.get(number, ()))))


def hides(stronger: Holding, weaker: Holding) -> bool:
    """Whether `stronger` makes a finding about `weaker` superfluous."""
    if not (stronger.is_cluster_wide or set(weaker.scopes) <= set(stronger.scopes)):
        return False
    if stronger.power in _ALL:
        return weaker.power not in _ALL
    if stronger.power in _WHOLE_GRANT:
        return weaker.power not in _WHOLE_GRANT and _only_from(weaker, stronger.reasons[0].grant)
    if stronger.power == "read-everything" and weaker.power in _READ_EVERYTHING:
        return True
    return any(
        stronger.power in chain and weaker.power in chain and chain.index(stronger.power) < chain.index(weaker.power)
        for chain in CHAINS
    )


def _star_leaders(made: list[Holding]) -> dict[int, int]:
    """The strongest holding that each rule about every resource decides: narrowing the rule removes the others too."""
    leaders: dict[int, int] = {}
    for number, holding in enumerate(made):
        policy = holding.reasons[0].policy
        if policy is None or "*" not in policy.resources:
            continue
        known = leaders.setdefault(id(policy), number)
        if _rank(holding) > _rank(made[known]):
            leaders[id(policy)] = number
    return leaders


def _rank(holding: Holding) -> tuple[int, bool, bool, bool]:
    whole = holding.power in _ALL or holding.power in _WHOLE_GRANT
    return holding.effect, whole, holding.power == "read-everything", holding.is_cluster_wide


def _only_from(weaker: Holding, grant: Grant) -> bool:
    return all(reason.grant is grant for reason in weaker.reasons)
