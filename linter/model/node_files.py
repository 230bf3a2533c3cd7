"""Documents of a bundle as files of its nodes: which of them a component means when it names a path.

A file is embedded in what provisions the node, is an entry of a mounted ConfigMap, or lies in the input under the
same name. Where several could be meant, none is: a wrong link would make a wrong verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import starmap
from posixpath import basename, dirname, normpath

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL, components
from hullmark.linter.manifest.components.embedded import carries, inside
from hullmark.linter.manifest.components.glance import may_hold_components
from hullmark.linter.manifest.components.mounts import Located
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple


class Part(NamedTuple):
    """A component, or one of its files, with the resource that describes it."""

    resource: Resource
    component: Component


class Held(NamedTuple):
    """A document inside another object. `path` is where it is written on the node, or the key that holds it."""

    document: Resource
    holder: Resource
    path: str
    key: bool


class Described(NamedTuple):
    """What a bundle says about components: their parts in file order, and the documents inside its objects."""

    bundle: Bundle
    parts: tuple[Part, ...]
    held: tuple[Held, ...]

    def file(self, path: str, forms: KindSet, near: Resource, component: Component | None = None) -> Resource | None:
        """The document of one of the kinds that a component described by `near` reads at `path`."""
        at = Located(normpath(path)) if component is None else component.located(path)
        if at.kind:
            return _only(
                held.document
                for held in self.bundle.derived(_by_path).get(normpath(at.key), ())
                if held.key and held.document.gk in forms and (held.holder.kind, held.holder.name) == (at.kind, at.name)
            )
        return self._on_node(at.path, forms, near) if at.path else None

    def _on_node(self, path: str, forms: KindSet, near: Resource) -> Resource | None:
        exact = [
            held for held in self.bundle.derived(_by_path).get(path, ()) if not held.key and held.document.gk in forms
        ]
        tests: tuple[Callable[[Held], bool], ...] = (
            lambda held: held.holder is near,
            lambda held: held.holder.cursor.source.path == near.cursor.source.path,
            lambda held: True,
        )
        for test in tests:
            found = [held.document for held in exact if test(held)]
            if found:
                return _only(found)
        named = [resource for resource in self.bundle.derived(_by_name).get(basename(path), ()) if resource.gk in forms]
        beside = [each for each in named if dirname(each.cursor.source.path) == dirname(near.cursor.source.path)]
        return _only(beside or named)


def _by_name(bundle: Bundle) -> dict[str, list[Resource]]:
    """Resources by the name of their file."""
    found: dict[str, list[Resource]] = {}
    for resource in bundle.resources:
        found.setdefault(basename(resource.cursor.source.path), []).append(resource)
    return found


def _by_path(bundle: Bundle) -> dict[str, list[Held]]:
    """Documents inside other objects by their path on the node, or the key that holds them."""
    found: dict[str, list[Held]] = {}
    for held in described(bundle).held:
        if held.path:
            found.setdefault(normpath(held.path), []).append(held)
    return found


def _only(found: Iterable[Resource]) -> Resource | None:
    """The one document; None where there are several, of which nobody knows the right one."""
    documents = tuple(found)
    return documents[0] if len(documents) == 1 else None


def described(bundle: Bundle) -> Described:
    """Everything that a bundle says about components; made once."""
    return bundle.derived(_described)


def _described(bundle: Bundle) -> Described:
    # Here and below: nine modules that join files of a bundle, for runs in which some have to be joined.
    from hullmark.linter.model.cluster_classes import of_classes
    from hullmark.linter.model.content_from import from_elsewhere

    parts: list[Part] = []
    held: list[Held] = []
    joined = dict(_together(bundle))
    in_classes = of_classes(bundle)
    for resource in bundle.resources:
        if resource.gk not in ALL or not may_hold_components(resource):
            continue
        if id(resource) in joined:
            parts += (Part(resource, component) for component in joined[id(resource)]())
            continue
        told = in_classes.get(id(resource))
        parts += (Part(resource, each) for each in (components(resource) if told is None else told))
        if carries(resource):
            held += (Held(inner.resource, resource, inner.path, inner.whole) for inner in inside(resource))
    parts += starmap(Part, from_elsewhere(bundle))
    held += _mounted(bundle, held)
    return Described(bundle, tuple(parts), tuple(held))


def _mounted(bundle: Bundle, held: Sequence[Held]) -> list[Held]:
    """Documents of Secrets that files of nodes take their content from, under the paths of these files."""
    from hullmark.linter.model.file_sources import sources

    return [
        Held(each.document, source.holder, source.file.path, False)
        for source in sources(bundle)
        for each in held
        if each.key and each.path == source.key and each.holder.kind == source.kind and each.holder.name == source.name
    ]


def _together(bundle: Bundle) -> Iterator[tuple[int, Callable[[], Sequence[Component]]]]:
    """Files of one process: what they describe is told with the first of them, and nothing with the others."""
    from hullmark.linter.model.rancher import components as of_files
    from hullmark.linter.model.rancher import merged
    from hullmark.linter.model.unit_files import unit_files

    for unit in unit_files(bundle):
        if not unit.alone:
            for resource in (*unit.resources, *unit.variables.values()):
                yield id(resource), tuple
            yield id(unit.resources[0]), unit.components
    for files in merged(bundle):
        if len(files) > 1:
            yield from ((id(resource), tuple) for resource in files[1:])
            yield id(files[0]), partial(of_files, files)
