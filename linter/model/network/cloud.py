"""Which cloud the input shows, and whether it shows that pods are kept from the cloud's metadata service.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-existing-instances.html,
https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.mentions import HIDING, may_mention
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.yaml.nodes import Scalar

_MARKS = {
    "service.beta.kubernetes.io/aws-load-balancer": "AWS",
    "eks.amazonaws.com/": "AWS",
    "alb.ingress.kubernetes.io/": "AWS",
    "iam.amazonaws.com/": "AWS",
    "iam.gke.io/": "Google Cloud",
    "cloud.google.com/": "Google Cloud",
    "networking.gke.io/": "Google Cloud",
    "azure.workload.identity/": "Azure",
    "service.beta.kubernetes.io/azure-": "Azure",
}
_PREFIXES = tuple(_MARKS)
_DRIVERS = {
    "ebs.csi.aws.com": "AWS",
    "efs.csi.aws.com": "AWS",
    "kubernetes.io/aws-ebs": "AWS",
    "pd.csi.storage.gke.io": "Google Cloud",
    "kubernetes.io/gce-pd": "Google Cloud",
    "disk.csi.azure.com": "Azure",
    "file.csi.azure.com": "Azure",
    "kubernetes.io/azure-disk": "Azure",
}
_KINDS = {"AWS": "AWS", "GCP": "Google Cloud", "Azure": "Azure", "Rosa": "AWS"}
_CLUSTERS = {("eksctl.io", "ClusterConfig"): "AWS", ("karpenter.k8s.aws", "EC2NodeClass"): "AWS"}
_GUARDS = ("httpPutResponseHopLimit", "disablePodIMDS", "workloadPool", "workloadMetadataConfig")
_GUARD_NAMES = ("kube2iam", "kiam", "metadata-proxy", "gke-metadata-server", "aad-pod-identity")
_DEEPEST = 12


def provider(bundle: Bundle) -> str:
    """The cloud that the input shows, empty where it shows none."""
    return bundle.derived(_provider)


def guards_metadata(bundle: Bundle) -> bool:
    """Whether the input shows some protection of the metadata service."""
    return bundle.derived(_guarded)


def _provider(bundle: Bundle) -> str:
    for resource in bundle.resources:
        found = _by_kind(resource)
        if not found and resource.cursor.source.mentions(*_PREFIXES, *HIDING):
            found = _by_keys(resource)
        if found:
            return found
    return ""


def _by_kind(resource: Resource) -> str:
    if resource.gk in _CLUSTERS:
        return _CLUSTERS[resource.gk]
    if resource.group == "infrastructure.cluster.x-k8s.io":
        return next((cloud for prefix, cloud in _KINDS.items() if resource.kind.startswith(prefix)), "")
    driver = resource.cursor.get("provisioner").text if resource.kind == "StorageClass" else None
    return _DRIVERS.get(driver or "", "")


def _by_keys(resource: Resource) -> str:
    if not may_mention(resource, _PREFIXES):
        return ""
    for field in ("annotations", "labels"):
        for key, _ in resource.cursor.get("metadata", field).entries():
            if key.startswith(_PREFIXES):
                return next(cloud for mark, cloud in _MARKS.items() if key.startswith(mark))
    return ""


def _guarded(bundle: Bundle) -> bool:
    for resource in bundle.resources:
        if resource.gk in (("apps", "DaemonSet"), ("apps", "Deployment")):
            if any(name in resource.name for name in _GUARD_NAMES):
                return True
        elif resource.group and resource.gk not in (("", "ConfigMap"),):
            text = resource.cursor.source.text
            if any(guard in text for guard in _GUARDS) and any(_guards(at) for at in _settings(resource.cursor)):
                return True
    return any(
        key == "iam.gke.io/gcp-service-account"
        for account in bundle.by_kind("", "ServiceAccount")
        for key, _ in account.cursor.get("metadata", "annotations").entries()
    )


def _settings(root: Cursor) -> Iterator[Cursor]:
    waiting = [(root, 0)]
    while waiting:
        at, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        for name, inner in at.entries():
            if name in _GUARDS:
                yield inner
            if not isinstance(inner.node, Scalar):
                waiting.append((inner, depth + 1))
        waiting += [(item, depth + 1) for item in at.items()]


def _guards(at: Cursor) -> bool:
    match at.path[-1]:
        case "httpPutResponseHopLimit":
            return at.text == "1"
        case "disablePodIMDS":
            return at.text == "true"
        case "workloadPool":
            return bool(at.text)
    return at.present and at.source.mentions("GKE_METADATA")
