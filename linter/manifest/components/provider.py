"""What installers and providers of whole clusters are told: eksctl, Cluster API for clouds, kOps, kind.

Templates of Cluster API nest the same fields under `spec.template.spec`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.documents import Document
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource

_CONTROL = "controlplane.cluster.x-k8s.io"
_INFRA = "infrastructure.cluster.x-k8s.io"
EVERYWHERE = ("0.0.0.0/0", "::/0")
_PRODUCTS = {
    ("eksctl.io", "ClusterConfig"): "eksctl",
    (_CONTROL, "AWSManagedControlPlane"): "capa",
    (_INFRA, "AWSManagedControlPlane"): "capa",
    (_INFRA, "AzureManagedControlPlane"): "capz",
    (_INFRA, "AzureManagedMachinePool"): "capz pool",
    (_INFRA, "GCPManagedControlPlane"): "capg",
    (_INFRA, "GCPManagedCluster"): "capg cluster",
    (_INFRA, "GCPManagedMachinePool"): "capg pool",
    ("kops.k8s.io", "Cluster"): "kops",
    ("kind.x-k8s.io", "Cluster"): "kind",
}
_NODE_GROUPS = ("nodeGroups", "managedNodeGroups")


class ProviderSpec(Document):
    """A cluster, a control plane or a pool of nodes of a provider."""

    forms = frozenset({*_PRODUCTS, *((group, f"{kind}Template") for group, kind in _PRODUCTS if group == _INFRA)}) | {
        (_CONTROL, "AWSManagedControlPlaneTemplate")
    }
    kinds = forms

    def __init__(self, resource: Resource, embedded: bool = False) -> None:
        super().__init__(resource, embedded)
        self.product = _PRODUCTS.get((resource.group, resource.kind.removesuffix("Template")), "")

    @property
    def spec(self) -> Cursor:
        """The fields of the provider; eksctl and kind have them at the top."""
        if self.product in ("eksctl", "kind"):
            return self.cursor
        spec = self.cursor.get("spec")
        return spec.get("template", "spec") if self.resource.kind.endswith("Template") else spec

    @property
    def node_groups(self) -> Iterator[Cursor]:
        """Node groups of eksctl."""
        for key in _NODE_GROUPS:
            yield from self.spec.get(key).items()

    @property
    def private(self) -> bool:
        """Whether eksctl makes everything private, as far as a template leaves that open."""
        enabled = self.spec.get("privateCluster", "enabled")
        return is_true(enabled) or is_open(enabled)


def is_true(cursor: Cursor) -> bool:
    """Whether a switch is written and on."""
    return cursor.truth is True


def is_off(cursor: Cursor) -> bool:
    """Whether a switch is surely not on: a template may still turn it on."""
    return cursor.truth is not True and not is_open(cursor)


def is_open(cursor: Cursor) -> bool:
    """Whether a template still has to say what stands here, or what holds it."""
    return templated(cursor.text or cursor.instead)
