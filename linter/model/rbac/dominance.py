"""One finding for what is one defect: which powers of an identity hide which others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hullmark.linter.model.rbac.catalogue import CHAINS
from hullmark.linter.model.rbac.grants import Grant
from hullmark.linter.model.rbac.holding import Holding
from hullmark.linter.records import replace

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
