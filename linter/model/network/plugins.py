"""Which network plugin the input shows, and whether it enforces policies: without that, policies are only text.

https://kubernetes.io/docs/concepts/cluster-administration/networking/, and the documentation of each installer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import BoolField
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.records import record

# DaemonSets and operators that enforce policies, by a part of their name.
_ENFORCERS = (
    "calico",
    "canal",
    "cilium",
    "kube-router",
    "weave-net",
    "antrea",
    "ovnkube",
    "kube-ovn",
    "tigera-operator",
    "romana",
    "kube-network-policies",
    "azure-npm",
)
_SIMPLE = frozenset(
    {"bridge", "ptp", "flannel", "host-local", "portmap", "loopback", "bandwidth", "tuning", "firewall"}
)
_ANY_PLUGIN = frozenset({"bridge", "ptp", "flannel"})


@record(eq=False)
class Unenforced:
    """A place that shows a plugin without policies. `declares_cluster`: the object is the cluster's own definition."""

    place: Place
    message: str
    declares_cluster: bool = True


def unenforced(bundle: Bundle) -> tuple[Unenforced, ...]:
    """Every such place, unless something beside it enforces policies."""
    if any(
        resource.kind in ("DaemonSet", "Deployment", "Installation", "HelmRelease", "HelmChart")
        and any(name in resource.name for name in _ENFORCERS)
        for resource in bundle.resources
    ):
        return ()
    return tuple(
        found
        for resource in bundle.resources
        if (read := _READERS.get(resource.gk)) is not None
        for found in read(resource)
    )


def _daemon_set(resource: Resource) -> Iterator[Unenforced]:
    if "flannel" in resource.name:
        yield Unenforced(resource.place, f"{resource} is Flannel, which enforces no network policies", False)


def _config_map(resource: Resource) -> Iterator[Unenforced]:
    for name, at in resource.cursor.get("data").entries():
        if name.endswith((".conf", ".conflist")) and at.text:
            types = _types(at.text)
            if types and types <= _SIMPLE and types & _ANY_PLUGIN:
                listed = ", ".join(sorted(types & _ANY_PLUGIN))
                yield Unenforced(
                    at.key_place, f"{resource} configures only {listed}, which enforces no network policies", False
                )


def _types(text: str) -> set[str]:
    """Types of the plugins of a CNI configuration; empty where it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return set()
    listed = found.get("plugins", [found]) if isinstance(found, dict) else []
    inner = [each.get("delegate", {}) for each in listed if isinstance(each, dict)]
    both = [*listed, *inner]
    return {str(each["type"]) for each in both if isinstance(each, dict) and isinstance(each.get("type"), str)}


def _k3s(resource: Resource) -> Iterator[Unenforced]:
    root = resource.cursor
    disabled = root.get("disable-network-policy")
    # Without Flannel, or with no plugin at all, one is installed by other means, and may enforce policies:
    # https://docs.k3s.io/networking/basic-network-options#custom-cni and
    # https://docs.rke2.io/networking/basic_network_options.
    if BoolField(disabled).is_true and root.get("flannel-backend").text != "none":
        yield Unenforced(disabled.place, "the policy controller is switched off, so that no policy is enforced")
    items = list(root.get("cni").items()) or ([root.get("cni")] if root.get("cni").present else [])
    plugins = [item.text for item in items]
    if set(plugins) <= {"flannel", "multus"} and "flannel" in plugins:
        named = next(item for item in items if item.text == "flannel")
        yield Unenforced(named.place, f"the network plugin is {named.text!r}, which enforces no network policies")


def _kops(resource: Resource) -> Iterator[Unenforced]:
    networking = resource.cursor.get("spec", "networking")
    for name in ("kubenet", "flannel"):  # `cni` says that a plugin is installed by other means
        at = networking.get(name)
        if at.is_mapping:
            yield Unenforced(at.key_place, f"{resource} uses {name}, which enforces no network policies")


def _azure(resource: Resource) -> Iterator[Unenforced]:
    yield from _aks(resource, resource.cursor.get("spec"))


def _service_operator(resource: Resource) -> Iterator[Unenforced]:
    # https://azure.github.io/azure-service-operator/reference/containerservice/: ContainerServiceNetworkProfile
    yield from _aks(resource, resource.cursor.get("spec", "networkProfile"))


def _aks(resource: Resource, spec: Cursor) -> Iterator[Unenforced]:
    at = spec.get("networkPolicy")
    if spec.is_mapping and (at.absent or at.text == "none") and spec.get("networkDataplane").text != "cilium":
        place = at.place if at.present else resource.place
        yield Unenforced(place, f"{resource} sets no networkPolicy, so that no policy is enforced")


def _eksctl(resource: Resource) -> Iterator[Unenforced]:
    for addon in resource.cursor.get("addons").items():
        if addon.get("name").text == "vpc-cni" and not _enables(addon.get("configurationValues")):
            yield Unenforced(addon.get("name").place, f"{resource} installs the VPC CNI without enableNetworkPolicy")


def _eks(resource: Resource) -> Iterator[Unenforced]:
    for addon in resource.cursor.get("spec", "addons").items():
        if addon.get("name").text == "vpc-cni" and not _enables(addon.get("configuration")):
            yield Unenforced(addon.get("name").place, f"{resource} installs the VPC CNI without enableNetworkPolicy")


def _enables(at: Cursor) -> bool:
    if at.is_mapping:
        return at.get("enableNetworkPolicy").text == "true"
    text = "".join((at.text or "").split()).replace('"', "").replace("'", "")
    return "enableNetworkPolicy:true" in text


def _gke(resource: Resource) -> Iterator[Unenforced]:
    spec = resource.cursor.get("spec")
    at = spec.get("networkPolicy", "enabled")
    if BoolField(at).is_false and spec.get("datapathProvider").text != "ADVANCED_DATAPATH":
        yield Unenforced(at.place, f"{resource} switches network policies off, and uses no dataplane that has its own")


_READERS: dict[tuple[str, str], Callable[[Resource], Iterator[Unenforced]]] = {
    ("apps", "DaemonSet"): _daemon_set,
    ("", "ConfigMap"): _config_map,
    ("", "k3s configuration"): _k3s,
    ("", "RKE2 configuration"): _k3s,
    ("kops.k8s.io", "Cluster"): _kops,
    ("infrastructure.cluster.x-k8s.io", "AzureManagedControlPlane"): _azure,
    ("controlplane.cluster.x-k8s.io", "AWSManagedControlPlane"): _eks,
    ("containerservice.azure.com", "ManagedCluster"): _service_operator,
    ("eksctl.io", "ClusterConfig"): _eksctl,
    ("container.cnrm.cloud.google.com", "ContainerCluster"): _gke,
}

CLUSTERS: KindSet = frozenset(_READERS) - {("apps", "DaemonSet"), ("", "ConfigMap")}
"""Definitions of clusters."""
