"""kOps: a Cluster and its InstanceGroups. kOps decides much by itself: absence means something only in some blocks.

https://kops.sigs.k8s.io/cluster_spec/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.aliases import aliases
from hullmark.linter.manifest.components.catalogue import SET
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.written import Written, deepest, field, meant, unknown
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

_COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")


def kops(resource: Resource) -> Iterator[Component]:
    """Components of a Cluster, or the kubelet of an InstanceGroup."""
    spec = resource.cursor.get("spec")
    if resource.kind == "InstanceGroup":
        role = "worker" if spec.get("role").text == "Node" else "control-plane"
        yield from _kubelet(resource, spec.get("kubelet"), role)
        return
    if resource.kind != "Cluster":
        return
    for name in _COMPONENTS:
        written = _written(name, resource.cursor)
        if name == "kube-apiserver":
            written += [*_authorization(spec.get("authorization")), *_encryption(spec.get("encryptionConfig"))]
        yield _component(resource, name, written, "control-plane")
    yield from _kubelet(resource, spec.get("kubelet"), "unknown")
    for key in ("controlPlaneKubelet", "masterKubelet"):
        yield from _kubelet(resource, spec.get(key), "control-plane")


def _written(name: str, root: Cursor) -> list[Written]:
    found: list[Written] = []
    for alias in aliases(name, "kops"):
        if alias.path == ("spec", "encryptionConfig"):
            continue
        at = root.get(*alias.path)
        found += [(alias.setting, unknown(at))] if templated(at.instead) else field(name, alias.setting, at)
    return found


def _kubelet(resource: Resource, block: Cursor, role: str) -> Iterator[Component]:
    if block.absent:
        return
    written = [
        each
        for alias in aliases("kubelet", "kops")
        for each in field("kubelet", alias.setting, block.get(alias.path[-1]))
    ]
    yield _component(resource, "kubelet", written, role)


def _component(resource: Resource, name: str, written: list[Written], role: str) -> Component:
    cursor = resource.cursor
    kind = cursor.get("kind").place
    place = Place(kind.source, kind.span, (), cursor.owner)
    targets = minors(resource.context, cursor.get("spec", "kubernetesVersion").text or "")
    traits = Traits("kops", False, targets, role)
    paths = {alias.setting: alias.path for alias in aliases(name, "kops")}
    return Component(name, written, deepest(cursor, paths, place), place, traits, resource.context)


def _authorization(block: Cursor) -> Iterator[Written]:
    if templated(block.text or ""):
        yield "authorization-mode", unknown(block)
    for key, value in (("alwaysAllow", ("AlwaysAllow",)), ("rbac", ("Node", "RBAC"))):
        at = block.get(key)
        if at.is_mapping:
            yield "authorization-mode", meant(at, value)


def _encryption(switch: Cursor) -> Iterator[Written]:
    if templated(switch.text or ""):
        yield "encryption-provider-config", unknown(switch)
    elif switch.truth:
        yield "encryption-provider-config", meant(switch, SET)
    elif switch.truth is False:
        yield "encryption-provider-config", meant(switch, None)
