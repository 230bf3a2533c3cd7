"""Policies that allow more than anybody needs."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.samples import CONTROLS, DENY, FILTERING, pod, policy, service
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.exposure.published import published
from hullmark.linter.model.network.peers import Addresses
from hullmark.linter.model.network.policy import Action, Policy
from hullmark.linter.model.network.policy import Rule as PolicyRule
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Because, Hit, Row, Rule, because, manifest, several

_BALANCER = service(
    "web",
    """
    type: LoadBalancer
    selector:
      app: web
    ports:
      - port: 443
        targetPort: 8443
    """,
)


def _allows(policy: PlacedPolicy, direction: Direction) -> Iterator[PolicyRule]:
    for rule in policy.compiled.rules[direction]:
        if rule.action is Action.ALLOW and not rule.written.narrowed and rule.local is None:
            yield rule


def _cancelled(policy: PlacedPolicy, direction: Direction) -> Policy | None:
    """A policy without rules that denies everything to the same pods."""
    for other in policy.network.compiled:
        denies = other.policy.isolates[direction] and not other.rules[direction]
        if denies and policy.compiled.selected.sure & ~other.selected.sure == 0:
            return other.policy
    return None


def _allow_all(direction: Direction, rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    if not policy.selects_whole_namespaces or policy.network.is_mixed:
        return
    every = policy.network.universe.atoms.every
    for each in _allows(policy, direction):
        peers = each.peers.sure
        if each.names or each.atoms != every or not policy.covers_pods(peers):
            continue
        if not policy.covers_whole_families(peers, direction):
            continue
        cancelled = _cancelled(policy, direction)
        others: tuple[Because, ...] = () if cancelled is None else (because(cancelled, f"{cancelled} has no effect"),)
        whom = "everybody may connect to" if direction is Direction.INGRESS else "everything may be reached from"
        where = f"every pod of namespace {policy.policy.namespace!r}" if policy.policy.namespace else "every pod"
        effect = "" if cancelled is None else f", so that {cancelled} denies nothing"
        raised = cancelled is not None and rule.severity is Severity.MEDIUM
        yield rule.hit(
            each,
            f"{policy} allows all {direction.word}: {whom} {where}{effect}",
            *others,
            severity=Severity.HIGH if raised else None,
        )


def _allow_all_ingress(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    yield from _allow_all(Direction.INGRESS, rule, policy)


def _allow_all_egress(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    yield from _allow_all(Direction.EGRESS, rule, policy)


def _widest(each: PolicyRule) -> Place:
    """The widest address block of a rule, else the list of peers, else the rule."""
    for peer in each.written.peers:
        if isinstance(peer.peers, Addresses) and peer.peers.included:
            for path in (("ipBlock", "cidr"), ("cidr",)):
                if peer.cursor.get(*path).present:
                    return peer.cursor.get(*path).place
            return peer.cursor.place
    listed = each.written.cursor.get("from")
    return listed.key_place if listed.present else each.place


def _from_anywhere(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    if policy.selects_whole_namespaces:
        return
    wide = [
        each
        for each in _allows(policy, Direction.INGRESS)
        if (each.atoms or each.names) and policy.covers_outside(each.peers.sure, Direction.INGRESS)
    ]
    units = policy.selected if wide else ()
    if not units or any(_is_meant(policy, unit) for unit in units):
        return
    names = ", ".join(str(unit) for unit in units[:3])
    for each in wide:
        yield rule.hit(
            _widest(each),
            f"{policy} lets every address connect to {names}, which nothing in this input publishes",
            *(because(unit, f"{unit} is selected") for unit in units[:3]),
        )


def _is_meant(policy: PlacedPolicy, unit: Unit) -> bool:
    return published(policy.network, unit).is_meant


RULES = (
    Row(
        "network/allow-all-ingress-policy",
        PlacedPolicy,
        "Network policy lets everybody connect to every pod.\n\n"
        "Policies only ever add up: one that allows everything cancels every default deny beside it, and the\n"
        "namespace is as open as without policies, though it looks closed.\n\n"
        "Remove the rule, and allow the sources and ports that each workload needs.",
        _allow_all_ingress,
        severity=Severity.MEDIUM,
        controls=CONTROLS,
        bad=(
            manifest(
                policy(
                    "open",
                    """
                    podSelector: {}
                    ingress:
                      - {}  # ! allows all ingress
                    """,
                )
            ),
            several(
                DENY,
                policy(
                    "open",
                    """
                    podSelector: {}
                    ingress:
                      - from: []  # ! NetworkPolicy 'default-deny' denies nothing
                    """,
                ),
            ),
        ),
        good=(
            manifest(
                policy(
                    "own",
                    """
                    podSelector: {}
                    ingress:
                      - from:
                          - podSelector: {}
                    """,
                )
            ),
            manifest(
                policy(
                    "web",
                    """
                    podSelector:
                      matchLabels:
                        app: web
                    ingress:
                      - {}
                    """,
                )
            ),
        ),
    ),
    Row(
        "network/allow-all-egress-policy",
        PlacedPolicy,
        "Network policy lets every pod connect to everything.\n\n"
        "Whoever runs code in one of the pods may scan the cluster, ask the cloud for credentials and carry data\n"
        "away; every narrower policy beside this one is without effect.\n\n"
        "Remove the rule, and allow the destinations and ports that each workload needs.",
        _allow_all_egress,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=FILTERING,
        bad=(
            manifest(
                policy(
                    "open",
                    """
                    podSelector: {}
                    policyTypes: [Egress]
                    egress:
                      - {}  # ! allows all egress
                    """,
                )
            ),
            manifest(
                policy(
                    "open",
                    """
                    podSelector: {}
                    policyTypes: [Egress]
                    egress:
                      - to:  # ! allows all egress
                          - namespaceSelector: {}
                          - ipBlock: {cidr: 0.0.0.0/0}
                          - ipBlock: {cidr: "::/0"}
                    """,
                )
            ),
        ),
        good=(
            manifest(
                policy(
                    "dns",
                    """
                    podSelector: {}
                    policyTypes: [Egress]
                    egress:
                      - ports:
                          - {port: 53, protocol: UDP}
                    """,
                )
            ),
        ),
    ),
    Row(
        "network/ingress-from-anywhere",
        PlacedPolicy,
        "Unpublished pods accept connections from anywhere.\n\n"
        "Nothing in the input publishes these pods, and yet the policy lets every pod of every namespace and every\n"
        "address connect to them: whoever is in the cluster is already there.\n\n"
        "Name the sources: `from` with a pod selector, a namespace selector or the address block of the clients.",
        _from_anywhere,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        controls=CONTROLS,
        bad=(
            several(
                pod("web"),
                policy(
                    "web",
                    """
                    podSelector:
                      matchLabels:
                        app: web
                    ingress:
                      - ports:  # ! every address
                          - port: 8443
                    """,
                ),
            ),
            several(
                pod("web"),
                policy(
                    "web",
                    """
                    podSelector:
                      matchLabels:
                        app: web
                    ingress:
                      - from:
                          - ipBlock:
                              cidr: 0.0.0.0/0  # ! every address
                    """,
                ),
            ),
        ),
        good=(
            several(
                pod("web"),
                _BALANCER,
                policy(
                    "web",
                    """
                    podSelector:
                      matchLabels:
                        app: web
                    ingress:
                      - ports:
                          - port: 8443
                    """,
                ),
            ),
            several(
                pod("web"),
                policy(
                    "web",
                    """
                    podSelector:
                      matchLabels:
                        app: web
                    ingress:
                      - from:
                          - ipBlock:
                              cidr: 10.0.0.0/8
                    """,
                ),
            ),
        ),
    ),
)
