"""Whether objects of a kind live in a namespace, as far as the table `api_resources` and a few names of others tell."""

from __future__ import annotations

from functools import cache, lru_cache

from hullmark.linter.manifest.facts import table

# Kinds of others that every reader of clusters meets; their CRDs say `scope: Cluster`.
_FOREIGN = frozenset(
    {
        ("argoproj.io", "ClusterWorkflowTemplate"),
        ("argoproj.io", "ClusterAnalysisTemplate"),
        ("cert-manager.io", "ClusterIssuer"),
        ("cilium.io", "CiliumClusterwideNetworkPolicy"),
        ("cilium.io", "CiliumNode"),
        ("crd.projectcalico.org", "GlobalNetworkPolicy"),
        ("crd.projectcalico.org", "GlobalNetworkSet"),
        ("crd.projectcalico.org", "Tier"),
        ("external-secrets.io", "ClusterSecretStore"),
        ("external-secrets.io", "ClusterExternalSecret"),
        ("gateway.networking.k8s.io", "GatewayClass"),
        ("kyverno.io", "ClusterPolicy"),
        ("policy.networking.k8s.io", "AdminNetworkPolicy"),
        ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
        ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
        ("projectcalico.org", "GlobalNetworkPolicy"),
        ("projectcalico.org", "GlobalNetworkSet"),
        ("projectcalico.org", "Tier"),
        ("security.openshift.io", "SecurityContextConstraints"),
        ("serving.kserve.io", "ClusterServingRuntime"),
        ("tekton.dev", "ClusterTask"),
        ("trainer.kubeflow.org", "ClusterTrainingRuntime"),
    }
)


@lru_cache(maxsize=1024)
def is_cluster_scoped(group: str, kind: str) -> bool | None:
    """Whether objects of the kind belong to no namespace; None where the kind is not known."""
    if (group, kind) in _FOREIGN:
        return True
    scope = _scopes().get((group, plural(kind)))
    return None if scope is None else scope == "C"


def plural(kind: str) -> str:
    """Resource name of a kind, by the rule that Kubernetes itself follows."""
    lower = kind.lower()
    if lower == "endpoints":
        return lower
    if lower.endswith(("s", "x", "ch", "sh")):
        return lower + "es"
    return lower[:-1] + "ies" if lower.endswith("y") and lower[-2:-1] not in "aeiou" else lower + "s"


@cache
def _scopes() -> dict[tuple[str, str], str]:
    return {
        ("" if group == "core" else group, name): row["scope"]
        for group, resources in table("api_resources")["groups"].items()
        for name, row in resources.items()
    }
