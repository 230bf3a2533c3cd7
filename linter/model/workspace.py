"""Everything that was loaded, divided into bundles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from posixpath import dirname
from typing import Protocol

from hullmark.linter.manifest.context import DEFAULT_CONTEXT, Context
from hullmark.linter.manifest.globs import path_glob
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle, Siblings
from hullmark.linter.model.kustomizations import KUSTOMIZATIONS, Kustomizations
from hullmark.linter.model.namespaces import (
    Directories,
    NamespaceName,
    fallback,
    has_namespace,
    nearest,
    rendered_directories,
)
from hullmark.linter.model.partition import deepest_root, parts


class BundleSettings(Protocol):
    """What the configuration says about one bundle."""

    @property
    def name(self) -> str: ...
    @property
    def paths(self) -> tuple[str, ...]: ...
    @property
    def complete(self) -> bool: ...
    @property
    def namespace(self) -> str: ...


class Workspace:
    """Bundles in order of their first file."""

    __slots__ = ("_homes", "bundles", "context")

    def __init__(self, bundles: tuple[Bundle, ...], context: Context = DEFAULT_CONTEXT) -> None:
        self.bundles = bundles
        self.context = context
        self._homes: dict[tuple[str, str, str, str], list[tuple[Bundle, Resource]]] | None = None
        siblings = Siblings(bundles)
        for bundle in bundles:
            bundle.siblings = siblings

    def elsewhere(self, bundle: Bundle, group: str, kind: str, namespace: str, name: str) -> Resource | None:
        """The only object with this identity in other bundles: a link that costs a step of confidence."""
        if self._homes is None:
            self._homes = {}
            for home in self.bundles:
                for resource in home.resources:
                    key = (resource.group, resource.kind, home.namespace_of(resource).name, resource.name)
                    self._homes.setdefault(key, []).append((home, resource))
        found = [each for home, each in self._homes.get((group, kind, namespace, name), ()) if home is not bundle]
        return found[0] if len(found) == 1 else None


def build_workspace(
    resources: Sequence[Resource],
    context: Context = DEFAULT_CONTEXT,
    *,
    roots: Iterable[str] = (),
    bundles: Iterable[BundleSettings] = (),
) -> Workspace:
    """The workspace of `resources`, which come in file order.

    `roots` are the input arguments, as the paths of sources begin; `bundles` what the configuration
    says. A file belongs to the first configured bundle that one of its patterns matches.
    """
    configured = tuple(bundles)
    tops = tuple(dict.fromkeys(root.strip("/") for root in roots if root.strip("/") not in ("", ".")))
    claimed: list[list[Resource]] = [[] for _ in configured]
    loose: dict[str, list[Resource]] = {}
    homes: dict[str, list[Resource]] = {}
    lies_below = cache(partial(deepest_root, roots=tops))
    for resource in resources:
        resource.context = context  # what comes from another process left it behind
        path = resource.cursor.source.path
        home = homes.get(path)
        if home is None:
            number = _claim(path, configured)
            root = path if path in tops else lies_below(dirname(path))
            home = loose.setdefault(root, []) if number is None else claimed[number]
            homes[path] = home
        home.append(resource)
    kustomizations = Kustomizations(resources)
    paths = cache(partial(_kinds_by_path, resources))
    rendered = rendered_directories(resources)
    made = [
        _bundle(said.name, members, context, kustomizations, rendered, said, paths)
        for said, members in zip(configured, claimed, strict=True)
        if members
    ]
    for root, members in loose.items():
        for directory, numbers in parts(members, root):
            own = [members[number] for number in numbers]
            made.append(_bundle(directory or ".", own, context, kustomizations, rendered, None, paths))
    return Workspace(tuple(made), context)


def _claim(path: str, configured: tuple[BundleSettings, ...]) -> int | None:
    for number, said in enumerate(configured):
        if any(path_glob(pattern).fullmatch(path) for pattern in said.paths):
            return number
    return None


def _bundle(
    name: str,
    members: list[Resource],
    context: Context,
    kustomizations: Kustomizations,
    rendered: Directories,
    said: BundleSettings | None,
    paths: Callable[[], Mapping[str, set[tuple[str, str]]]],
) -> Bundle:
    inferred: dict[str, NamespaceName] = {}
    told = rendered or not kustomizations.include_nothing
    for path in dict.fromkeys(
        each.cursor.source.path for each in members if told and not each.namespace and has_namespace(each)
    ):
        found = _inferred(path, kustomizations, rendered)
        if found is not None:
            inferred[path] = found
    return Bundle(
        name,
        tuple(members),
        context,
        complete=said is not None and said.complete,
        fallback=fallback(members, said.namespace if said is not None else ""),
        inferred=inferred,
        imports=_imports(members, kustomizations, paths),
    )


def _kinds_by_path(resources: Sequence[Resource]) -> Mapping[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for resource in resources:
        found.setdefault(resource.cursor.source.path, set()).add(resource.gk)
    return found


def _imports(
    members: list[Resource], kustomizations: Kustomizations, paths: Callable[[], Mapping[str, set[tuple[str, str]]]]
) -> KindSet | None:
    """Kinds in files of other bundles that kustomizations of this one take in."""
    directories = [dirname(each.cursor.source.path) or "." for each in members if each.gk in KUSTOMIZATIONS]
    if not directories:
        return frozenset()
    taken = kustomizations.taken_in(directories)
    if taken is None:
        return None
    own = {each.cursor.source.path for each in members}
    return frozenset(kind for path in taken - own for kind in paths().get(path, ()))


def _inferred(path: str, kustomizations: Kustomizations, rendered: Directories) -> NamespaceName | None:
    said = kustomizations.namespace(path)
    if said is not None:
        return NamespaceName(said.name, False, said.place, "namespace of the kustomization")
    said = nearest(rendered, path) if rendered and dirname(path) else None
    if said is not None:
        return NamespaceName(said.name, False, said.place, "namespace that the files are deployed into")
    return None
