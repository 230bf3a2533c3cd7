"""Every kind of network policy: those that are understood, those without effect, and those that are only known."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.resource import KindSet, Resource

CALICO_GROUPS = ("projectcalico.org", "crd.projectcalico.org")
"""The API of Calico, and the form in which it is stored."""

UNDERSTOOD: KindSet = frozenset(
    {
        ("networking.k8s.io", "NetworkPolicy"),
        ("extensions", "NetworkPolicy"),
        ("policy.networking.k8s.io", "AdminNetworkPolicy"),
        ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
        ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
        ("cilium.io", "CiliumNetworkPolicy"),
        ("cilium.io", "CiliumClusterwideNetworkPolicy"),
        *((group, kind) for group in CALICO_GROUPS for kind in ("NetworkPolicy", "GlobalNetworkPolicy")),
    }
)

STAGED: KindSet = frozenset(
    (group, kind)
    for group in CALICO_GROUPS
    for kind in ("StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy")
)
"""Kinds that are watched and not enforced."""

KNOWN: dict[tuple[str, str], bool] = {
    ("crd.antrea.io", "ClusterNetworkPolicy"): True,
    ("crd.antrea.io", "NetworkPolicy"): True,
    ("network.openshift.io", "EgressNetworkPolicy"): True,
    ("k8s.ovn.org", "EgressFirewall"): True,
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
"""Kinds that are not understood: whether they can isolate pods as a NetworkPolicy does, or only filter before them."""


POLICIES: KindSet = UNDERSTOOD | STAGED | frozenset(KNOWN)
"""All of these kinds."""


class AnyNetworkPolicy(Resource):
    """An object of any of these kinds."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = POLICIES


GENERATORS: KindSet = frozenset(
    {("kyverno.io", "ClusterPolicy"), ("kyverno.io", "Policy"), ("capsule.clastix.io", "Tenant")}
)
"""Kinds of which some objects make network policies in the cluster."""

SOURCES: KindSet = POLICIES | GENERATORS
"""Everything that may close or open pods."""

_GENERATED = frozenset({kind for _, kind in UNDERSTOOD})


class PolicySource(Resource):
    """A network policy, or an object that may make some."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = SOURCES

    @property
    def generates(self) -> bool:
        """Whether a controller makes network policies from it: https://kyverno.io/docs/policy-types/."""
        if self.kind == "Tenant":
            return self.cursor.get("spec", "networkPolicies").present
        if self.group != "kyverno.io":
            return False
        return any(
            rule.get("generate", "kind").text in _GENERATED
            or any(item.get("kind").text in _GENERATED for item in rule.get("generate", "cloneList", "kinds").items())
            for rule in self.cursor.get("spec", "rules").items()
        )
