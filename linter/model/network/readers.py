"""All policies of a bundle that we understand."""

from __future__ import annotations

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network import calico, cilium, kubernetes, tiers
from hullmark.linter.model.network.policy import Policy


def policies(bundle: Bundle) -> tuple[Policy, ...]:
    """Every policy, kind by kind, each in file order; none where the input switches enforcement off.

    A patch of a policy is none: what it leaves out would be read as "all".
    """
    if cilium.mode(bundle) == "never":
        return ()
    kinds = (kubernetes.policies, tiers.policies, cilium.policies, calico.policies)
    return tuple(policy for read in kinds for policy in read(bundle) if not policy.resource.is_patch)
