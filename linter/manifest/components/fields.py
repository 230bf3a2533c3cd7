"""Configuration documents whose fields are settings: kubelet, kube-proxy, kube-scheduler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.manifest.components import catalogue, inserting
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.embedded import content
from hullmark.linter.manifest.components.setting import Occurrence
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.wording import Wording
from hullmark.linter.manifest.components.written import Written, deepest, field_at, fields, point
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
    complete = complete and not cursor.source.tells(_is_drop_in)
    traits = Traits(origin or usual, complete, minors(resource.context), shadowed=None)
    if name == "kube-scheduler":
        # The document has one of the settings; flags decide the others.
        traits = traits._replace(shadowed=lambda setting: setting not in paths)
    written = Fields(name, resource, column)
    parent = deepest(cursor, paths, place)
    adder = inserting.field(name, cursor, paths)
    made = Component(name, written, parent, place, traits, resource.context, form=resource.kind, adder=adder)
    made.document = resource
    yield made


class Fields(Wording):
    """Fields of a configuration document; `form` is a column of aliases."""

    def __init__(self, component: str, document: Resource, form: str) -> None:
        self.key = content(document) or None
        self._component = component
        self._root = document.cursor
        self._form = form

    def all(self) -> Iterable[Written]:
        """Names and occurrences, as the document is walked."""
        return fields(self._component, self._root, self._form)

    def of(self, name: str) -> list[Occurrence]:
        """The field of one setting, or the template that writes it."""
        return field_at(self._component, name, self._root, catalogue.fields(self._component, self._form)[name])

    def says(self, name: str) -> bool:
        """Whether a setting is written, or may be: the field of it is there, or a text where something holds it."""
        path = catalogue.fields(self._component, self._form).get(name)
        if path is None:
            return False
        at = self._root.get(*path)
        return at.present or bool(at.instead)


def _is_drop_in(path: str) -> bool:
    return path.endswith(".conf")


def etcd_file(resource: Resource) -> Iterator[Component]:
    """etcd's configuration file: flags and variables count for nothing beside it.

    https://etcd.io/docs/v3.6/op-guide/configuration/#configuration-file
    """
    cursor = resource.cursor
    paths = catalogue.fields("etcd", "etcd_yaml")
    first = next((value.key_place for _, value in cursor.entries()), cursor.place)
    traits = Traits("upstream", True, minors(resource.context))
    written = fields("etcd", cursor, "etcd_yaml")
    adder = inserting.field("etcd", cursor, paths)
    made = Component("etcd", written, deepest(cursor, paths, first), first, traits, resource.context, adder=adder)
    made.document = resource
    yield made
