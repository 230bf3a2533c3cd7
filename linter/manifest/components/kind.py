"""kind clusters: kubeadm documents as patches in strings. They are for tests: findings weigh less.

https://kind.sigs.k8s.io/docs/user/configuration/#kubeadm-config-patches
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.fields import FORMS_BY_KIND, field_document
from hullmark.linter.manifest.components.forms import KIND_PATCHES
from hullmark.linter.manifest.components.kubeadm import control_plane, node
from hullmark.linter.manifest.components.patches import argument, operations, partial, partials
from hullmark.linter.manifest.components.written import field
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Envelope, Resource
from hullmark.linter.text import Span
from hullmark.linter.yaml.embedded import embedded
from hullmark.linter.yaml.nodes import Scalar


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
        yield partial("kube-apiserver", written, resource, "kind", test=True)
    for holder in (cursor, *cursor.get("nodes").items()):
        for patch in holder.get(KIND_PATCHES).items():
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
        found = (argument(patch.get("kind").text or "", path, value) for path, value in operations(part))
        yield from partials((each for each in found if each is not None), resource, "kind", test=True)
