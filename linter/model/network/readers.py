"""All policies of a bundle that we understand."""

from __future__ import annotations

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network import kubernetes
from hullmark.linter.model.network.policy import Policy


def policies(bundle: Bundle) -> tuple[Policy, ...]:
    """Every policy, kind by kind, each in file order."""
    return (*kubernetes.policies(bundle),)
