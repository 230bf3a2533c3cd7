"""Pieces of objects that are merged into others before they reach a cluster: patches and their like."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.yaml.nodes import Mapping, Sequence

# Directives of strategic merge patches:
# https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
_DIRECTIVES = ("$patch", "$setElementOrder", "$deleteFromPrimitiveList", "$retainKeys")

_PATCHES = ("patches", "patchesJson6902", "patchesStrategicMerge")


def is_fragment(pod: Cursor) -> bool:
    """Whether a pod spec cannot stand for itself: no container has an image, or it holds directives of a patch."""
    node = pod.node
    if not isinstance(node, Mapping):
        return True
    containers = node.get("containers")
    if not isinstance(containers, Sequence):
        return True
    if not any(isinstance(item, Mapping) and item.get("image") is not None for item in containers.items):
        return True
    text = pod.source.text
    return pod.source.mentions("$") and any(
        text.find(directive, node.start, node.end) >= 0 for directive in _DIRECTIVES
    )


def named_patches(kustomization: Cursor) -> Iterator[str]:
    """Paths of the files that a kustomization merges into other objects."""
    folder = dirname(kustomization.source.path)
    for field in _PATCHES:
        for item in kustomization.get(field).items():
            text = item.text or item.get("path").text  # a bare path was accepted once under every field
            if text and "\n" not in text and "://" not in text:
                yield normpath(join(folder, text))
