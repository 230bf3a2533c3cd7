"""Kinds of policies that are known and not understood: said, so that nobody takes silence for an answer."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.network_kinds import KNOWN, PolicySource
from hullmark.linter.rule import Hit, Rule, manifest

_FIREWALL = """
    apiVersion: k8s.ovn.org/v1
    kind: EgressFirewall  # ! not understood here
    metadata:
      name: default
      namespace: shop
    spec:
      egress:
        - type: Deny
          to:
            cidrSelector: 0.0.0.0/0
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


class UnsupportedPolicyKind(Rule[PolicySource]):
    """Network policy is of a kind that is not understood.

    What it closes and opens is unknown: verdicts about the pods that it may
    touch are withheld.

    Nothing has to be done; a NetworkPolicy beside it would be judged.
    """

    severity = Severity.INFO
    profile = Profile.ALL
    bad = (manifest(_FIREWALL),)
    good = (manifest(_POLICY),)

    def check(self, source: PolicySource) -> Iterator[Hit]:
        """Hits for kinds that may isolate or filter, and for what makes policies in the cluster."""
        at = source.cursor.get("kind")
        if source.generates:
            yield self.hit(at, f"{source} makes network policies in the cluster, which are not seen here")
        elif source.gk in KNOWN:
            what = "closes pods" if KNOWN[source.gk] else "filters requests"
            yield self.hit(at, f"{source} {what}, and its kind is not understood here")
