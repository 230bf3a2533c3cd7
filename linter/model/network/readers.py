"""All policies of a bundle that we understand."""

from __future__ import annotations

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network import calico, cilium, kubernetes, tiers
from hullmark.linter.model.network.policy import Policy


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
