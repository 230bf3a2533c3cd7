"""Talos: explicit values only. Talos hardens by itself, so a missing setting says nothing.

https://docs.siderolabs.com/talos/v1.12/reference/configuration/v1alpha1/config
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.argv import canonical_name
from hullmark.linter.manifest.components.catalogue import SET
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.forms import TALOS_DOCUMENTS
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.talos_blocks import TALOS
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.word import scalar_word
from hullmark.linter.manifest.components.written import Written, always, field, fields, meant, value_word, words
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

_PLANE = {
    "apiServer": "kube-apiserver",
    "controllerManager": "kube-controller-manager",
    "scheduler": "kube-scheduler",
    "proxy": "kube-proxy",
    "etcd": "etcd",
}
_SECCOMP = "defaultRuntimeSeccompProfileEnabled"


def talos(resource: Resource) -> Iterator[Component]:
    """Components of a machine configuration, or of one of Talos's separate documents."""
    cursor = resource.cursor
    if resource.kind != TALOS:
        name = TALOS_DOCUMENTS.get(resource.kind)
        if name is not None:
            written = list(_extra_args(name, cursor.get("extraArgs")))
            if name == "kubelet":
                written += _kubelet(cursor, "config")
            yield _component(resource, name, written, cursor.get("kind").place)
        return
    cluster, kubelet = cursor.get("cluster"), cursor.get("machine", "kubelet")
    for key, name in _PLANE.items():
        block = cluster.get(key)
        written = list(_extra_args(name, block.get("extraArgs")))
        if name == "kube-apiserver":
            written += _secrets(cluster)
        if written:
            yield _component(resource, name, written, block.key_place)
    if kubelet.present:
        written = [*_extra_args("kubelet", kubelet.get("extraArgs")), *_kubelet(kubelet, "extraConfig")]
        yield _component(resource, "kubelet", written, kubelet.key_place)


def _kubelet(block: Cursor, fragment: str) -> Iterator[Written]:
    yield from fields("kubelet", block.get(fragment), "kubelet_config")
    yield from field("kubelet", "seccomp-default", block.get(_SECCOMP))


def _secrets(cluster: Cursor) -> Iterator[Written]:
    for key in ("secretboxEncryptionSecret", "aescbcEncryptionSecret"):
        if cluster.get(key).text:
            yield "encryption-provider-config", meant(cluster.get(key), SET)
            return


def _extra_args(name: str, cursor: Cursor) -> Iterator[Written]:
    """A map whose values are texts or lists of texts."""
    for key, value in cursor.entries():
        canonical = canonical_name(name, key)
        if scalar_word(value) is None and value.is_sequence:
            for word in words(value.items()):
                yield canonical, Occurrence((word,), word, key, Carrier.FLAG, joint=":")
            continue
        word = value_word(value)
        yield canonical, Occurrence((word,), word, key, Carrier.FLAG, joint=":")


def _component(resource: Resource, name: str, written: list[Written], place: Place) -> Component:
    traits = Traits("talos", False, minors(resource.context))
    return Component(name, written, always(place), place, traits, resource.context)
