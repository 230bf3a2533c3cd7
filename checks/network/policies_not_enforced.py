"""Clusters whose network plugin knows no policies."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.network_kinds import POLICIES, AnyNetworkPolicy
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.plugins import CLUSTERS, unenforced
from hullmark.linter.rule import Confidence, Hit, Needs, Rule, Severity, because, manifest, several

_CLUSTER = """
    apiVersion: kops.k8s.io/v1alpha2
    kind: Cluster
    metadata:
      name: prod.example
    spec:
      networking:
        {plugin}: {{}}{mark}
"""
_FLANNEL = """
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: kube-flannel-ds{mark}
      namespace: kube-flannel
    spec:
      selector:
        matchLabels:
          app: flannel
      template:
        metadata:
          labels:
            app: flannel
        spec:
          containers:
            - name: kube-flannel
              image: ghcr.io/flannel-io/flannel:v0.27.4
"""
_POLICY = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: default-deny
      namespace: shop
    spec:
      podSelector: {}
"""


class PoliciesNotEnforced(Rule[Bundle]):
    """Network plugin enforces no network policies.

    The API server accepts every policy and nobody enforces it: what looks
    closed is open to every pod of the cluster.

    Use a plugin that enforces policies (Calico, Cilium, kube-router, Antrea),
    or switch that part of the plugin on.
    """

    severity = Severity.MEDIUM
    confidence = Confidence.HIGH
    controls = ("CIS-1.12/5.3.1", "NSA/network-policies")
    needs = Needs(POLICIES | CLUSTERS)
    bad = (
        manifest(_CLUSTER.format(plugin="kubenet", mark="  # ! uses kubenet")),
        several(_FLANNEL.format(mark="  # ! is Flannel"), _POLICY),
    )
    good = (manifest(_CLUSTER.format(plugin="cilium", mark="")),)

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """One hit a bundle, where it declares a cluster or holds policies that count on being enforced."""
        policies = bundle.each(AnyNetworkPolicy)
        for found in unenforced(bundle):
            if not policies and not found.declares_cluster:
                continue
            yield self.hit(
                found.place,
                found.message,
                *(because(policy, f"{policy} has no effect") for policy in policies[:3]),
                confidence=Confidence.HIGH if policies else Confidence.MEDIUM,
            )
            return
