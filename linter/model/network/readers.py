"""All policies of a bundle that we understand."""

from __future__ import annotations

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network import calico, cilium, kubernetes, tiers
from hullmark.linter.model.network.calico_sets import GROUPS
from hullmark.linter.model.network.policy import Policy

KINDS = frozenset(
    {
        ("networking.k8s.io", "NetworkPolicy"),
        ("extensions", "NetworkPolicy"),
        *((tiers.GROUP, kind) for kind in tiers.KINDS),
        *((cilium.GROUP, kind) for kind in cilium.KINDS),
        *((group, kind) for group in GROUPS for kind in (*calico.KINDS, *calico.STAGED)),
    }
)
"""Kinds of policies that are understood, or are known to be without effect."""


def policies(bundle: Bundle) -> tuple[Policy, ...]:
    """Every policy, kind by kind, each in file order; none where the input switches enforcement off."""
    if cilium.mode(bundle) == "never":
        return ()
    return (
        *kubernetes.policies(bundle),
        *tiers.policies(bundle),
        *cilium.policies(bundle),
        *calico.policies(bundle),
    )
