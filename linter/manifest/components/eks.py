"""EKS: kubelet settings in eksctl node groups and in NodeConfig documents of nodeadm.

https://eksctl.io/usage/customizing-the-kubelet/ and https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.setting import Carrier
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.written import Written, deepest, fields, from_argv, words
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource


def eksctl(resource: Resource) -> Iterator[Component]:
    """Kubelets of the node groups of a cluster."""
    if resource.kind != "ClusterConfig":
        return
    version = resource.cursor.get("metadata", "version").text or ""
    for key in ("nodeGroups", "managedNodeGroups"):
        for group in resource.cursor.get(key).items():
            fragment = group.get("kubeletExtraConfig")
            if fragment.present:
                written = fields("kubelet", fragment, "kubelet_config")
                yield _kubelet(resource, fragment, written, "eksctl", version)


def nodeadm(*resources: Resource) -> Iterator[Component]:
    """The kubelet of a NodeConfig; those of one archive are merged in order, later fields replace earlier ones.

    https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/examples/#configuring-the-kubelet
    """
    configs = [each for each in resources if each.kind == "NodeConfig" and each.cursor.get("spec", "kubelet").present]
    written: list[Written] = []
    for resource in configs:
        kubelet = resource.cursor.get("spec", "kubelet")
        said = fields("kubelet", kubelet.get("config"), "kubelet_config")
        written = _merged(written, said, from_argv("kubelet", words(kubelet.get("flags").items()))[0])
    for resource in configs[:1]:
        yield _kubelet(resource, resource.cursor.get("spec", "kubelet", "config"), written, "eks-nodeadm", "")


def _merged(earlier: Sequence[Written], later: Sequence[Written], flags: Sequence[Written]) -> list[Written]:
    """Fields of two documents, then the flags of both: gates are joined key by key, whatever else is replaced."""
    gone = {name for name, _ in later if catalogue.setting("kubelet", name).type != "gates"}
    kept = [each for each in earlier if each[1].carrier is not Carrier.FIELD or each[0] not in gone]
    # Flags win over the file, and the last occurrence of a scalar wins.
    return [*sorted([*kept, *later], key=lambda each: each[1].carrier is not Carrier.FIELD), *flags]


def _kubelet(resource: Resource, fragment: Cursor, written: Sequence[Written], origin: str, version: str) -> Component:
    paths = catalogue.fields("kubelet", "kubelet_config")
    place = Place(fragment.source, fragment.span, fragment.path, fragment.owner)
    traits = Traits(origin, False, minors(resource.context, version), "worker")
    return Component("kubelet", written, deepest(fragment, paths, place), place, traits, resource.context)
