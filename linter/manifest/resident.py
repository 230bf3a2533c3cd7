"""Objects that an application puts into a namespace."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.kinds import WORKLOAD_KINDS
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource

_KINDS = frozenset(
    {
        ("", "ConfigMap"),
        ("", "PersistentVolumeClaim"),
        ("", "Secret"),
        ("", "Service"),
        ("", "ServiceAccount"),
        ("networking.k8s.io", "Ingress"),
        ("rbac.authorization.k8s.io", "Role"),
        ("rbac.authorization.k8s.io", "RoleBinding"),
    }
)


class Resident(Resource):
    """A workload, or one of the objects that come with it; all of them live in a namespace."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = _KINDS | frozenset(kind for kind in WORKLOAD_KINDS if "Cluster" not in kind[1])

    @property
    def metadata(self) -> Place:
        """The key of the metadata."""
        return self.cursor.get("metadata").key_place

    @property
    def overlay(self) -> bool:
        """Whether the object is a piece of another one, which says the rest."""
        return self.is_patch or self.cursor.get("spec", "$patch").present or self.cursor.get("$patch").present
