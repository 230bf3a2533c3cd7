"""What pods refer to by name: ConfigMaps, Secrets, claims, accounts, classes."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.mentions import may_mention
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.named_tuple import NamedTuple


class Reference(NamedTuple):
    """One reference: the kind, the fields with its name and with a key of it, and whether it may be absent.

    `is_class`: to an object of the whole cluster that its administrator makes.
    """

    kind: str
    name: Cursor
    key: Cursor | None = None
    optional: bool = False
    group: str = ""
    is_class: bool = False


_WORDS = ("configMap", "secret", "Secret", "claimName", "serviceAccount")
_CLASSES = "ClassName"
"""Classes live outside most inputs: nobody misses one where others may be."""


def may_refer(resource: Resource) -> bool:
    """Whether a reference by name that nothing answers may stand in the resource, told from its text."""
    if resource.gk not in POD_KINDS:
        return True
    words = (*_WORDS, _CLASSES) if resource.context.complete == "cluster" else _WORDS
    return may_mention(resource, words)


def pod_references(pod: PodSpec) -> Iterator[Reference]:
    """Everything that a pod refers to, in file order."""
    for container in pod.containers:
        for variable in container.cursor.get("env").items():
            for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                at = variable.get("valueFrom", field)
                if at.present:
                    yield _reference(kind, at, at.get("key"))
        for source in container.cursor.get("envFrom").items():
            for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if source.get(field).present:
                    yield _reference(kind, source.get(field))
    for volume in pod.cursor.get("volumes").items():
        yield from _of_volume(volume)
    for item in pod.cursor.get("imagePullSecrets").items():
        yield Reference("Secret", item.get("name"))


def _of_volume(volume: Cursor) -> Iterator[Reference]:
    yield from _files("ConfigMap", volume.get("configMap"), "name")
    yield from _files("Secret", volume.get("secret"), "secretName")
    for source in volume.get("projected", "sources").items():
        yield from _files("ConfigMap", source.get("configMap"), "name")
        yield from _files("Secret", source.get("secret"), "name")
    published = volume.get("csi", "nodePublishSecretRef", "name")
    if published.present:
        yield Reference("Secret", published)
    claim = volume.get("persistentVolumeClaim", "claimName")
    if claim.present:
        yield Reference("PersistentVolumeClaim", claim)


def _files(kind: str, at: Cursor, name: str) -> Iterator[Reference]:
    if at.absent:
        return
    items = tuple(at.get("items").items())
    optional = at.get("optional").text == "true"
    if not items:
        yield Reference(kind, at.get(name), None, optional)
    for item in items:
        yield Reference(kind, at.get(name), item.get("key"), optional)


def _reference(kind: str, at: Cursor, key: Cursor | None = None) -> Reference:
    return Reference(kind, at.get("name"), key, at.get("optional").text == "true")
