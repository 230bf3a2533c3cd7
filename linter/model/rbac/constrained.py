"""Constrained impersonation (KEP-5284): acting as others for certain requests only.

A request in another's name needs two rights of the requester: `impersonate:<mode>` on the identity, in group
authentication.k8s.io, and `impersonate-on:<mode>:<verb>` on the object of the request. The request is then judged
again as the other's. Alpha in 1.35, on by default from 1.36.

Semantics: `constrainedImpersonationModeState.check` and `authorizeUsername` of
k8s.io/apiserver pkg/endpoints/filters/impersonation/mode.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from hullmark.linter.model.rbac.atoms import GROUPS
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.grants import Grant
from hullmark.linter.model.rbac.holding import Reason
from hullmark.linter.model.rbac.identity import MASTERS, Identity, account, group
from hullmark.linter.model.rbac.policy import CLUSTER, Policy
from hullmark.linter.model.rbac.roles import RoleEntry
from hullmark.linter.named_tuple import NamedTuple

SINCE = (1, 36)
"""Minor from which on the feature gate is on without being asked for."""


class Mode(NamedTuple):
    """One mode: `resource` is what names the other, in group authentication.k8s.io."""

    name: str
    resource: str

    @property
    def verb(self) -> str:
        """The verb on the identity."""
        return f"impersonate:{self.name}"

    @property
    def prefix(self) -> str:
        """What stands before the verb of the request."""
        return f"impersonate-on:{self.name}:"


MODES = (
    Mode("user-info", "users"),
    Mode("serviceaccount", "serviceaccounts"),
    Mode("arbitrary-node", "nodes"),
    Mode("associated-node", "nodes"),
)


class Right(NamedTuple):
    """The right to be somebody: `names` is None for anybody of the mode within the grant's scope."""

    mode: Mode
    grant: Grant
    policy: Policy
    names: frozenset[str] | None


class Acting(NamedTuple):
    """Both halves together. `amounts` names the powers that the requests amount to; `effect` is what they are worth."""

    right: Right
    reasons: tuple[Reason, ...]
    scope: str
    effect: Effect
    amounts: tuple[str, ...]


def rights(who: Identity, grants: Iterable[Grant]) -> Iterator[Right]:
    """Every right to be somebody else, where it can be asked for at all."""
    for grant in grants:
        for policy in grant.role.policies:
            if not any(verb.startswith("impersonate:") or verb == "*" for verb in policy.verbs):
                continue
            if "*" in policy.verbs and "*" in policy.resources:
                continue  # everything anyway
            for mode in MODES:
                if not _names_somebody(policy, mode) or not policy.has_verb(mode.verb):
                    continue
                # Users and nodes belong to no namespace: the request for them is made in none.
                if grant.scope != CLUSTER and mode.name != "serviceaccount":
                    continue
                names = frozenset(policy.names) if policy.names else None
                if mode.name == "associated-node":
                    # Asked about as "*", and only of accounts whose token says on which node their pod is.
                    if who.kind != "ServiceAccount" or (names is not None and "*" not in names):
                        continue
                    names = None
                yield Right(mode, grant, policy, names)


def _names_somebody(policy: Policy, mode: Mode) -> bool:
    return policy.has_group(GROUPS["authn"]) and policy.has_resource(mode.resource)


def requests(who: Identity, grants: Iterable[Grant], mode: Mode) -> list[Grant]:
    """What may be done in the other's name, as grants of roles whose verbs have lost their prefix."""
    found = []
    for grant in grants:
        stripped = tuple(
            policy._replace(verbs=verbs) for policy in grant.role.policies if (verbs := _stripped(policy.verbs, mode))
        )
        if stripped:
            role = RoleEntry(grant.role.namespace, "", stripped, view=grant.role.view, policies=stripped)
            found.append(Grant(who, role, grant.scope, grant.binding, grant.subject_view, grant.assumed))
    return found


def _stripped(verbs: tuple[str, ...], mode: Mode) -> tuple[str, ...]:
    """The verbs of requests that the rule lets through in this mode; a star behind the prefix is no pattern."""
    if "*" in verbs:
        return ("*",)
    found = (each.removeprefix(mode.prefix) for each in verbs if each.startswith(mode.prefix))
    return tuple(each for each in found if each != "*")


def limit(right: Right, grants: Iterable[Grant], effects: Mapping[Identity, Effect]) -> Effect:
    """What those are worth at most whose names may be taken; who is not named, or not known, may hold anything."""
    if right.mode.resource == "nodes":
        return Effect.NODE
    if right.names is None:
        return Effect.TAKEOVER
    if right.mode.name == "serviceaccount":
        spaces = {who.namespace for who in effects} if right.grant.scope == CLUSTER else {right.grant.scope}
        others = [account(space, name) for space in spaces for name in right.names]
    else:
        taken = _groups(grants)
        if taken is None:
            return Effect.TAKEOVER
        others = [Identity("User", name) for name in right.names]
        others += [group(name) for name in taken if name != MASTERS]  # refused in every mode
    known = [effects[who] for who in others if who in effects]
    return max([Effect.WORKLOAD, *known])


def _groups(grants: Iterable[Grant]) -> frozenset[str] | None:
    """Groups that may be taken beside a user; None for any."""
    found: set[str] = set()
    for grant in grants:
        for policy in grant.role.policies if grant.scope == CLUSTER else ():
            if (
                policy.has_verb("impersonate:user-info")
                and policy.has_group(GROUPS["authn"])
                and policy.has_resource("groups")
            ):
                # Four and more groups at once are asked about as "*" first.
                if not policy.names or "*" in policy.names:
                    return None
                found.update(policy.names)
    return frozenset(found)


Judge = Callable[[list[Grant]], Mapping[str, Mapping[str, Effect]]]
"""Effects by power and scope of a list of grants."""


def acting(who: Identity, grants: list[Grant], effects: Mapping[Identity, Effect], judge: Judge) -> Iterator[Acting]:
    """Every combination of a right to be somebody with what may be done as them, by mode and scope."""
    found: dict[str, list[Right]] = {}
    for right in rights(who, grants):
        found.setdefault(right.mode.name, []).append(right)
    for named in found.values():
        mode = named[0].mode
        asked = requests(who, grants, mode)
        worth = judge(asked)
        right = max(named, key=lambda each: limit(each, grants, effects))
        most = limit(right, grants, effects)
        for scope in sorted({grant.scope for grant in asked}):
            powers = {power: each[scope] for power, each in worth.items() if scope in each}
            effect = max([Effect.INFORMATION, *(min(each, most) for each in powers.values())])
            target = next(grant for grant in asked if grant.scope == scope)
            reasons = (_reason(right), _request(target, mode))
            yield Acting(right, reasons, scope, effect, tuple(sorted(powers)))


def _reason(right: Right) -> Reason:
    return Reason(right.grant, right.policy, right.mode.verb, right.mode.resource)


def _request(grant: Grant, mode: Mode) -> Reason:
    policy = grant.role.policies[0]
    resource = policy.resources[0] if policy.resources else policy.urls[0] if policy.urls else ""
    return Reason(grant, policy, mode.prefix + policy.verbs[0], resource)
