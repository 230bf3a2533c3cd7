"""Whether files of a bundle configure one process together, told by the names of files alone.

What a file says about a component is the whole truth unless the component reads another file of the bundle. Names
decide that before anybody reads the files again: a tie that is none costs time and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, normpath

from hullmark.linter.manifest.components.class_patches import CLUSTER_CLASS
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL, components
from hullmark.linter.manifest.components.embedded import carries, inside
from hullmark.linter.manifest.components.foreign import ENVIRONMENT, UNIT
from hullmark.linter.manifest.components.glance import may_hold_components
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.file_sources import DECLARING
from hullmark.linter.model.kubelets import FORMS, is_file
from hullmark.linter.model.linkable import Ties
from hullmark.linter.model.processes import FILES
from hullmark.linter.model.rancher import merged

_FORMS: KindSet = FORMS.union(*(forms for files in FILES.values() for forms in files.values()))
"""Kinds of files that a component reads."""


def ties(resources: Iterable[Resource]) -> Ties:
    """What resources of one file read and hold."""
    reads: set[str] = set()
    holds: set[str] = set()
    for resource in resources:
        if resource.gk in ALL and may_hold_components(resource):
            for component in components(resource):
                reads.update(_read(component))
            if carries(resource):
                holds.update(basename(normpath(inner.path)) for inner in inside(resource) if inner.path)
    return Ties(frozenset(reads), frozenset(holds))


def _read(component: Component) -> Iterator[str]:
    kubelet = component.name == "kubelet" and not is_file(component)
    names = ("config",) if kubelet else FILES.get(component.name, {})
    for name in names:
        setting = component.setting(name)
        if setting is not None:
            at = component.located(setting.text)
            yield basename(normpath(at.key or at.path))
    if kubelet and component.traits.origin == "kubeadm":
        yield basename(component.place.source.path)  # the configuration beside the flags


def tied(bundle: Bundle, known: Mapping[str, Ties]) -> bool:
    """Whether something of a bundle may have to be joined before it is judged; `known` are the ties of its files."""
    if bundle.by_kind(*CLUSTER_CLASS) or _units(bundle) or _from_elsewhere(bundle):
        return True
    if any(len(files) > 1 for files in merged(bundle)):
        return True
    found = known.values()
    reads = frozenset[str]().union(*(each.reads for each in found))
    if not reads:
        return False
    files = (basename(each.cursor.source.path) for form in _FORMS for each in bundle.by_kind(*form))
    return not reads.isdisjoint(files) or any(not reads.isdisjoint(each.holds) for each in found)


def _units(bundle: Bundle) -> bool:
    """Whether a unit may have drop-ins or files of variables."""
    units = len(bundle.by_kind("", UNIT))
    return units > 0 and units + len(bundle.by_kind("", ENVIRONMENT)) > 1


def _from_elsewhere(bundle: Bundle) -> bool:
    """Whether files of nodes may take their content from Secrets."""
    declaring = (each for kind in DECLARING & set(bundle.kinds) for each in bundle.by_kind(*kind))
    return any(each.cursor.source.mentions("contentFrom") for each in declaring)
