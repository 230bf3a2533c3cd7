"""Policies of kinds that are known and not understood: enough that they are not taken for no policy."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.network_kinds import KNOWN
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.records import record

_CLUSTER_WIDE = frozenset({"ClusterNetworkPolicy"})
_GENERATORS = frozenset({("kyverno.io", "ClusterPolicy"), ("kyverno.io", "Policy"), ("capsule.clastix.io", "Tenant")})
_GENERATED = frozenset(
    {
        "NetworkPolicy",
        "CiliumNetworkPolicy",
        "CiliumClusterwideNetworkPolicy",
        "GlobalNetworkPolicy",
        "AdminNetworkPolicy",
        "ClusterNetworkPolicy",
    }
)


@record(eq=False)
class Unmodelled:
    """One such object. `isolates`: it may close what looks open; `generates`: it makes policies in the cluster."""

    kinds: ClassVar[KindSet | None] = frozenset(KNOWN) | _GENERATORS

    resource: Resource
    namespace: str
    isolates: bool
    generates: bool = False

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[Unmodelled, ...]:
        """Every such object of the bundle, in file order."""
        return bundle.derived(unmodelled)


def unmodelled(bundle: Bundle) -> tuple[Unmodelled, ...]:
    """Every such object of the bundle, in file order."""
    found = []
    for resource in bundle.resources:
        isolates = KNOWN.get(resource.gk)
        if isolates is not None:
            wide = resource.kind in _CLUSTER_WIDE
            found.append(Unmodelled(resource, "" if wide else bundle.namespace_of(resource).name, isolates))
        elif _generates(resource):
            found.append(Unmodelled(resource, "", True, generates=True))
    return tuple(found)


def _generates(resource: Resource) -> bool:
    """Whether a policy engine makes network policies from it: https://kyverno.io/docs/policy-types/."""
    if resource.gk == ("kyverno.io", "ClusterPolicy") or resource.gk == ("kyverno.io", "Policy"):
        return any(
            rule.get("generate", "kind").text in _GENERATED
            or any(item.get("kind").text in _GENERATED for item in rule.get("generate", "cloneList", "kinds").items())
            for rule in resource.cursor.get("spec", "rules").items()
        )
    return resource.gk == ("capsule.clastix.io", "Tenant") and resource.cursor.get("spec", "networkPolicies").present
