"""kind clusters: kubeadm documents as patches in strings. They are for tests: findings weigh less.

https://kind.sigs.k8s.io/docs/user/configuration/#kubeadm-config-patches
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.argv import canonical_name
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.fields import FORMS_BY_KIND, field_document
from hullmark.linter.manifest.components.kubeadm import control_plane, node
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.written import Written, always, field, value_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Envelope, Resource
from hullmark.linter.text import Span
from hullmark.linter.yaml.embedded import embedded
from hullmark.linter.yaml.nodes import Scalar

GROUP = "kind.x-k8s.io"
_ARGS = {
    ("apiServer", "extraArgs"): "kube-apiserver",
    ("controllerManager", "extraArgs"): "kube-controller-manager",
    ("scheduler", "extraArgs"): "kube-scheduler",
    ("etcd", "local", "extraArgs"): "etcd",
    ("nodeRegistration", "kubeletExtraArgs"): "kubelet",
}
_COLUMNS = {
    "KubeletConfiguration": ("kubelet", "kubelet_config"),
    "KubeProxyConfiguration": ("kube-proxy", "kube_proxy_config"),
}


def kind(resource: Resource) -> Iterator[Component]:
    """Components of a kind cluster: what patches and gates say, and nothing about what they leave out."""
    if resource.kind != "Cluster":
        return
    cursor = resource.cursor
    written = [
        each
        for key, name in (("featureGates", "feature-gates"), ("runtimeConfig", "runtime-config"))
        for each in field("kube-apiserver", name, cursor.get(key))
    ]
    if written:
        yield _component("kube-apiserver", written, resource)
    for holder in (cursor, *cursor.get("nodes").items()):
        for patch in holder.get("kubeadmConfigPatches").items():
            for part in patch_documents(patch):
                yield from _patch(part, resource)
        for patch in holder.get("kubeadmConfigPatchesJSON6902").items():
            yield from _operations(patch, resource)


def patch_documents(patch: Cursor) -> Iterator[Cursor]:
    """Documents of a patch, with places in the file."""
    node = patch.node
    if isinstance(node, Scalar):
        for document in embedded(node, patch.source):
            root = document.root
            if root is not None:
                yield Cursor(patch.source, root, None, Span(root.start, root.start), patch.path, patch.owner)


def _patch(part: Cursor, resource: Resource) -> Iterator[Component]:
    name = part.get("kind").text or ""
    place = part.get("kind").place
    match name:
        case "ClusterConfiguration":
            yield from control_plane(part, place, resource.context, complete=False, test=True)
        case "InitConfiguration" | "JoinConfiguration":
            yield from node(part, place, resource.context, "unknown", test=True)
        case _ if name in FORMS_BY_KIND:
            group = FORMS_BY_KIND[name]
            document = Resource(part, resource.context, Envelope(f"{group}/v1beta1", name))
            for component in field_document(document, complete=False):
                component.traits = component.traits._replace(test=True)
                yield component


def _operations(patch: Cursor, resource: Resource) -> Iterator[Component]:
    """JSON patches: values that `add` and `replace` write become explicit at their path."""
    for part in patch_documents(patch.get("patch")):
        for operation in part.items():
            if operation.get("op").text not in ("add", "replace"):
                continue
            path = tuple(
                each.replace("~1", "/").replace("~0", "~") for each in (operation.get("path").text or "").split("/")[1:]
            )
            found = _operation(patch.get("kind").text or "", path, operation.get("value"))
            if found is not None:
                yield _component(found[0], [found[1]], resource)


def _operation(document: str, path: tuple[str, ...], value: Cursor) -> tuple[str, Written] | None:
    component = _ARGS.get(path[:-1])
    if component is not None:
        name, at = path[-1], value
        if name == "-" or name.isdigit():
            name, at = value.get("name").text or "", value.get("value")
        word = value_word(at)
        return component, (canonical_name(component, name), Occurrence((word,), word, name, Carrier.FLAG))
    column = {
        "KubeletConfiguration": ("kubelet", "kubelet_config"),
        "KubeProxyConfiguration": ("kube-proxy", "kube_proxy_config"),
    }
    if document in column:
        component, form = column[document]
        for name, wanted in catalogue.fields(component, form).items():
            if wanted == path:
                return component, next(
                    iter(field(component, name, value)), (name, Occurrence((), value_word(value), name))
                )
    return None


def _component(name: str, written: list[Written], resource: Resource) -> Component:
    place = resource.cursor.get("kind").place
    traits = Traits("kind", False, minors(resource.context), test=True)
    return Component(name, written, always(place), place, traits, resource.context)
