"""What a ClusterClass changes in the templates that it refers to, as far as its text says.

https://cluster-api.sigs.k8s.io/tasks/experimental-features/cluster-class/write-clusterclass#clusterclass-with-patches
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.named_tuple import NamedTuple

BASES = {
    "KubeadmControlPlaneTemplate": ("spec", "template", "spec", "kubeadmConfigSpec"),
    "KubeadmConfigTemplate": ("spec", "template", "spec"),
}
"""Where kubeadm's part of a template stands, by its kind."""
_MACHINES = (("machineDeployments", "machineDeploymentClass"), ("machinePools", "machinePoolClass"))


class Use(NamedTuple):
    """One template that a class refers to. `role` is the key of `matchResources` that selects such templates."""

    group: str
    kind: str
    name: str
    role: str
    machines: str = ""


class Change(NamedTuple):
    """One operation of a JSON patch, its path below kubeadm's part of the template.

    `value` is what it writes; None where a variable or a template decides that, and for `remove`. `at` is where the
    value, or what decides it, is written.
    """

    op: str
    path: tuple[str, ...]
    value: Cursor | None
    at: Cursor

    @property
    def unknown(self) -> bool:
        """Whether nobody knows what the operation writes."""
        return self.value is None and self.op != "remove"


class Definition(NamedTuple):
    """Operations on the templates that `selector` selects; `enabled` is None where a template decides that."""

    selector: Cursor
    enabled: bool | None
    changes: tuple[Change, ...]

    def selects(self, use: Use) -> bool:
        """Whether the operations are for a template in this role; what the selector leaves out selects any."""
        group, slash, _ = (self.selector.get("apiVersion").text or "").rpartition("/")
        if (slash and group != use.group) or self.selector.get("kind").text not in (None, use.kind):
            return False
        match = self.selector.get("matchResources")
        if match.absent:
            return True
        if use.role == "controlPlane":
            return match.get("controlPlane").text == "true"
        return any(_named(item.text or "", use.machines) for item in match.get(use.role, "names").items())


def _named(pattern: str, name: str) -> bool:
    """A name, or a part of one behind or before a star."""
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return name.endswith(pattern[1:]) if pattern.startswith("*") else name == pattern


def uses(resource: Resource) -> Iterator[Use]:
    """Templates of kubeadm that a class refers to: `ref` up to v1beta1, `templateRef` from v1beta2 on."""
    spec = resource.cursor.get("spec")
    plane = spec.get("controlPlane")
    for reference in (plane.get("ref"), plane.get("templateRef")):
        yield from _use(reference, "controlPlane")
    for key, role in _MACHINES:
        for machines in spec.get("workers", key).items():
            name = machines.get("class").text or ""
            yield from _use(machines.get("template", "bootstrap", "ref"), role, name)
            yield from _use(machines.get("bootstrap", "templateRef"), role, name)


def _use(reference: Cursor, role: str, machines: str = "") -> Iterator[Use]:
    kind, name = reference.get("kind").text, reference.get("name").text
    if kind in BASES and name:
        group = (reference.get("apiVersion").text or "").rpartition("/")[0]
        yield Use(group, kind, name, role, machines)


def is_extended(resource: Resource) -> bool:
    """Whether an extension outside the input patches templates, too."""
    return any(patch.get("external").present for patch in resource.cursor.get("spec", "patches").items())


def definitions(resource: Resource) -> Iterator[Definition]:
    """Patches of a class that may apply, those of one selector together."""
    for patch in resource.cursor.get("spec", "patches").items():
        when = patch.get("enabledIf")
        enabled = True if when.absent or when.text == "true" else None
        for definition in patch.get("definitions").items() if when.text != "false" else ():
            selector = definition.get("selector")
            kinds = [kind for kind in BASES if selector.get("kind").text in (None, kind)]
            found = [
                change for operation in definition.get("jsonPatches").items() for change in _changes(operation, kinds)
            ]
            yield Definition(selector, enabled, tuple(found))


def _changes(operation: Cursor, kinds: list[str]) -> Iterator[Change]:
    op, pointer = operation.get("op").text or "", (operation.get("path").text or "").split("/")[1:]
    if op not in ("add", "replace", "remove"):
        return
    path = tuple(each.replace("~1", "/").replace("~0", "~") for each in pointer)
    value = operation.get("value")
    at = value if value.present else operation.get("valueFrom")
    known = value if value.present else None
    for kind in kinds:
        base = BASES[kind]
        if path[: len(base)] == base:
            yield Change(op, path[len(base) :], known, at)
            return
        if base[: len(path)] == path:
            below = None if known is None else known.get(*base[len(path) :])
            yield Change(op, (), below, at)
            return


def written_files(resource: Resource) -> Iterator[Cursor]:
    """Entries of `files` that patches add to templates."""
    for change in _of_nodes(resource):
        if change.path[0] == "files" and change.value is not None:
            if len(change.path) == 1:
                yield from change.value.items()
            elif len(change.path) == 2:
                yield change.value


def commands(resource: Resource) -> Iterator[Cursor]:
    """Commands that patches add to templates."""
    for change in _of_nodes(resource):
        if change.path[0] in ("preKubeadmCommands", "postKubeadmCommands") and change.value is not None:
            if len(change.path) == 1:
                yield from change.value.items()
            else:
                yield change.value


def _of_nodes(resource: Resource) -> Iterator[Change]:
    return (
        change
        for definition in definitions(resource)
        if definition.enabled
        for change in definition.changes
        if change.path
    )
