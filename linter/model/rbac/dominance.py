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
    """Holdings that are worth a finding; those that hide others list what they hide.

    What a whole grant or a rule about everything hides is gone: who accepts the whole has accepted its parts. What
    follows from a single power stays, with those that hide it as `leaders`, strongest first: who accepts one power
    has not said a word about the weaker ones.
    """
    stars = _star_leaders(made)
    above = [_leaders(number, made, stars) for number in range(len(made))]
    gone = {number for number, found in enumerate(above) if any(whole for _, whole in found)}
    implied: dict[int, list[str]] = defaultdict(list)
    for number in range(len(made)):
        for leader in _tops(number, above):
            implied[leader].append(made[number].power)
    for number, holding in enumerate(made):
        if number not in gone:
            leaders = tuple(made[leader] for leader, _ in above[number] if leader not in gone)
            yield replace(holding, implied=tuple(sorted(set(implied.get(number, ())))), leaders=leaders)


def _leaders(number: int, made: list[Holding], stars: dict[int, int]) -> list[tuple[int, bool]]:
    """Numbers of those that hide a holding, and whether they are about a whole; those that hide most first."""
    weaker = made[number]
    star = stars.get(id(weaker.reasons[0].policy), number)
    if star != number:
        return [(star, True)]
    found = [(leader, how) for leader, each in enumerate(made) if leader != number and (how := hides(each, weaker))]
    return sorted(
        ((leader, how == "whole") for leader, how in found),
        key=lambda pair: (not pair[1], -sum(bool(hides(made[pair[0]], made[other])) for other, _ in found)),
    )


def _tops(number: int, above: list[list[tuple[int, bool]]]) -> Iterator[int]:
    """The holding that hides this one and is hidden by none: the one that is shown."""
    seen = {number}
    here = number
    while above[here]:
        here = above[here][0][0]
        if here in seen:
            return
        seen.add(here)
    if here != number:
        yield here


def hides(stronger: Holding, weaker: Holding) -> str:
    """How a finding about `weaker` is superfluous beside `stronger`: as part of a `whole`, by one `line`, or not."""
    if not (stronger.is_cluster_wide or set(weaker.scopes) <= set(stronger.scopes)):
        return ""
    if stronger.power in _ALL:
        return "" if weaker.power in _ALL else "whole"
    if stronger.power in _WHOLE_GRANT:
        parts = weaker.power not in _WHOLE_GRANT and _only_from(weaker, stronger.reasons[0].grant)
        return "whole" if parts else ""
    if weaker.effect > stronger.effect:
        return ""  # listing everything says nothing of `get` on nodes/proxy, inert exec nothing of debug containers
    if stronger.power == "read-everything" and weaker.power in _READ_EVERYTHING:
        return "line"
    below = any(
        stronger.power in chain and weaker.power in chain and chain.index(stronger.power) < chain.index(weaker.power)
        for chain in CHAINS
    )
    return "line" if below else ""


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
