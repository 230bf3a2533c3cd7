"""Pods of custom kinds that spread a pod spec over fields of their own: workflows, tasks, flat containers, machines.

What belongs to one pod is put together from entries that keep their places; nothing is copied or renamed in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.kinds import ContainerPlace, PodPlace, WorkloadKind
from hullmark.linter.manifest.paths import find
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.yaml.assembly import Part, assembled, excerpt, joined, part, sequence
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar, Sequence


class Borrowed(NamedTuple):
    """A field of a pod spec and the field of a custom kind that stands for it."""

    pod_field: str
    written: str


def _plain(*names: str) -> tuple[Borrowed, ...]:
    return tuple(Borrowed(name, name) for name in names)


_COMMON = _plain("hostNetwork", "volumes", "tolerations", "nodeSelector", "affinity")
_WORKFLOW = (
    *_COMMON,
    *_plain("securityContext", "serviceAccountName", "automountServiceAccountToken", "hostAliases"),
    *_plain("hostPID", "priorityClassName"),
)
_RUN = (
    *_COMMON,
    *_plain("securityContext", "automountServiceAccountToken", "hostAliases", "runtimeClassName", "priorityClassName"),
    *_plain("imagePullSecrets", "dnsPolicy", "dnsConfig", "enableServiceLinks", "schedulerName", "serviceAccountName"),
)
_FLAT = (
    *_COMMON,
    Borrowed("securityContext", "podSecurityContext"),
    Borrowed("serviceAccountName", "serviceAccount"),
    *_plain("priorityClassName", "shareProcessNamespace"),
)


# Keys by which lists of a container are merged: `x-kubernetes-patch-merge-key` of its schema.
_LIST_KEYS = {"env": "name", "volumeMounts": "mountPath", "volumeDevices": "devicePath", "ports": "containerPort"}


def workflows(root: Cursor, kind: WorkloadKind) -> Iterator[PodPlace]:
    """Templates of Argo Workflows. https://argo-workflows.readthedocs.io/en/release-3.6/fields/#template"""
    for _, spec in find(root, kind.at):
        defaults = spec.get("templateDefaults")
        patched = spec.get("podSpecPatch").present
        for label, template in find(spec, "templates[]"):
            containers = tuple(_workflow_containers(template, defaults))
            if containers:
                pod = _gathered(template, _WORKFLOW, spec, defaults, template)
                overlay = patched or template.get("podSpecPatch").present
                yield PodPlace(label, template.get("metadata"), pod, containers, overlay)


def _workflow_containers(template: Cursor, defaults: Cursor) -> Iterator[ContainerPlace]:
    for item in template.get("initContainers").items():
        yield ContainerPlace(item, "init container")
    for field in ("container", "script"):
        if template.get(field).is_mapping:
            yield ContainerPlace(_over(template.get(field), defaults.get(field)), "container", "main")
    for item in template.get("containerSet", "containers").items():
        yield ContainerPlace(item, "container")
    for item in template.get("sidecars").items():
        yield ContainerPlace(item, "sidecar")


def tasks(root: Cursor, kind: WorkloadKind) -> Iterator[PodPlace]:
    """Steps of Tekton tasks, with the pod that a run gives them. https://tekton.dev/docs/pipelines/podtemplates/"""
    run = next((at for _, at in find(root, kind.pod)), None) if kind.pod else None
    accounts = [root.get("spec")] if run is None else [root.get("spec"), root.get("spec", "taskRunTemplate")]
    for label, spec in find(root, kind.at):
        common = spec.get("stepTemplate")
        steps = [ContainerPlace(_over(item, common), "container") for item in spec.get("steps").items()]
        steps += [ContainerPlace(item, "sidecar") for item in spec.get("sidecars").items()]
        if steps:
            sources = [*accounts, *([] if run is None else [run])]
            pod = _gathered(spec, _RUN, *sources, spec)
            yield PodPlace(label, root.get("metadata"), pod, tuple(steps), overlay=True)


def flat(root: Cursor, kind: WorkloadKind) -> Iterator[PodPlace]:
    """Kinds whose spec is container and pod at once."""
    name = root.get("metadata", "name").text or ""
    for label, spec in find(root, kind.at):
        containers = [ContainerPlace(item, "init container") for item in spec.get("initContainers").items()]
        containers.append(ContainerPlace(spec, "container", name))
        containers += [ContainerPlace(item, "container") for item in spec.get("additionalContainers").items()]
        yield PodPlace(label, spec.get("podMetadata"), _gathered(spec, _FLAT, spec), tuple(containers), overlay=True)


def spark(root: Cursor, kind: WorkloadKind) -> Iterator[PodPlace]:
    """Driver and executor of Spark applications, besides their templates."""
    for label, process in find(root, kind.template.removesuffix(".template")):
        above = root.get(*process.path[:-1])
        container = _over(process, above, ("image", "imagePullPolicy"))
        pod = _gathered(process, _FLAT, above, process)
        yield PodPlace(label, process, pod, (ContainerPlace(container, "container", label),), overlay=True)


def machines(root: Cursor, kind: WorkloadKind) -> Iterator[PodPlace]:
    """Virtual machines of KubeVirt: disks of the host count as volumes, images of disks as images of containers."""
    for label, spec in find(root, kind.at):
        volumes = spec.get("volumes")
        disks: list[Node] = []
        containers: list[ContainerPlace] = []
        for item in volumes.items():
            if item.get("containerDisk").is_mapping:
                containers.append(ContainerPlace(item.get("containerDisk"), "container", item.get("name").text or ""))
            disks += _host_disks(item)
        parts: list[Part] = []
        entry = spec.node.entry("volumes") if isinstance(spec.node, Mapping) else None
        if entry is not None and disks:
            parts.append(Part(entry.key, sequence(disks, entry.value)))
        pod = _with(spec, parts)
        yield PodPlace(label, root.get("metadata"), pod, tuple(containers), overlay=True)


def _host_disks(volume: Cursor) -> Iterator[Node]:
    node = volume.node
    entry = node.entry("hostDisk") if isinstance(node, Mapping) else None
    if entry is not None and isinstance(node, Mapping):
        parts = [part(each) for each in node.entries if each.name == "name"]
        yield assembled([*parts, Part(_renamed(entry.key, "hostPath"), entry.value)], node)


def _gathered(at: Cursor, fields: tuple[Borrowed, ...], *sources: Cursor) -> Cursor:
    """A pod spec at the place of `at`, of the fields that `sources` give, later ones first; volumes are added up."""
    parts: dict[str, Part] = {}
    volumes: list[Sequence] = []
    for source in sources:
        node = source.node
        if not isinstance(node, Mapping):
            continue
        for field, written in fields:
            entry = node.entry(written)
            if entry is None:
                continue
            key = entry.key if field == written else _renamed(entry.key, field)
            parts[field] = Part(key, entry.value)
            if field == "volumes" and isinstance(entry.value, Sequence):
                volumes.append(entry.value)
    if len(volumes) > 1:
        parts["volumes"] = parts["volumes"]._replace(value=joined(volumes) or volumes[-1])
    return _with(at, list(parts.values()))


def _over(at: Cursor, under: Cursor, fields: tuple[str, ...] = ()) -> Cursor:
    """What is at `at` with what `under` adds to it, only some fields of that if they are named."""
    node, below = at.node, under.node
    if not isinstance(node, Mapping) or not isinstance(below, Mapping):
        return at
    if fields:
        below = excerpt(below, fields)
    return Cursor(at.source, _patched(below, node), at.key, at.anchor, at.path, at.owner)


def _patched(below: Node, above: Node, field: str = "") -> Node:
    """A strategic merge of two values, as both Tekton and Argo do it: mappings are merged, some lists by a key."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        parts = [part(entry) for entry in below.entries]
        for entry in above.entries:
            lower = below.get(entry.name)
            value = entry.value if lower is None else _patched(lower, entry.value, entry.name)
            parts.append(part(entry) if value is entry.value else Part(entry.key, value))
        return assembled(parts, above)
    key = _LIST_KEYS.get(field)
    if key is not None and isinstance(below, Sequence) and isinstance(above, Sequence):
        taken = {_text(item, key) for item in above.items}
        return sequence([*(item for item in below.items if _text(item, key) not in taken), *above.items], above)
    return above


def _text(item: Node, key: str) -> str | None:
    value = item.get(key) if isinstance(item, Mapping) else None
    return value.value if isinstance(value, Scalar) else None


def _with(at: Cursor, parts: list[Part]) -> Cursor:
    node = at.node
    made = assembled(parts, node) if isinstance(node, Mapping) else node
    return Cursor(at.source, made, at.key, at.anchor, at.path, at.owner)


def _renamed(key: Scalar, name: str) -> Scalar:
    return Scalar(name, key.style, key.tag, key.start, key.end)


SPECIAL: dict[str, Callable[[Cursor, WorkloadKind], Iterator[PodPlace]]] = {
    "argo-workflow": workflows,
    "flat-container": flat,
    "kubevirt": machines,
    "spark": spark,
    "tekton-task": tasks,
}
"""Extractors by the name that the table gives them."""
