"""Which powers of the catalogue an identity holds, where, and through which rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from hullmark.linter.model.rbac.atoms import Alternative, Atom, Hold
from hullmark.linter.model.rbac.catalogue import POWERS, Power
from hullmark.linter.model.rbac.grants import Grant
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.policy import CLUSTER, Policy
from hullmark.linter.named_tuple import NamedTuple

MUTATING = frozenset({"create", "update", "patch", "delete"})
READING = frozenset({"get", "list", "watch"})


class Satisfied(NamedTuple):
    """A power held at one scope. `holds` has one entry a premise, the deciding one first.

    `names` is None when every premise holds for any name, else the names that the named premises
    share or, where they differ, list.
    """

    power: Power
    scope: str
    holds: tuple[Hold, ...]
    names: frozenset[str] | None


def satisfied(held: Mapping[Atom, list[Hold]], powers: Iterable[Power] = POWERS) -> Iterator[Satisfied]:
    """Every power at every scope at which all premises of an alternative hold, alternative by alternative.

    Premises may come from different grants; the scope of the result is their intersection.
    """
    for power in powers:
        for alternative in power.alternatives:
            if all(atom in held for atom in alternative.atoms):
                yield from _alternative(power, alternative, held)


def _alternative(power: Power, alternative: Alternative, held: Mapping[Atom, list[Hold]]) -> Iterator[Satisfied]:
    premises = [held[atom] for atom in alternative.atoms]
    for scope in sorted({hold.scope for hold in chain.from_iterable(premises)}):
        chosen = [_strongest(premise, scope) for premise in premises]
        holds = tuple(hold for hold in chosen if hold is not None)
        if len(holds) == len(chosen):
            yield Satisfied(power, scope, holds, _common_names(premises, scope))


def _strongest(premise: list[Hold], scope: str) -> Hold | None:
    """The first hold at `scope` for any name, else the first at all; cluster scope covers namespaces."""
    there = [hold for hold in premise if hold.scope in (scope, CLUSTER)]
    return next((hold for hold in there if hold.names is None), there[0] if there else None)


def _common_names(premises: list[list[Hold]], scope: str) -> frozenset[str] | None:
    restricted = []
    for premise in premises:
        there = [hold.names for hold in premise if hold.scope in (scope, CLUSTER)]
        if all(names is not None for names in there):
            restricted.append(frozenset(chain.from_iterable(names for names in there if names is not None)))
    if not restricted:
        return None
    shared = frozenset.intersection(*restricted)
    return shared or frozenset.union(*restricted)


class Star(NamedTuple):
    """A rule about every resource of the core group."""

    grant: Grant
    policy: Policy

    @property
    def reads(self) -> frozenset[str]:
        """Verbs by which it reads."""
        return READING if "*" in self.policy.verbs else READING & frozenset(self.policy.verbs)


def stars(grants: Iterable[Grant]) -> Iterator[Star]:
    """Rules with resource `*` in the core group that are not restricted by name.

    The core group alone counts: it holds Secrets, exec, impersonation and nodes/proxy.
    """
    for grant in grants:
        for policy in grant.role.policies:
            if "*" in policy.resources and not policy.names and policy.has_group(""):
                yield Star(grant, policy)


def is_full(found: Iterable[Star]) -> bool:
    """Whether rules together have every verb that reading and writing needs."""
    verbs = {verb for star in found for verb in star.policy.verbs}
    return "*" in verbs or verbs >= MUTATING | READING


def has_own_witness(who: Identity, found: Satisfied) -> bool:
    """Whether one of the identity's own grants takes part: what groups give is reported on the group."""
    return any(hold.grant.identity == who for hold in found.holds)
