"""Patches of component configuration: kubeadm's `patches` directory, JSON patches of kind and of a ClusterClass.

https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/control-plane-flags/#patches
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.argv import canonical_name
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.glance import containers
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.written import Written, always, field, fields, from_argv, value_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

PATCH = "kubeadm patch"
_NAME = regex(
    r"(?:^|/)(?P<target>kube-apiserver|kube-controller-manager|kube-scheduler|etcd|kubeletconfiguration)"
    r"[^/+]*(?:\+(?P<sort>strategic|merge|json))?\.(?:ya?ml|json)$"
)
_FOLDER = regex(r"patches[^/]*/[^/]*$")
ARGUMENTS = {
    ("apiServer", "extraArgs"): "kube-apiserver",
    ("controllerManager", "extraArgs"): "kube-controller-manager",
    ("scheduler", "extraArgs"): "kube-scheduler",
    ("etcd", "local", "extraArgs"): "etcd",
    ("nodeRegistration", "kubeletExtraArgs"): "kubelet",
}
_COLUMNS = {
    "KubeletConfiguration": ("kubelet", "kubelet_config"),
    "KubeProxyConfiguration": ("kube-proxy", "kube_proxy_config"),
}


class Patched(NamedTuple):
    """What the name of a patch says: the component that it changes, and how (`strategic`, `merge` or `json`)."""

    component: str
    sort: str


def patched(path: str) -> Patched | None:
    """What a file of the patches directory changes; a name without a type is strategic, and known by its folder."""
    if "+" not in path and "patches" not in path:
        return None
    match = _NAME.search(path)
    if match is None or (match["sort"] is None and _FOLDER.search(path) is None):
        return None
    target = match["target"]
    return Patched("kubelet" if target == "kubeletconfiguration" else target, match["sort"] or "strategic")


def of_patch(cursor: Cursor, change: Patched) -> str | None:
    """The kind of a patch; fragments of a pod leave it out."""
    if change.sort == "json":
        return PATCH if cursor.is_sequence else None
    if change.component == "kubelet":
        return PATCH if cursor.is_mapping else None
    return "Pod" if cursor.get("spec", "containers").is_sequence else None


def as_patch(resource: Resource, change: Patched | None, found: Iterable[Component]) -> Iterable[Component]:
    """Components of a document; one that only patches its component leaves open what it does not write.

    A list of words is replaced as a whole: a patch with a `command` says everything.
    """
    if change is None:
        return found
    whole = resource.kind == "Pod" and any(each.get("command").present for each in containers(resource))
    return found if whole else map(_open, found)


def _open(component: Component) -> Component:
    component.traits = component.traits._replace(origin="kubeadm", complete=False)
    return component


def patch(resource: Resource, path: str = "") -> Iterator[Component]:
    """The component that a file of the patches directory changes: what the patch writes, and nothing else."""
    change = patched(path or resource.cursor.source.path)
    if change is None:
        return
    name = change.component
    written: list[Written] = []
    if change.sort == "json":
        for pointer, value in operations(resource.cursor):
            written += _patched(name, pointer, value)
    elif name == "kubelet":
        written = fields(name, resource.cursor, "kubelet_config")
    if written:
        yield partial(name, written, resource, "kubeadm")


def partials(
    found: Iterable[tuple[str, Written]], resource: Resource, origin: str, test: bool = False
) -> Iterator[Component]:
    """Components of which one patch writes settings: each once, with all of them."""
    grouped: dict[str, list[Written]] = {}
    for name, written in found:
        grouped.setdefault(name, []).append(written)
    for name, all_written in grouped.items():
        yield partial(name, all_written, resource, origin, test)


def operations(listed: Cursor) -> Iterator[tuple[tuple[str, ...], Cursor]]:
    """Paths and values that a JSON patch adds or replaces (RFC 6902)."""
    for operation in listed.items():
        if operation.get("op").text in ("add", "replace") and operation.get("value").present:
            pointer = (operation.get("path").text or "").split("/")[1:]
            yield tuple(each.replace("~1", "/").replace("~0", "~") for each in pointer), operation.get("value")


def argument(document: str, path: tuple[str, ...], value: Cursor) -> tuple[str, Written] | None:
    """The setting that a value becomes at a path of a kubeadm or component document."""
    component = ARGUMENTS.get(path[:-1])
    if component is not None:
        name, at = path[-1], value
        if name == "-" or name.isdigit():
            name, at = value.get("name").text or "", value.get("value")
        word = value_word(at)
        return component, (canonical_name(component, name), Occurrence((word,), word, name, Carrier.FLAG))
    component, form = _COLUMNS.get(document, ("", ""))
    for name, wanted in catalogue.fields(component, form).items() if component else ():
        if wanted == path:
            for written in field(component, name, value):
                return component, written
    return None


def _patched(name: str, path: tuple[str, ...], value: Cursor) -> list[Written]:
    """A word that a JSON patch puts into a command, or a field of the kubelet's configuration."""
    if name == "kubelet":
        found = argument("KubeletConfiguration", path, value)
        return [] if found is None else [found[1]]
    if "command" not in path and "args" not in path:
        return []
    items = [value_word(item) for item in value.items()] or [value_word(value)]
    return from_argv(name, [word for word in items if word.text.startswith("-")])[0]


def partial(name: str, written: list[Written], resource: Resource, origin: str, test: bool = False) -> Component:
    """A component of which only what is written is known."""
    place = resource.place
    traits = Traits(origin, False, minors(resource.context), test=test)
    return Component(name, written, always(place), place, traits, resource.context)
