"""Whether an input holds what a rule is about: only then does its silence say something."""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.model.cluster import Cluster
from hullmark.linter.model.workspace import Workspace
from hullmark.linter.rule.documentation import RuleInfo, Scope

_RBAC = "rbac.authorization.k8s.io"
_PODS: KindSet = PodSpec.kinds or frozenset()
_ROLES: KindSet = frozenset((_RBAC, kind) for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"))
_FAMILIES: Mapping[str, KindSet] = {
    "rbac": _ROLES,
    "serviceaccount": _PODS | {("", "ServiceAccount")},
    "secret": _PODS | {("", "Secret")},
    "network": _PODS | {("networking.k8s.io", "NetworkPolicy")},
    "workload": _PODS,
    "image": _PODS,
}
"""What rules about whole bundles, or about anything, are about."""
_COMPONENTS = {
    "admission": "kube-apiserver",
    "apiserver": "kube-apiserver",
    "audit": "kube-apiserver",
    "etcd": "etcd",
    "kubelet": "kubelet",
    "kube-proxy": "kube-proxy",
    "scheduler": "kube-scheduler",
}


def is_about(info: RuleInfo, workspace: Workspace) -> bool | None:
    """Whether the input holds what the rule is about; None where the rule's own subjects tell."""
    if info.subject.endswith(":Cluster"):
        component = _COMPONENTS.get(info.family, "")
        clusters = (cluster for bundle in workspace.bundles for cluster in Cluster.among(bundle))
        return any(True for cluster in clusters for _ in cluster.named(component))
    kinds = _FAMILIES.get(info.family) if info.kinds is None else info.kinds
    if kinds is None or (info.kinds is not None and info.scope is not Scope.BUNDLE):
        return None
    return any(kind in kinds for bundle in workspace.bundles for kind in bundle.kinds)
