"""The components of one cluster side by side: what no file of them says alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from posixpath import basename, dirname
from typing import ClassVar

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL, components
from hullmark.linter.manifest.components.embedded import Inner, carries, inside
from hullmark.linter.manifest.components.foreign import UNIT, text_of
from hullmark.linter.manifest.components.glance import may_hold_components
from hullmark.linter.manifest.components.units import Unit, unit
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle


class Cluster:
    """Components of a bundle: a bundle is one cluster."""

    kinds: ClassVar[KindSet | None] = ALL
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_hold_components)

    def __init__(self, bundle: Bundle, found: tuple[tuple[Resource, Component], ...]) -> None:
        self.bundle = bundle
        self.found = found

    @classmethod
    def among(cls, bundle: Bundle) -> Iterable[Cluster]:
        """The cluster of a bundle, where anything in it describes a component."""
        found = tuple(
            (resource, component)
            for kind in bundle.kinds
            if kind in ALL
            for resource in bundle.by_kind(*kind)
            for component in components(resource)
        )
        return (cls(bundle, found),) if found else ()

    @property
    def place(self) -> Place:
        """The first component."""
        return self.found[0][1].place

    def named(self, name: str) -> Iterator[tuple[Resource, Component]]:
        """Components of one name, with the resource that describes them."""
        return (pair for pair in self.found if pair[1].name == name)

    def file(self, path: str, forms: KindSet, near: Resource) -> Resource | None:
        """The document that stands at `path` on the node: embedded under that path, else the only file so called."""
        embedded = [inner.resource for inner in self._inner if inner.path == path and inner.resource.gk in forms]
        if len(embedded) == 1:
            return embedded[0]
        named = [
            resource
            for form in sorted(forms)
            for resource in self.bundle.by_kind(*form)
            if basename(resource.cursor.source.path) == basename(path)
        ]
        beside = [each for each in named if dirname(each.cursor.source.path) == dirname(near.cursor.source.path)]
        for candidates in (beside, named):
            if len(candidates) == 1:
                return candidates[0]
        return None

    @cached_property
    def _inner(self) -> tuple[Inner, ...]:
        return tuple(
            inner
            for kind in self.bundle.kinds
            for resource in self.bundle.by_kind(*kind)
            if carries(resource)
            for inner in inside(resource)
        )

    @cached_property
    def units(self) -> tuple[tuple[Resource, Unit], ...]:
        """systemd units and drop-ins."""
        return tuple((resource, unit(text_of(resource))) for resource in self.bundle.by_kind("", UNIT))
