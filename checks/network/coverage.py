"""Namespaces and workloads that no network policy closes."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.egress_without_dns import DNS_RULE
from hullmark.checks.network.samples import CONTROLS, DENY, FILTERING, TO_DNS, joined, namespace, pod, policy
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.network_kinds import SOURCES
from hullmark.linter.model.exposure.published import published
from hullmark.linter.model.network.subjects import NetworkNamespace, NetworkUnit
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Because, Hit, Needs, Row, Rule, because, several
from hullmark.linter.rule.documents import Plain, document_behind

_MOST_RELATED = 10
_CLOSED = f"podSelector: {{}}\npolicyTypes:\n  - Ingress\n  - Egress\negress:\n{TO_DNS}"
_FOR_WEB = policy(
    "web",
    """
    podSelector:
      matchLabels:
        app: web
    policyTypes: [Ingress, Egress]
    ingress:
      - from:
          - podSelector: {}
        ports:
          - port: 8080
    """,
)


def default_deny(namespace: str) -> Plain:
    """The policy that closes a namespace in both directions, save DNS: without it whatever is opened has no name."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": [DNS_RULE]},
    }


def _without_default_deny(rule: Rule[NetworkNamespace], space: NetworkNamespace) -> Iterator[Hit]:
    if space.denies_ingress or space.denies_egress or space.scope.assumed or space.is_partly_modelled:
        return
    network = space.network
    defined = space.scope.definition
    confidence = Confidence.HIGH if defined is not None else Confidence.MEDIUM
    if space.is_touched:
        yield rule.hit(
            space,
            f"{space} has no default deny: policies select some of its pods, and every other pod is open to all",
            severity=Severity.LOW,
            confidence=confidence,
            profile=Profile.STRICT,
        )
        return
    units = sorted(space.units, key=network.order)
    ways = [(unit, found) for unit in units if (found := published(network, unit).from_internet) is not None]
    exposed = ways if len(units) > 1 else []
    # A repository that only makes namespaces keeps what is in them elsewhere, and their policies may be there as well:
    # a reviewer could not tell, and would get a finding for each team. Beside policies of others, one is missing.
    default = bool(network.policies or (units and defined is not None)) and not _may_be_closed(space)
    fix = None
    if defined is not None:
        fix = document_behind(defined, default_deny(space.name), "add a policy that denies everything by default")
    yield rule.hit(
        space,
        f"{space} has no network policy, so that every pod of the cluster reaches its pods and they reach everything;"
        " begin with a NetworkPolicy of spec {podSelector: {}, policyTypes: [Ingress, Egress]}",
        *(Because(step.place, step.note) for _, way in exposed[:1] for step in way.steps),
        *(because(unit, f"{unit} is open") for unit in units[:_MOST_RELATED]),
        fix=fix,
        severity=Severity.HIGH if exposed else Severity.MEDIUM,
        confidence=confidence,
        profile=Profile.DEFAULT if default else Profile.STRICT,
    )


def _may_be_closed(space: NetworkNamespace) -> bool:
    """Whether a policy may land in the namespace that is not seen there: one that a kustomization takes in from
    elsewhere, or one of which nothing says where it goes.
    """
    bundle = space.network.bundle
    if bundle.imports is None or not bundle.imports.isdisjoint(SOURCES):
        return True
    defined = space.scope.definition is not None
    return not defined and any(bundle.namespace_of(policy.resource).assumed for policy in space.network.policies)


def _without_policy(direction: Direction, what: str, rule: Rule[NetworkUnit], unit: NetworkUnit) -> Iterator[Hit]:
    network = unit.network
    if network.is_isolated(unit.number, direction) or not unit.is_judged:
        return
    if unit.is_uncertain or not network.is_touched(unit.home):
        return
    yield rule.hit(
        unit,
        f"{unit} is selected by no policy for {direction.word}: {what}, although namespace {unit.home.name!r}"
        " has policies",
    )


def _without_ingress_policy(rule: Rule[NetworkUnit], unit: NetworkUnit) -> Iterator[Hit]:
    yield from _without_policy(Direction.INGRESS, "every pod may connect to it", rule, unit)


def _without_egress_policy(rule: Rule[NetworkUnit], unit: NetworkUnit) -> Iterator[Hit]:
    yield from _without_policy(Direction.EGRESS, "it may connect to everything", rule, unit)


RULES = (
    Row(
        "network/namespace-without-default-deny",
        NetworkNamespace,
        "Namespace has no default-deny network policy.\n\n"
        "Without a policy every pod of the cluster reaches every other one: whoever takes over one pod talks to\n"
        "databases, dashboards and the metadata service of the cloud from there.\n\n"
        "Add a policy that selects all pods (`podSelector: {}`) for both types and allows DNS at most, then open\n"
        "what each workload needs. `hullmark generate network-policy` writes what the manifests show of it.",
        _without_default_deny,
        severity=Severity.MEDIUM,
        controls=CONTROLS,
        needs=Needs(SOURCES | {("", "Namespace")}, up_to=Profile.DEFAULT),
        bad=(
            several(
                namespace("shop  # ! no network policy"),
                pod("web"),
                fixed=joined(namespace(), policy("default-deny", _CLOSED), pod("web")),
            ),
            several(namespace("shop  # ! no default deny"), pod("web"), pod("database"), _FOR_WEB),
        ),
        good=(several(namespace(), pod("web"), DENY),),
    ),
    Row(
        "network/workload-without-ingress-policy",
        NetworkUnit,
        "No network policy restricts traffic to the workload.\n\n"
        "The namespace has policies, and whoever reads them believes that it is closed. This workload is not: every\n"
        "pod of the cluster may connect to every port of it.\n\n"
        "Add a policy that denies by default for the whole namespace, or one that selects these pods.",
        _without_ingress_policy,
        severity=Severity.MEDIUM,
        controls=CONTROLS,
        needs=Needs(SOURCES),
        bad=(several(namespace(), _FOR_WEB, pod("web"), pod("database", mark="  # ! by no policy")),),
        good=(several(namespace(), _FOR_WEB, pod("web")), several(namespace(), DENY, pod("web"), pod("database"))),
    ),
    Row(
        "network/workload-without-egress-policy",
        NetworkUnit,
        "No network policy restricts traffic from the workload.\n\n"
        "Whoever runs code in it may connect to everything inside and outside the cluster: scan the network, ask the\n"
        "cloud for credentials, and carry data away.\n\n"
        "Add a policy that denies egress by default for the whole namespace; allow DNS and what each workload needs.",
        _without_egress_policy,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=FILTERING,
        needs=Needs(SOURCES),
        bad=(several(namespace(), _FOR_WEB, pod("web"), pod("database", mark="  # ! by no policy")),),
        good=(several(namespace(), _FOR_WEB, pod("web")), several(namespace(), DENY, pod("web"), pod("database"))),
    ),
)
