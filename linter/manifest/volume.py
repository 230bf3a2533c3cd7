"""Volumes of a pod and the mounts of its containers."""

from __future__ import annotations

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import is_templated
from hullmark.linter.manifest.view import Any, Bool, Int, Many, One, Str, View

_CORE = "io.k8s.api.core.v1."


class KeyToPath(View):
    """One key of a ConfigMap or Secret that becomes a file."""

    schema = _CORE + "KeyToPath"

    key = Str("key")
    path = Str("path")
    mode = Int("mode")


class HostPath(View):
    """A file or directory of the node."""

    schema = _CORE + "HostPathVolumeSource"

    path = Str("path")
    type = Str("type")

    @property
    def folder(self) -> str | None:
        """The path without `.`, doubled and trailing slashes; None where unknown. `..` stays: the API refuses it."""
        path = self.path.value
        if path is None or is_templated(path):
            return None
        parts = [part for part in path.split("/") if part not in ("", ".")]
        return "/" + "/".join(parts)


class SecretSource(View):
    """A Secret that becomes files."""

    schema = _CORE + "SecretVolumeSource"

    secret_name = Str("secretName")
    default_mode = Int("defaultMode")
    optional = Bool("optional")
    items = Many(KeyToPath, "items")


class ConfigMapSource(View):
    """A ConfigMap that becomes files."""

    schema = _CORE + "ConfigMapVolumeSource"

    name = Str("name")
    default_mode = Int("defaultMode")
    optional = Bool("optional")
    items = Many(KeyToPath, "items")


class TokenSource(View):
    """A token of the pod's account that becomes a file."""

    schema = _CORE + "ServiceAccountTokenProjection"

    audience = Str("audience")
    expiration_seconds = Int("expirationSeconds")
    path = Str("path")


class ProjectedSource(View):
    """One part of a projected volume."""

    schema = _CORE + "VolumeProjection"

    token = One(TokenSource, "serviceAccountToken")
    secret_name = Str("secret.name")
    secret_items = Many(KeyToPath, "secret.items")
    config_map_name = Str("configMap.name")
    config_map_items = Many(KeyToPath, "configMap.items")
    cluster_trust_bundle = Any("clusterTrustBundle")
    downward_api = Any("downwardAPI")


class Volume(View):
    """One volume of a pod; `place` is its name."""

    schema = _CORE + "Volume"

    name = Str("name")
    host_path = One(HostPath, "hostPath")
    secret = One(SecretSource, "secret")
    config_map = One(ConfigMapSource, "configMap")
    projected_sources = Many(ProjectedSource, "projected.sources")
    projected_default_mode = Int("projected.defaultMode")
    empty_dir = Any("emptyDir")
    empty_dir_medium = Str("emptyDir.medium")
    empty_dir_size_limit = Any("emptyDir.sizeLimit")
    claim_name = Str("persistentVolumeClaim.claimName")
    claim_read_only = Bool("persistentVolumeClaim.readOnly")
    git_repository = Str("gitRepo.repository")
    git_revision = Str("gitRepo.revision")
    nfs_server = Str("nfs.server")
    nfs_path = Str("nfs.path")
    nfs_read_only = Bool("nfs.readOnly")
    csi_driver = Str("csi.driver")
    image_reference = Str("image.reference")
    downward_api = Any("downwardAPI")
    ephemeral = Any("ephemeral")

    def __str__(self) -> str:
        return f"volume {self.name.text or ''!r}"

    @property
    def sources(self) -> tuple[tuple[str, Cursor], ...]:
        """Every source that is written, by its field's name; an API server accepts exactly one."""
        return tuple((name, at) for name, at in self.cursor.entries() if name != "name" and at.present)


class VolumeMount(View):
    """One mount of a container; `place` is its name."""

    schema = _CORE + "VolumeMount"

    name = Str("name")
    mount_path = Str("mountPath")
    sub_path = Str("subPath")
    sub_path_expr = Str("subPathExpr")
    read_only = Bool("readOnly")
    recursive_read_only = Str("recursiveReadOnly")
    mount_propagation = Str("mountPropagation")


class VolumeDevice(View):
    """One raw block device of a container."""

    schema = _CORE + "VolumeDevice"

    name = Str("name")
    device_path = Str("devicePath")
