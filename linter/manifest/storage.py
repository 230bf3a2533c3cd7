"""Persistent volumes."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.view import One, Str, StrList
from hullmark.linter.manifest.volume import HostPath


class PersistentVolume(Resource):
    """A volume that outlives the pods that use it."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("", "PersistentVolume")})
    schema = "io.k8s.api.core.v1.PersistentVolume"

    host_path = One(HostPath, "spec.hostPath")
    local_path = Str("spec.local.path")
    access_modes = StrList("spec.accessModes")
    storage_class_name = Str("spec.storageClassName")
