"""kubeadm's configuration objects, as documents of their own or inside Cluster API objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from hullmark.linter.manifest.components.embedded import CARRIERS, KUBESPRAY, documents
from hullmark.linter.manifest.components.forms import BOOTSTRAP, CONTROL_PLANE
from hullmark.linter.manifest.components.glance import may_carry
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource

GROUP = "kubeadm.k8s.io"
CLUSTER_API: KindSet = frozenset(
    {
        (CONTROL_PLANE, "KubeadmControlPlane"),
        (CONTROL_PLANE, "KubeadmControlPlaneTemplate"),
        (BOOTSTRAP, "KubeadmConfig"),
        (BOOTSTRAP, "KubeadmConfigTemplate"),
    }
)
_PARTS = {
    "clusterConfiguration": "ClusterConfiguration",
    "initConfiguration": "InitConfiguration",
    "joinConfiguration": "JoinConfiguration",
}
KINDS = ("ClusterConfiguration", "InitConfiguration", "JoinConfiguration", "UpgradeConfiguration", "ResetConfiguration")


class KubeadmPart:
    """One configuration object. `lists` says whether arguments are lists in its version; None where it has none."""

    kinds: ClassVar[KindSet | None] = (
        CLUSTER_API | CARRIERS | frozenset((GROUP, kind) for kind in KINDS) | {("", KUBESPRAY)}
    )
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_carry)
    by_content: ClassVar[bool] = True

    def __init__(self, kind: str, cursor: Cursor, resource: Resource, lists: bool | None) -> None:
        self.kind = kind
        self.cursor = cursor
        self.resource = resource
        self.lists = lists

    @classmethod
    def of(cls, resource: Resource) -> Iterable[KubeadmPart]:
        """Every kubeadm object in `resource`."""
        return cls._of(resource)

    @classmethod
    def _of(cls, resource: Resource) -> Iterator[KubeadmPart]:
        for document in documents(resource):
            yield from parts(document)

    @property
    def place(self) -> Place:
        """The key or the kind that names it."""
        return self.cursor.place

    @property
    def control_plane(self) -> bool:
        """Whether the node is to be part of the control plane."""
        if self.kind == "InitConfiguration":
            return True
        return self.kind == "JoinConfiguration" and (
            self.cursor.get("controlPlane").present or self.resource.group == CONTROL_PLANE
        )


def parts(document: Resource) -> Iterator[KubeadmPart]:
    """The kubeadm objects of one document."""
    if document.group == GROUP and document.kind in KINDS:
        version = document.version
        yield KubeadmPart(document.kind, document.cursor, document, version >= "v1beta4" if version else None)
    elif document.gk == ("", KUBESPRAY):
        yield KubeadmPart(KUBESPRAY, document.cursor, document, None)
    elif document.gk in CLUSTER_API:
        spec = config_spec(document)
        for key, kind in _PARTS.items():
            part = spec.get(key)
            if part.present:
                yield KubeadmPart(kind, part, document, document.version >= "v1beta2")


def config_spec(document: Resource) -> Cursor:
    """The kubeadm part of a Cluster API object's `spec`."""
    spec = document.cursor.get("spec")
    if document.kind.endswith("Template"):
        spec = spec.get("template", "spec")
    return spec if document.group == BOOTSTRAP else spec.get("kubeadmConfigSpec")
