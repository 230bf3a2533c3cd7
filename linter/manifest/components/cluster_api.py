"""Cluster API with the kubeadm providers: kubeadm's objects inside a control plane or a machine's bootstrap.

https://cluster-api.sigs.k8s.io/tasks/bootstrap/kubeadm-bootstrap/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.forms import CONTROL_PLANE
from hullmark.linter.manifest.components.kubeadm import control_plane, node
from hullmark.linter.manifest.components.kubeadm_parts import config_spec
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource


def cluster_api(resource: Resource) -> Iterator[Component]:
    """Components of a KubeadmControlPlane, a KubeadmConfig or a template of one.

    A control plane without clusterConfiguration still runs on kubeadm's defaults. What a ClusterClass changes in a
    template is told where both are known.
    """
    spec = config_spec(resource)
    plane = resource.group == CONTROL_PLANE
    version = resource.cursor.get("spec", "version").text or ""
    cluster = spec.get("clusterConfiguration")
    if plane or cluster.present:
        yield from control_plane(cluster, _place(cluster), resource.context, version)
    for key in ("initConfiguration", "joinConfiguration"):
        part = spec.get(key)
        if part.present:
            role = "control-plane" if plane or key == "initConfiguration" else "worker"
            if part.get("controlPlane").present:
                role = "control-plane"
            yield from node(part, _place(part), resource.context, role, version)


def _place(cursor: Cursor) -> Place:
    return cursor.key_place
