"""Evaluation of the catalogue: what a set of grants amounts to, before anything is raised or hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.atoms import Hold, holds
from hullmark.linter.model.rbac.builtin import builtin_roles
from hullmark.linter.model.rbac.catalogue import Effect, power_index
from hullmark.linter.model.rbac.constrained import SINCE, acting
from hullmark.linter.model.rbac.grants import Access, Grant
from hullmark.linter.model.rbac.holding import Reason
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.policy import CLUSTER, Policy
from hullmark.linter.model.rbac.powers import MUTATING, Satisfied, Star, has_own_witness, is_full, satisfied, stars
from hullmark.linter.model.rbac.roles import RoleEntry, RoleTable
from hullmark.linter.model.rbac.surroundings import Surroundings, surroundings
from hullmark.linter.model.rbac.worth import Situation, worth
from hullmark.linter.records import record

_SOMEBODY = Identity("User", "")
_NOTHING_KNOWN = Surroundings()


@record(frozen=False)
class Found:
    """What one power at one scope is worth, and why. `amounts`: powers in others' names that it amounts to."""

    effect: Effect
    reasons: tuple[Reason, ...]
    names: frozenset[str] | None
    acts: bool
    reads: bool
    raised: str = ""
    amounts: tuple[str, ...] = ()


Powers = dict[str, dict[str, Found]]
"""What is held, by power and scope."""


def strongest(powers: Powers) -> Effect:
    """The strongest effect among powers at all their scopes; NONE where there are none."""
    return max((each.effect for scopes in powers.values() for each in scopes.values()), default=Effect.NONE)


def built_in_effects(table: Access) -> dict[Identity, Effect]:
    """What the identities of bootstrap bindings are worth, as the table of bootstrap roles says."""
    effects: dict[Identity, Effect] = {}
    for grant in table.grants:
        row = builtin_roles().get(grant.role.name) if grant.is_default and grant.role.is_cluster else None
        if row is not None:
            effects[grant.identity] = max(effects.get(grant.identity, Effect.NONE), Effect[row.effect.upper()])
    return effects


class Evaluation:
    """Judges sets of grants in one bundle. `effects` are what identities are known to be worth, and may grow."""

    def __init__(
        self, table: Access, effects: Mapping[Identity, Effect], around: Surroundings = _NOTHING_KNOWN
    ) -> None:
        self._table = table
        self._effects = effects
        self._around = around
        self._of_roles: dict[tuple[str, str, str], Powers | None] = {}
        self._open: set[tuple[str, str, str]] = set()

    def powers_of(self, who: Identity) -> Powers:
        """Powers of one identity by name and scope, before raising."""
        return self.through(who, list(self._table.held(who)))

    def role_effect(self, kind: str, name: str, scope: str) -> Effect | None:
        """Strongest effect of holding a role at `scope`; None where nothing is known of the role."""
        if (kind, name, scope) in self._open:
            return Effect.NAMESPACE  # a role that binds itself: cut the circle
        role = self._table.roles.resolve(kind, name, scope)
        if role is None or role.effect == "unknown":
            return None
        if role.effect:
            return Effect[role.effect.upper()]
        return strongest(self.role_powers(kind, name, scope))

    def role_powers(self, kind: str, name: str, scope: str) -> Powers:
        """Powers of whoever holds a role at `scope`, before dominance and raising."""
        key = (kind, name, scope)
        if key not in self._of_roles:
            self._open.add(key)
            role = self._table.roles.resolve(kind, name, scope)
            self._of_roles[key] = None if role is None else self.through(_SOMEBODY, [Grant(_SOMEBODY, role, scope)])
            self._open.discard(key)
        return self._of_roles[key] or {}

    def through(self, who: Identity, grants: list[Grant]) -> Powers:
        """Powers that `grants` amount to, where one of them is the identity's own."""
        powers = self._by_catalogue(who, grants)
        self._in_others_names(who, grants, powers)
        return powers

    def _by_catalogue(self, who: Identity, grants: list[Grant]) -> Powers:
        held = holds(power_index(), iter(grants))
        candidates = [found for found in satisfied(held) if has_own_witness(who, found)]
        names: dict[str, set[str]] = defaultdict(set)
        for found in candidates:
            if found.names is None:
                names[found.power.name].add(found.scope)
        frozen = {name: frozenset(scopes) for name, scopes in names.items()}
        roots = frozenset(grant.scope for grant in grants if grant.role.aggregates)
        situation = Situation(who, held, frozen, self._effects, self.role_effect, self._around, roots)
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

    def _in_others_names(self, who: Identity, grants: list[Grant], powers: Powers) -> None:
        """Constrained impersonation: the catalogue asked about what may be done as somebody else."""

        def judge(asked: list[Grant]) -> dict[str, dict[str, Effect]]:
            found = self._by_catalogue(who, asked)
            return {name: {scope: each.effect for scope, each in scopes.items()} for name, scopes in found.items()}

        for each in acting(who, grants, self._effects, judge):
            if not any(reason.grant.identity == who for reason in each.reasons):
                continue
            is_on = self._around.context.at_least(*SINCE)
            effect = each.effect if is_on else Effect.INFORMATION
            known = powers["constrained-impersonation"].get(each.scope)
            if known is None or effect > known.effect:
                powers["constrained-impersonation"][each.scope] = Found(
                    effect, each.reasons, each.right.names, False, False, amounts=each.amounts
                )


def evaluation(bundle: Bundle) -> Evaluation:
    """The evaluation of what the roles of a bundle amount to by themselves, whoever holds them."""
    return bundle.derived(_evaluation)


def _evaluation(bundle: Bundle) -> Evaluation:
    table = access(bundle)
    return Evaluation(table, built_in_effects(table), surroundings(bundle))


def effect_of_grant(bundle: Bundle, grant: Grant) -> Effect:
    """Strongest effect of one grant by itself; NONE where nothing is known of the role."""
    if grant.across:
        return strongest(_powers_across(bundle, grant))
    kind = "ClusterRole" if grant.role.is_cluster else "Role"
    return evaluation(bundle).role_effect(kind, grant.role.name, grant.scope) or Effect.NONE


def powers_of_grant(bundle: Bundle, grant: Grant) -> frozenset[str]:
    """Names of the powers of one grant by itself."""
    if grant.across:
        return frozenset(_powers_across(bundle, grant))
    kind = "ClusterRole" if grant.role.is_cluster else "Role"
    return frozenset(evaluation(bundle).role_powers(kind, grant.role.name, grant.scope))


def _powers_across(bundle: Bundle, grant: Grant) -> Powers:
    """Powers of a role that another bundle defines: this one's table does not have it."""
    return evaluation(bundle).through(_SOMEBODY, [Grant(_SOMEBODY, grant.role, grant.scope)])


def role_powers(role: RoleEntry, roles: RoleTable) -> dict[str, Effect]:
    """Powers of whoever holds `role` in the whole cluster, before dominance and raising, by name."""
    powers = Evaluation(Access(roles, iter(())), {}).through(_SOMEBODY, [Grant(_SOMEBODY, role, CLUSTER)])
    return {name: scopes[CLUSTER].effect for name, scopes in powers.items() if CLUSTER in scopes}


def _of(found: Satisfied, effect: Effect) -> Found:
    reasons = tuple(_reason(hold) for hold in found.holds)
    names = found.names if found.holds[0].names is not None else None
    full = found.power.namespace if found.scope else found.power.cluster
    return Found(effect, reasons, names, found.power.acts and effect >= full, found.power.reads)


def _reason(hold: Hold) -> Reason:
    return Reason(hold.grant, hold.policy, hold.verb, hold.key[1])


def _starred(who: Identity, grants: Iterable[Grant], powers: Powers) -> None:
    """Full control, or reading everything: what the rules about everything that hold at one scope are together."""
    found: dict[str, list[Star]] = defaultdict(list)
    for star in stars(grant for grant in grants if grant.identity == who):
        found[star.grant.scope].append(star)
    for scope, here in found.items():
        own = [star for star in here if star.grant.role.name != "cluster-admin"]  # binding that is another finding
        if is_full(own):
            name = "namespace-full-control" if scope else "full-cluster-control"
            effect = Effect.NAMESPACE if scope else Effect.TAKEOVER
            powers[name].setdefault(scope, Found(effect, (_whole(own),), None, True, False))
        elif not is_full(here) and any(star.reads for star in here):
            takes = next((star for star in here if "get" in star.reads), None)
            star = takes or next(star for star in here if star.reads)
            effect = Effect.WORKLOAD if scope else Effect.TAKEOVER if takes else Effect.SECRETS
            reason = Reason(star.grant, star.policy, min(star.reads), "*")
            powers["read-everything"].setdefault(scope, Found(effect, (reason,), None, False, True))


def _whole(found: list[Star]) -> Reason:
    """The rule that decides about full control: one with every verb, else the first that writes."""
    every = next((star for star in found if "*" in star.policy.verbs), None)
    star = every or next(star for star in found if not MUTATING.isdisjoint(star.policy.verbs))
    verb = "*" if every else min(MUTATING & set(star.policy.verbs))
    return Reason(star.grant, star.policy, verb, "*")


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
