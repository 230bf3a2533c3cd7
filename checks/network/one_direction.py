"""Namespaces that deny by default in one direction and forget the other."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.egress_without_dns import DNS_RULE
from hullmark.checks.network.samples import CONTROLS, DENY, TO_DNS, joined, namespace, pod, policy
from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.manifest.network_kinds import SOURCES
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.network.policy import Policy
from hullmark.linter.model.network.subjects import NetworkNamespace
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Hit, Needs, Offer, Row, Rule, append, insert, several, together


def _place(policy: Policy) -> Place:
    """The list of types, else the spec."""
    for path in (("spec", "policyTypes"), ("spec", "types"), ("spec",)):
        found = policy.resource.cursor.get(*path)
        if found.present:
            return found.key_place
    return policy.place


def _missing(
    wanted: Direction, there: Direction, rule: Rule[NetworkNamespace], space: NetworkNamespace
) -> Iterator[Hit]:
    denied = (space.denies_ingress, space.denies_egress)
    if denied[wanted] or not denied[there] or space.is_partly_modelled:
        return
    isolating = space.isolating(there)
    if isolating:
        yield rule.hit(
            _place(isolating[0]),
            f"{space} denies {there.word} by default and not {wanted.word}",
            fix=_added(isolating[0], wanted),
        )


def _added(policy: Policy, direction: Direction) -> Offer:
    """The missing type beside the present one; with egress comes DNS, without which nothing works."""
    if not isinstance(policy.resource, NetworkPolicy):
        return None
    word = "Ingress" if direction is Direction.INGRESS else "Egress"
    types = append(policy.resource.policy_types, word)
    if direction is Direction.INGRESS or types is None:
        return types
    if policy.resource.cursor.get("spec", "egress").present:
        return None
    rule = insert(policy.resource, "spec.egress", [DNS_RULE])
    return together("deny egress by default too, and allow DNS", types, rule)


def _without_egress(rule: Rule[NetworkNamespace], space: NetworkNamespace) -> Iterator[Hit]:
    yield from _missing(Direction.EGRESS, Direction.INGRESS, rule, space)


def _without_ingress(rule: Rule[NetworkNamespace], space: NetworkNamespace) -> Iterator[Hit]:
    yield from _missing(Direction.INGRESS, Direction.EGRESS, rule, space)


RULES = (
    Row(
        "network/default-deny-without-egress",
        NetworkNamespace,
        "Namespace denies ingress by default, but not egress.\n\n"
        "Nobody gets in, and whoever is in gets everywhere: a pod that is taken over may scan the cluster, ask the\n"
        "cloud for credentials and carry data away.\n\n"
        "Add `Egress` to the types of the policy, and allow DNS and what each workload needs.",
        _without_egress,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=(*CONTROLS, "MITRE/T1071"),
        needs=Needs(SOURCES),
        bad=(
            several(
                namespace(),
                pod("web"),
                policy("closed", "podSelector: {}\npolicyTypes: [Ingress]  # ! and not egress"),
                fixed=joined(
                    namespace(),
                    pod("web"),
                    policy("closed", f"podSelector: {{}}\npolicyTypes: [Ingress, Egress]\negress:\n{TO_DNS}"),
                ),
            ),
        ),
        good=(several(namespace(), pod("web"), DENY),),
    ),
    Row(
        "network/default-deny-without-ingress",
        NetworkNamespace,
        "Namespace denies egress by default, but not ingress.\n\n"
        "The pods reach nobody by themselves, and every pod of the cluster reaches them.\n\n"
        "Add `Ingress` to the types of the policy, and allow the sources that each workload needs.",
        _without_ingress,
        severity=Severity.MEDIUM,
        controls=CONTROLS,
        needs=Needs(SOURCES),
        bad=(
            several(
                namespace(),
                pod("web"),
                policy("closed", "podSelector: {}\npolicyTypes: [Egress]  # ! and not ingress"),
                fixed=joined(
                    namespace(), pod("web"), policy("closed", "podSelector: {}\npolicyTypes: [Egress, Ingress]")
                ),
            ),
        ),
        good=(several(namespace(), pod("web"), DENY),),
    ),
)
