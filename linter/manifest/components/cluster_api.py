"""Cluster API with the kubeadm providers: kubeadm's objects inside a control plane or a machine's bootstrap.

https://cluster-api.sigs.k8s.io/tasks/bootstrap/kubeadm-bootstrap/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.kubeadm import control_plane, node
from hullmark.linter.manifest.components.kubeadm_parts import CONTROL_PLANE, config_spec
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

# Pointers of a ClusterClass that write arguments of a component, or a block that holds them.
_POINTER = re.compile(r"path:[ \t]*[\"']?\S*/clusterConfiguration(?P<below>/[^\"'\s]*)?[\"']?[ \t]*$", re.MULTILINE)
_BLOCKS = {
    "kube-apiserver": "/apiServer/extraArgs",
    "kube-controller-manager": "/controllerManager/extraArgs",
    "kube-scheduler": "/scheduler/extraArgs",
    "etcd": "/etcd/local/extraArgs",
}


def cluster_api(resource: Resource) -> Iterator[Component]:
    """Components of a KubeadmControlPlane, a KubeadmConfig or a template of one.

    A control plane without clusterConfiguration still runs on kubeadm's defaults.
    """
    spec = config_spec(resource)
    plane = resource.group == CONTROL_PLANE
    version = resource.cursor.get("spec", "version").text or ""
    cluster = spec.get("clusterConfiguration")
    if plane or cluster.present:
        patches = _patches(resource)
        for component in control_plane(cluster, _place(cluster), resource.context, version):
            block = _BLOCKS[component.name]
            if any(f"{block}/".startswith(f"{each}/") or each.startswith(f"{block}/") for each in patches):
                component.traits = component.traits._replace(complete=False)
            yield component
    for key in ("initConfiguration", "joinConfiguration"):
        part = spec.get(key)
        if part.present:
            role = "control-plane" if plane or key == "initConfiguration" else "worker"
            if part.get("controlPlane").present:
                role = "control-plane"
            yield from node(part, _place(part), resource.context, role, version)


def _patches(resource: Resource) -> frozenset[str]:
    """What patches of a ClusterClass in the same file write into templates: absence there proves nothing.

    https://cluster-api.sigs.k8s.io/tasks/experimental-features/cluster-class/write-clusterclass#clusterclass-with-patches
    """
    text = resource.cursor.source.text
    if not resource.kind.endswith("Template") or "ClusterClass" not in text or "jsonPatches" not in text:
        return frozenset()
    return frozenset(match["below"] or "" for match in _POINTER.finditer(text))


def _place(cursor: Cursor) -> Place:
    return cursor.key_place
