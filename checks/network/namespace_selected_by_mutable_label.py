"""Policies that trust a label of namespaces which somebody may change."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.samples import namespace, policy
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Placed
from hullmark.linter.model.network.peers import Pods
from hullmark.linter.model.network.selection import ALL
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.universe import Home
from hullmark.linter.model.rbac.shared import HeldPower, is_trusted
from hullmark.linter.model.scope import NAME_LABEL
from hullmark.linter.rule import Example, Hit, Needs, Rule, because, several

_BINDINGS = frozenset(("rbac.authorization.k8s.io", kind) for kind in ("RoleBinding", "ClusterRoleBinding"))
_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: labeller
    rules:
      - apiGroups: ['']
        resources: [namespaces]
        verbs: [patch]
"""
_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: labeller
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: labeller
    subjects:
      - kind: User
        apiGroup: rbac.authorization.k8s.io
        name: ann
"""
_PEER = """
podSelector: {}
ingress:
  - from:
      - namespaceSelector:@mark
          matchLabels:
            @label
"""


def _example(label: str, mark: str = "") -> Example:
    text = policy("web", _PEER.replace("@mark", mark).replace("@label", label))
    return several(namespace("shop", "team: shop"), namespace("guests"), _ROLE, _BINDING, text)


class NamespaceSelectedByMutableLabel(Rule[PlacedPolicy]):
    """Policy trusts a label of namespaces that others may set.

    Whoever may change a namespace gives it the label, and the policy lets its
    pods in.

    Select the namespace by `kubernetes.io/metadata.name`, which nobody can
    change.
    """

    severity = Severity.LOW
    confidence = Confidence.LOW
    needs = Needs(_BINDINGS)
    profile = Profile.ALL
    bad = (_example("team: shop", "  # ! User ann may change namespaces"),)
    good = (_example("kubernetes.io/metadata.name: shop"),)

    def check(self, placed: PlacedPolicy) -> Iterator[Hit]:
        """Hits for peers by mutable labels, where somebody who is not trusted may change another namespace."""
        selected = list(_by_labels(placed))
        held_powers = HeldPower.among(placed.network.bundle) if selected else ()
        powers = [held for held in held_powers if held.power == "namespace-modify"]
        homes = [home for home in placed.network.homes if home.labels_known and powers]
        for at, means in selected:
            others = {home.name for home in homes if not _is_meant(placed, means, home)}
            for held in powers:
                found = next(_holders(held, others), None)
                if found is not None:
                    who, example, binding = found
                    said = f"{placed} trusts a label of namespaces, and {who} may change namespaces such as {example!r}"
                    yield self.hit(at, said, because(binding, "by this binding"))
                    break


def _by_labels(placed: PlacedPolicy) -> Iterator[tuple[Cursor, Pods]]:
    """Peers that select namespaces by labels other than their name."""
    for rules in placed.policy.rules:
        for rule in rules:
            for peer in rule.peers:
                means = peer.peers
                if isinstance(means, Pods) and means.namespaces != ALL:
                    at = peer.cursor.get("namespaceSelector")
                    if all(demand.key != NAME_LABEL for demand in means.namespaces.demands):
                        yield (at if at.present else peer.cursor), means


def _is_meant(placed: PlacedPolicy, means: Pods, home: Home) -> bool:
    return bool(placed.network.universe.pods_of(means.namespaces).possible >> home.pristine & 1)


def _holders(held: HeldPower, others: set[str]) -> Iterator[tuple[str, str, Placed]]:
    """Who may change one of the namespaces, which one, and by what binding."""
    for holder in held.holders:
        binding = holder.holding.reasons[0].grant.binding
        if binding is None or is_trusted(holder.who, held.context):
            continue
        for name in sorted(others):
            if holder.holding.is_cluster_wide or name in holder.holding.scopes:
                yield str(holder.who), name, binding
                break
