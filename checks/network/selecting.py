"""Policies without effect: they select nothing, or hold rules for a direction that they do not declare."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.samples import joined, pod, policy
from hullmark.linter.finding import Severity
from hullmark.linter.manifest.fields import StrListField
from hullmark.linter.model.network.nearest import nearest_label
from hullmark.linter.model.network.policy import Family
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Hit, Offer, Row, Rule, append, manifest, several

_FRONT = policy(
    "front",
    """
    podSelector:  # ! 'app: fronted' is near
      matchLabels:
        app: frontend
    """,
)


def _selects_nothing(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    network = policy.network
    universe, selected = network.universe, policy.compiled.selected
    if network.has_units(selected.possible) or policy.policy.uncertain or policy.policy.selector.absent:
        return
    own = policy.policy.namespace
    homes = (universe.homes[own],) if own else tuple(universe.homes.values())
    count = sum((universe.every_unit & universe.pods_and_hosts_in(home.name)).bit_count() for home in homes)
    if not count or network.host_units_selected(policy.policy):
        return
    where = f"namespace {policy.policy.namespace!r}" if policy.policy.namespace else "this input"
    near = nearest_label(policy.policy.selector, frozenset().union(*(network.pairs_in(home) for home in homes)))
    hint = f"; {near!r} is near" if near else ""
    yield rule.hit(policy.policy.selector, f"{policy} selects no pod of {where}, which has {count}{hint}")


def _inert(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    family = policy.policy.family
    if family not in (Family.KUBERNETES, Family.CALICO) or policy.policy.isolates == (True, True):
        return
    spec = policy.policy.resource.cursor.get("spec")
    types = StrListField(spec.get("policyTypes" if family is Family.KUBERNETES else "types"))
    if types.value is None or types.empty:
        return
    for direction in Direction:
        rules = spec.get(direction.word)
        word = direction.word.capitalize()
        if types.find(word) is None and any(True for _ in rules.items()):
            yield rule.hit(
                rules.key_place if rules.present else policy,
                f"{policy} has {direction.word} rules, but {word!r} is not among its types, so that they mean nothing",
                fix=_added(types, word),
            )


def _added(types: StrListField, word: str) -> Offer:
    return append(types, word)


RULES = (
    Row(
        "network/policy-selects-nothing",
        PlacedPolicy,
        "Network policy selects no pod.\n\n"
        "The policy is there, and the pods that it was written for are as open as before: a label was renamed, or\n"
        "misspelt.\n\n"
        "Let the selector match the labels of the pod template.",
        _selects_nothing,
        severity=Severity.MEDIUM,
        bad=(
            several(pod("fronted"), _FRONT),
            several(
                pod("web"),
                policy(
                    "caches",
                    """
                    podSelector:  # ! selects no pod of namespace 'shop'
                      matchExpressions:
                        - {key: tier, operator: In, values: [cache]}
                    """,
                ),
            ),
        ),
        good=(
            several(pod("frontend"), policy("front", "podSelector:\n  matchLabels:\n    app: frontend")),
            manifest(policy("front", "podSelector:\n  matchLabels:\n    app: frontend")),
        ),
    ),
    Row(
        "network/inert-rules",
        PlacedPolicy,
        "Policy has rules for a direction that it leaves alone.\n\n"
        "Rules for a direction that is not among the types are ignored: what they were meant to close stays open.\n\n"
        "Add the direction to the types, or remove the rules.",
        _inert,
        severity=Severity.MEDIUM,
        bad=(
            manifest(
                policy(
                    "web",
                    """
                    podSelector: {}
                    policyTypes: [Ingress]
                    egress:  # ! 'Egress' is not among its types
                      - to:
                          - podSelector: {}
                    """,
                ),
                fixed=joined(
                    policy(
                        "web",
                        """
                        podSelector: {}
                        policyTypes: [Ingress, Egress]
                        egress:
                          - to:
                              - podSelector: {}
                        """,
                    )
                ),
            ),
        ),
        good=(
            manifest(policy("web", "podSelector: {}\npolicyTypes: [Ingress]\negress: []")),
            manifest(policy("web", "podSelector: {}\negress:\n  - to:\n      - podSelector: {}")),
        ),
    ),
)
