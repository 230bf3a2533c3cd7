"""Which namespace an object lands in when its text does not say: inferred from what is around it, never guessed.

The order is that of how the object would be applied: what it says itself, then the kustomization or
operator that renders it, then what the rest of the bundle takes for granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import dirname, normpath

from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.rbac import Binding
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.scopes import is_cluster_scoped
from hullmark.linter.named_tuple import NamedTuple

DEFAULT = "default"
_APPLICATION = ("argoproj.io", "Application")
_RENDERERS = frozenset({_APPLICATION, ("kustomize.toolkit.fluxcd.io", "Kustomization")})
_MOST = 2  # two different answers are as ambiguous as two hundred


class NamespaceName(NamedTuple):
    """A namespace and why it is that one: `place` is the text that decides, None for the field itself and the default.

    `assumed`: nothing in the input says so; rules about a whole namespace do not believe it.
    """

    name: str
    assumed: bool = False
    place: Place | None = None
    note: str = ""


class Said(NamedTuple):
    """A namespace that something of the input names, and where."""

    name: str
    place: Place


Directories = Mapping[str, Said]


def fallback(resources: Iterable[Resource], configured: str) -> NamespaceName:
    """Namespace of everything in a bundle for which nothing more specific speaks."""
    if configured:
        return NamespaceName(configured, note="namespace of the bundle in the configuration")
    found = tuple(resources)
    agreed = _of_accounts(found)
    if agreed is not None:
        return NamespaceName(agreed.name, False, agreed.place, "a ClusterRoleBinding expects the account here")
    namespaces = {each.name: each for each in found if each.gk == ("", "Namespace") and each.name}
    if len(namespaces) == 1:
        name, only = next(iter(namespaces.items()))
        return NamespaceName(name, False, only.place, "only Namespace of the bundle")
    return NamespaceName(DEFAULT, True)


def _of_accounts(resources: tuple[Resource, ...]) -> Said | None:
    """The namespace that ClusterRoleBindings give to accounts defined here without one, if all agree."""
    homeless = {each.name for each in resources if each.gk == ("", "ServiceAccount") and not each.namespace}
    if not homeless:
        return None
    said: dict[str, Said] = {}
    for resource in resources:
        if resource.kind != "ClusterRoleBinding":
            continue
        for subject in Binding.reading(resource).subjects:
            name = subject.namespace.value
            if subject.kind.value == "ServiceAccount" and subject.name.value in homeless and name:
                said.setdefault(name, Said(name, subject.namespace.place))
    return next(iter(said.values())) if len(said) == 1 else None


def rendered_directories(resources: Iterable[Resource]) -> Directories:
    """Directories that an Argo CD Application or a Flux Kustomization renders into a namespace that it names."""
    said: dict[str, list[Said]] = {}
    for resource in resources:
        if resource.gk not in _RENDERERS:
            continue
        for path, name, place in _renderings(resource):
            known = said.setdefault(path, [])
            if all(each.name != name for each in known) and len(known) < _MOST:
                known.append(Said(name, place))
    return {path: found[0] for path, found in said.items() if len(found) == 1}


def _renderings(resource: Resource) -> Iterable[tuple[str, str, Place]]:
    spec = resource.cursor.get("spec")
    if resource.gk == _APPLICATION:
        target = spec.get("destination", "namespace")
        sources = [spec.get("source"), *spec.get("sources").items()]
    else:
        target, sources = spec.get("targetNamespace"), [spec]
    name = target.text
    for source in sources:
        path = source.get("path").text
        if name and path:
            yield normpath(path.strip("/") or "."), name, target.place


def nearest(directories: Directories, path: str) -> Said | None:
    """What is said about the directory of the file `path`, or about the nearest directory above it."""
    directory = dirname(path)
    while directory:
        said = directories.get(directory)
        if said is not None:
            return said
        directory = dirname(directory)
    return None


def has_namespace(resource: Resource) -> bool:
    """Whether objects of this kind live in a namespace; of unknown kinds most do."""
    return is_cluster_scoped(resource.group, resource.kind) is not True
