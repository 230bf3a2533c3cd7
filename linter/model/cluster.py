"""The components of one cluster side by side: what no file of them says alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL
from hullmark.linter.manifest.components.documents import PLUGIN_FORMS
from hullmark.linter.manifest.components.glance import may_hold_components, may_limit_events
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.node_files import Described, described
from hullmark.linter.model.processes import linked
from hullmark.linter.model.unit_files import UnitFiles, unit_files

_PLUGIN_FILES = frozenset(form for forms in PLUGIN_FORMS.values() for form in forms)


class Cluster:
    """Components of a bundle: a bundle is one cluster."""

    kinds: ClassVar[KindSet | None] = ALL | _PLUGIN_FILES
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_hold_components)

    def __init__(self, bundle: Bundle, found: Described) -> None:
        self.bundle = bundle
        self._found = found

    @classmethod
    def among(cls, bundle: Bundle) -> Iterable[Cluster]:
        """The cluster of a bundle, where anything in it describes a component."""
        found = described(bundle)
        files = any(kind in _PLUGIN_FILES for kind in bundle.kinds)
        return (cls(bundle, found),) if found.parts or files else ()

    @property
    def place(self) -> Place:
        """The first component, else the first file."""
        parts = self._found.parts
        return parts[0].component.place if parts else self.bundle.resources[0].place

    def named(self, name: str) -> Iterator[tuple[Resource, Component]]:
        """Components of one name with their files joined, and the resource that describes them."""
        return ((part.resource, part.component) for part in linked(self.bundle, name))

    def documents(self, forms: KindSet) -> Iterator[tuple[Resource, Resource, str]]:
        """Documents of these kinds: what holds each (itself where nothing does), the document, its path on the node."""
        for form in sorted(forms):
            for resource in self.bundle.by_kind(*form):
                yield resource, resource, resource.cursor.source.path
        for held in self._found.held:
            if held.document.gk in forms:
                yield held.holder, held.document, held.path

    def file(self, path: str, forms: KindSet, near: Resource, component: Component | None = None) -> Resource | None:
        """The document that a component reads at `path`: embedded under that path, else the only file so called."""
        return self._found.file(path, forms, near, component)

    @property
    def units(self) -> tuple[UnitFiles, ...]:
        """systemd units with their drop-ins."""
        return unit_files(self.bundle)


class EventLimits(Cluster):
    """A cluster, of which only limits of events matter: most files never mention them."""

    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_limit_events)
