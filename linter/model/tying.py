"""Which files the components of one file read, and which it holds: what may tie it to others of its bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename, normpath

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL, components
from hullmark.linter.manifest.components.embedded import carries, inside
from hullmark.linter.manifest.components.forms import FILES
from hullmark.linter.manifest.components.glance import may_hold_components
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.kubelets import is_file
from hullmark.linter.model.ties import Ties


def ties(resources: Iterable[Resource]) -> Ties:
    """What resources of one file read and hold."""
    reads: set[str] = set()
    holds: set[str] = set()
    elsewhere = False
    for resource in resources:
        elsewhere = elsewhere or resource.cursor.source.mentions("contentFrom")
        if resource.gk in ALL and may_hold_components(resource):
            for component in components(resource):
                reads.update(_read(component))
            if carries(resource):
                holds.update(basename(normpath(inner.path)) for inner in inside(resource) if inner.path)
    return Ties(frozenset(reads), frozenset(holds), elsewhere)


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
