"""Configuration documents whose fields are settings: kubelet, kube-proxy, kube-scheduler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from hullmark.linter.manifest.components import catalogue, inserting
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.embedded import content
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.written import deepest, fields, point
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

# kind: component, column of aliases, origin
_FORMS = {
    ("kubelet.config.k8s.io", "KubeletConfiguration"): ("kubelet", "kubelet_config", "kubelet-file"),
    ("kubeproxy.config.k8s.io", "KubeProxyConfiguration"): ("kube-proxy", "kube_proxy_config", "upstream"),
    ("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration"): ("kube-scheduler", "scheduler_config", "file"),
}
KINDS = frozenset(_FORMS)
FORMS_BY_KIND = {kind: group for group, kind in _FORMS}


def field_document(resource: Resource, complete: bool = True, origin: str = "") -> Iterator[Component]:
    """The component that reads this document."""
    form = _FORMS.get(resource.gk)
    if form is None:
        return
    name, column, usual = form
    cursor = resource.cursor
    paths = catalogue.fields(name, column)
    place = Place(cursor.source, point(cursor), cursor.path, cursor.owner)
    # A file of a drop-in directory says nothing about what it leaves out.
    complete = complete and not cursor.source.path.endswith(".conf")
    traits = Traits(origin or usual, complete, minors(resource.context), shadowed=None)
    if name == "kube-scheduler":
        # The document has one of the settings; flags decide the others.
        traits = traits._replace(shadowed=lambda setting: setting not in paths)
    written = partial(fields, name, cursor, column)
    parent = deepest(cursor, paths, place)
    adder = inserting.field(name, cursor, paths)
    made = Component(name, written, parent, place, traits, resource.context, form=resource.kind, adder=adder)
    made.document = resource
    made.said = content(resource)
    made.peek = partial(_is_written, cursor, paths)
    yield made


def _is_written(cursor: Cursor, paths: Mapping[str, tuple[str, ...]], name: str) -> bool:
    path = paths.get(name)
    return path is not None and cursor.get(*path).present


def etcd_file(resource: Resource) -> Iterator[Component]:
    """etcd's configuration file: flags and variables count for nothing beside it.

    https://etcd.io/docs/v3.6/op-guide/configuration/#configuration-file
    """
    cursor = resource.cursor
    paths = catalogue.fields("etcd", "etcd_yaml")
    first = next((value.key_place for _, value in cursor.entries()), cursor.place)
    traits = Traits("upstream", True, minors(resource.context))
    written = partial(fields, "etcd", cursor, "etcd_yaml")
    adder = inserting.field("etcd", cursor, paths)
    made = Component("etcd", written, deepest(cursor, paths, first), first, traits, resource.context, adder=adder)
    made.document = resource
    yield made
