"""EKS: kubelet settings in eksctl node groups and in NodeConfig documents of nodeadm.

https://eksctl.io/usage/customizing-the-kubelet/ and https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.written import Written, deepest, fields, from_argv, words
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

EKSCTL = "eksctl.io"
NODEADM = "node.eks.aws"


def eksctl(resource: Resource) -> Iterator[Component]:
    """Kubelets of the node groups of a cluster."""
    if resource.kind != "ClusterConfig":
        return
    version = resource.cursor.get("metadata", "version").text or ""
    for key in ("nodeGroups", "managedNodeGroups"):
        for group in resource.cursor.get(key).items():
            fragment = group.get("kubeletExtraConfig")
            if fragment.present:
                yield _kubelet(resource, fragment, [], "eksctl", version)


def nodeadm(resource: Resource) -> Iterator[Component]:
    """The kubelet of a NodeConfig."""
    if resource.kind != "NodeConfig":
        return
    kubelet = resource.cursor.get("spec", "kubelet")
    flags, _ = from_argv("kubelet", words(kubelet.get("flags").items()))
    if kubelet.present:
        yield _kubelet(resource, kubelet.get("config"), flags, "eks-nodeadm", "")


def _kubelet(resource: Resource, fragment: Cursor, flags: list[Written], origin: str, version: str) -> Component:
    paths = catalogue.fields("kubelet", "kubelet_config")
    place = Place(fragment.source, fragment.span, fragment.path, fragment.owner)
    # Flags win over the file, and the last occurrence of a scalar wins.
    written = [*fields("kubelet", fragment, "kubelet_config"), *flags]
    traits = Traits(origin, False, minors(resource.context, version), "worker")
    return Component("kubelet", written, deepest(fragment, paths, place), place, traits, resource.context)
