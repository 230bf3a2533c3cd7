"""Files that kustomizations of a bundle merge into other objects."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle


def patch_files(bundle: Bundle) -> frozenset[str]:
    """Paths of all of them."""
    return frozenset(path for resource in bundle.resources for path in _of(resource))


def _of(resource: Resource) -> Iterator[str]:
    if resource.kind not in ("Kustomization", "Component") or "kustomize" not in resource.group:
        return
    folder = dirname(resource.cursor.source.path)
    for item in resource.cursor.get("patchesStrategicMerge").items():
        if item.text and "\n" not in item.text:
            yield normpath(join(folder, item.text))
    for field in ("patches", "patchesJson6902"):
        for item in resource.cursor.get(field).items():
            path = item.text or item.get("path").text  # a bare path was accepted once, and still is by some
            if path:
                yield normpath(join(folder, path))
