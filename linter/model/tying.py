"""Which files the components of a resource read, and which it holds: what may tie it to others of its bundle."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, normpath

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL, components
from hullmark.linter.manifest.components.embedded import carries, inside
from hullmark.linter.manifest.components.forms import FILES
from hullmark.linter.manifest.components.glance import may_hold_components
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.kubelets import is_file
from hullmark.linter.model.ties import Ties


def ties(resource: Resource) -> Ties:
    """What a resource reads and holds."""
    if resource.gk not in ALL or not may_hold_components(resource):
        return Ties()
    reads = frozenset(name for component in components(resource) for name in _read(component))
    if not carries(resource):
        return Ties(reads)
    return Ties(reads, frozenset(basename(normpath(inner.path)) for inner in inside(resource) if inner.path))


def _read(component: Component) -> Iterator[str]:
    kubelet = component.name == "kubelet" and not is_file(component)
    names = ("config",) if kubelet else FILES.get(component.name, {})
    for name in names:
        text = component.text(name)
        if text is not None:
            at = component.located(text)
            yield basename(normpath(at.key or at.path))
    if kubelet and component.traits.origin == "kubeadm":
        yield basename(component.place.source.path)  # the configuration beside the flags
