"""Ordered policies (tiers of Kubernetes, Calico): rules that come too late, that pass to nobody, or that contradict."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.samples import admin, baseline, calico, namespace, pod, policy
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.classes import Side
from hullmark.linter.model.network.deciding import effective, rules_of
from hullmark.linter.model.network.policy import Action, Compiled, Family, Policy
from hullmark.linter.model.network.policy import Rule as PolicyRule
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Hit, Row, Rule, because, several

_ORDERED = (Family.ADMIN, Family.BASELINE, Family.CALICO)


def _shadowed(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    network = placed.network
    if placed.policy.family not in _ORDERED or placed.policy.uncertain:
        return
    for direction, each in rules_of(placed.compiled):
        final = _final(placed, direction)
        if final is not None:
            yield rule.hit(
                each,
                f"rule of {placed} decides nothing: what it matches is decided before it by {final}",
                because(final, "closes all pods that it selects, so that the baseline is not asked"),
                profile=Profile.STRICT,
            )
            continue
        earlier = network.derived(_dead, direction).get(id(each))
        if earlier is None or not _same_subject(placed.compiled, earlier, network):
            continue
        first = earlier[0]
        worse = each.action is Action.DENY and any(other.action is Action.ALLOW for other in earlier)
        yield rule.hit(
            each,
            f"rule of {placed} decides nothing: what it matches is decided before it by {first.policy}",
            *(because(other, f"{other.action} of {other.policy} comes first") for other in dict.fromkeys(earlier)),
            severity=Severity.MEDIUM if worse else Severity.LOW,
            profile=Profile.DEFAULT if worse else Profile.STRICT,
        )


def _final(placed: PlacedPolicy, direction: Direction) -> Policy | None:
    """The first NetworkPolicy before a policy of the baseline, where such policies close all pods of this one."""
    if placed.policy.family is not Family.BASELINE:
        return None
    left = wide = _with_tomorrow(placed.compiled.selected.sure, placed.network)
    closing = [
        each
        for each in placed.network.compiled
        if each.policy.family in (Family.KUBERNETES, Family.CILIUM)
        and each.policy.isolates[direction]
        and each.selected.sure & wide
    ]
    for each in closing:
        left &= ~each.selected.sure
    return closing[0].policy if closing and not left else None


def _with_tomorrow(pods: int, network: Network) -> int:
    """Pods with the pristine ones of their namespaces, which stand for those that are not there yet."""
    found = pods
    for home in network.universe.homes.values():
        if network.universe.pods_in(home.name) & pods:
            found |= 1 << home.pristine
    return found


def _dead(network: Network, direction: Direction) -> dict[int, list[PolicyRule]]:
    return effective(network, direction)


def _same_subject(own: Compiled, earlier: list[PolicyRule], network: Network) -> bool:
    """Whether the earlier rules hold for all that the policy selects, pods of tomorrow included."""
    sure = own.selected.sure
    if not earlier or not sure:
        return False
    others = {id(rule.policy): rule.policy for rule in earlier}
    if any(policy is own.policy or policy.subject == own.policy.subject for policy in others.values()):
        return all(
            policy is own.policy or policy.subject == own.policy.subject or _covers(policy, sure, network)
            for policy in others.values()
        )
    return all(_covers(policy, sure, network) for policy in others.values())


def _covers(policy: object, sure: int, network: Network) -> bool:
    wide = _with_tomorrow(sure, network)
    return any(each.policy is policy and wide & ~each.selected.sure == 0 for each in network.compiled)


def _passes(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    family = placed.policy.family
    if family not in (Family.ADMIN, Family.CALICO) or not placed.compiled.selected.sure:
        return
    for direction, each in rules_of(placed.compiled):
        if each.action is not Action.PASS:
            continue
        lower = [other for other in placed.network.compiled if _is_lower(other, placed.compiled, direction)]
        if not lower:
            yield rule.hit(
                each.written.cursor.get("action"),
                f"rule of {placed} passes to policies below, and there are none for its pods: it allows",
            )


def _is_lower(other: Compiled, own: Compiled, direction: Direction) -> bool:
    speaks = other.policy.isolates[direction] or bool(other.rules[direction])
    if not speaks or not other.selected.possible & own.selected.possible:
        return False
    return other.policy.tier_order > own.policy.tier_order or other.policy.family is Family.CILIUM


def _ambiguous(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    own = placed.policy
    if own.family not in (Family.ADMIN, Family.BASELINE) or own.resource.kind.startswith("Baseline"):
        return
    for other in placed.network.compiled:
        if other is placed.compiled:
            return
        same = other.policy.family is own.family and other.policy.order == own.order
        if same and other.selected.sure & placed.compiled.selected.sure and _contradict(other, placed.compiled):
            yield rule.hit(
                own.resource.cursor.get("spec", "priority"),
                f"{placed} and {other.policy} have the same priority and contradict each other: which one wins is open",
                because(other.policy, "the other policy"),
            )
            return


def _contradict(one: Compiled, other: Compiled) -> bool:
    return any(
        first.action is not second.action and first.peers.sure & second.peers.sure and first.atoms & second.atoms
        for direction in Direction
        for first in one.rules[direction]
        for second in other.rules[direction]
    )


def _redundant(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    network, own = placed.network, placed.compiled
    if not network.has_units(own.selected.sure) or own.selected.uncertain or placed.policy.uncertain:
        return
    if any(_changes(network.side(direction), own) for direction in Direction):
        return
    yield rule.hit(placed, f"without {placed}, exactly the same connections are allowed")


def _changes(side: Side, own: Compiled) -> bool:
    """Whether some pod may hear or say something else without the policy."""
    for each in side.meeting(own.selected.possible):
        if own in each.policies:
            rest = tuple(other for other in each.policies if other is not own)
            without = side.folded(rest, each.first, lambda _: True)
            if dict(without) != dict(each.allowed):
                return True
    return False


def _calico_tier_deny(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    own, network = placed.policy, placed.network
    if own.family is not Family.CALICO or own.tier == "default" or own.tier_passes or own.uncertain:
        return
    for direction in Direction:
        rules = placed.compiled.rules[direction]
        if not rules or not own.isolates[direction] or any(each.action is not Action.ALLOW for each in rules):
            continue
        for other in network.compiled:
            later = other.policy.tier_order > own.tier_order and other.policy.family in (
                Family.CALICO,
                Family.KUBERNETES,
            )
            allows = any(each.action is Action.ALLOW for each in other.rules[direction])
            if later and allows and other.selected.sure & placed.compiled.selected.sure:
                yield rule.hit(
                    own.resource.cursor.get("spec", direction.word).key_place,
                    f"{placed} allows what it lists and its tier {own.tier!r} denies the rest, so that {other.policy}"
                    " can allow nothing more",
                    because(other.policy, "comes in a later tier"),
                )
                break


_ALLOW_ALL = """
priority: 10
subject: {namespaces: {}}
ingress:
  - action: Allow
    from: [{namespaces: {}}]
"""

RULES = (
    Row(
        "network/shadowed-rule",
        PlacedPolicy,
        "Rule of an ordered policy never decides.\n\n"
        "An earlier rule decides everything that it matches. Where the later one denies and the earlier one allows,\n"
        "what looks closed is open.\n\n"
        "Move the rule before the one that shadows it, or remove it.",
        _shadowed,
        severity=Severity.LOW,
        bad=(
            several(
                namespace(),
                admin(
                    "tenants",
                    """
                    priority: 10
                    subject: {namespaces: {}}
                    ingress:
                      - action: Allow
                        from: [{namespaces: {}}]
                      - action: Deny  # ! decided before it by AdminNetworkPolicy 'tenants'
                        from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}]
                    """,
                ),
            ),
        ),
        good=(
            several(
                namespace(),
                admin(
                    "tenants",
                    """
                    priority: 10
                    subject: {namespaces: {}}
                    ingress:
                      - action: Deny
                        from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}]
                      - action: Allow
                        from: [{namespaces: {}}]
                    """,
                ),
            ),
        ),
    ),
    Row(
        "network/pass-without-lower-policy",
        PlacedPolicy,
        "Rule passes to policies that do not exist.\n\n"
        "What is passed and decided by nobody is allowed: the rule is an allow that does not look like one.\n\n"
        "Add the policy of the namespace that shall decide, or a baseline that denies; or write what is meant.",
        _passes,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        bad=(
            several(
                namespace(),
                admin(
                    "tenants",
                    """
                    priority: 10
                    subject: {namespaces: {}}
                    ingress:
                      - action: Pass  # ! it allows
                        from: [{namespaces: {}}]
                    """,
                ),
            ),
        ),
        good=(
            several(
                namespace(),
                admin("tenants", _ALLOW_ALL.replace("Allow", "Pass")),
                baseline("subject: {namespaces: {}}\ningress:\n  - action: Deny\n    from: [{namespaces: {}}]"),
            ),
        ),
    ),
    Row(
        "network/ambiguous-policy-priority",
        PlacedPolicy,
        "Two policies of equal priority contradict each other.\n\n"
        "Which of them wins is undefined: what is denied today may be allowed after the next restart.\n\n"
        "Give each policy a priority of its own.",
        _ambiguous,
        severity=Severity.MEDIUM,
        bad=(
            several(
                namespace(),
                admin("first", _ALLOW_ALL),
                admin(
                    "second", _ALLOW_ALL.replace("Allow", "Deny").replace("priority: 10", "priority: 10  # ! 'first'")
                ),
            ),
        ),
        good=(
            several(
                namespace(),
                admin("first", _ALLOW_ALL),
                admin("second", _ALLOW_ALL.replace("Allow", "Deny").replace("priority: 10", "priority: 20")),
            ),
        ),
    ),
    Row(
        "network/redundant-policy",
        PlacedPolicy,
        "Network policy changes nothing.\n\n"
        "Other policies already allow and deny exactly this. Whoever tightens one of them will wonder why nothing\n"
        "changes, and whoever removes the other opens what nobody expected.\n\n"
        "Remove the policy, or the one that covers it.",
        _redundant,
        severity=Severity.INFO,
        confidence=Confidence.MEDIUM,
        profile=Profile.ALL,
        bad=(
            several(
                pod("web"),
                policy("all", "podSelector: {}\ningress:\n  - from:\n      - podSelector: {}"),
                policy(
                    "web  # ! exactly the same",
                    "podSelector:\n  matchLabels:\n    app: web\ningress:\n  - from:\n      - podSelector: {}",
                ),
            ),
        ),
        good=(
            several(
                pod("web"),
                policy("all", "podSelector: {}\ningress: []"),
                policy(
                    "web", "podSelector:\n  matchLabels:\n    app: web\ningress:\n  - from:\n      - podSelector: {}"
                ),
            ),
        ),
    ),
    Row(
        "network/calico-implicit-tier-deny",
        PlacedPolicy,
        "Tier of Calico denies what later tiers should allow.\n\n"
        "A tier with a policy for a pod denies by default what its rules do not match, and later tiers are not asked:\n"
        "their allows have no effect, and the next to wonder opens the tier for everything.\n\n"
        "End the policy with a rule of action `Pass`, or give the tier `defaultAction: Pass`.",
        _calico_tier_deny,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        bad=(
            several(
                "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata:\n  name: platform\nspec:\n  order: 100\n",
                pod("web"),
                calico(
                    "metrics",
                    """
                    tier: platform
                    selector: all()
                    types: [Ingress]
                    ingress:  # ! NetworkPolicy 'web' can allow nothing more
                      - action: Allow
                        source: {selector: app == 'prometheus'}
                    """,
                    space="",
                ),
                policy("web", "podSelector: {}\ningress:\n  - from:\n      - podSelector: {}"),
            ),
        ),
        good=(
            several(
                "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata:\n  name: platform\nspec:\n"
                "  order: 100\n  defaultAction: Pass\n",
                pod("web"),
                calico(
                    "metrics",
                    """
                    tier: platform
                    selector: all()
                    types: [Ingress]
                    ingress:
                      - action: Allow
                        source: {selector: app == 'prometheus'}
                    """,
                    space="",
                ),
                policy("web", "podSelector: {}\ningress:\n  - from:\n      - podSelector: {}"),
            ),
        ),
    ),
)
