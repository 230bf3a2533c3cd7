"""Policies of kinds that are known and not understood: enough that they are not taken for no policy."""

from __future__ import annotations

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.records import record

# Whether the kind can isolate pods as a NetworkPolicy does; filters in front of an application do not.
_KINDS: dict[tuple[str, str], bool] = {
    ("crd.antrea.io", "ClusterNetworkPolicy"): True,
    ("crd.antrea.io", "NetworkPolicy"): True,
    ("network.openshift.io", "EgressNetworkPolicy"): True,
    ("k8s.ovn.org", "EgressFirewall"): True,
    ("k8s.ovn.org", "AdminPolicyBasedExternalRoute"): False,
    ("k8s.ovn.org", "EgressQoS"): False,
    ("kubeovn.io", "SecurityGroup"): True,
    ("k8s.cni.cncf.io", "MultiNetworkPolicy"): False,
    ("networking.k8s.aws", "ApplicationNetworkPolicy"): True,
    ("networking.k8s.aws", "ClusterNetworkPolicy"): True,
    ("networking.k8s.aws", "PolicyEndpoint"): True,
    ("networking.gke.io", "FQDNNetworkPolicy"): True,
    ("policy.linkerd.io", "Server"): False,
    ("policy.linkerd.io", "AuthorizationPolicy"): False,
    ("policy.linkerd.io", "ServerAuthorization"): False,
    ("security.istio.io", "AuthorizationPolicy"): False,
    ("security.istio.io", "PeerAuthentication"): False,
}
_CLUSTER_WIDE = frozenset({"ClusterNetworkPolicy"})
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

    resource: Resource
    namespace: str
    isolates: bool
    generates: bool = False


def unmodelled(bundle: Bundle) -> tuple[Unmodelled, ...]:
    """Every such object of the bundle, in file order."""
    found = []
    for resource in bundle.resources:
        isolates = _KINDS.get(resource.gk)
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
