"""Selectors of Services that choose no pod, and what they nearly chose."""

from __future__ import annotations

from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.scopes import is_cluster_scoped
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.named_tuple import NamedTuple


class Near(NamedTuple):
    """A pod that holds some labels of a selector, and the pairs that it lacks."""

    pod: PodSpec
    missing: tuple[str, ...]


def is_empty_handed(linked: LinkedService) -> bool:
    """Whether the selector surely chooses none of the pods of its namespace, of which there are some."""
    service = linked.service
    if linked.kind in (None, "ExternalName") or not service.has_selector or linked.pods:
        return False
    if any(field.value is None for _, field in service.selector.fields()):
        return False
    return bool(_settled(linked)) and not _may_be_chosen(linked)


def _settled(linked: LinkedService) -> tuple[PodSpec, ...]:
    return tuple(pod for pod in linked.bundle.pods_in(linked.namespace.name) if not pod.is_fragment)


def _may_be_chosen(linked: LinkedService) -> bool:
    """Whether a pod may get the labels from somebody else: a controller, a template, the base of a patch."""
    wanted = linked.service.selector.value or {}
    for pod in linked.bundle.pods_in(linked.namespace.name):
        known = pod.labels.value or {}
        if any(known.get(key, value) != value for key, value in wanted.items()):
            continue
        unknown = any(field.value is None for _, field in pod.labels.fields())
        if pod.overlay or unknown or (pod.labels.cursor.node is not None and not pod.labels.cursor.is_mapping):
            return True
    return False


def made_elsewhere(linked: LinkedService) -> bool:
    """Whether an object of a kind that nobody here knows lives beside the Service, and may make the pods."""
    return linked.namespace.name in linked.bundle.derived(_with_custom_objects)


def _with_custom_objects(bundle: Bundle) -> frozenset[str]:
    return frozenset(bundle.namespace_of(each).name for each in bundle.resources if _is_custom(each))


def _is_custom(resource: Resource) -> bool:
    group = resource.group
    known = not group or "." not in group or group.endswith((".k8s.io", ".kubernetes.io"))
    return not known and bool(resource.kind) and is_cluster_scoped(group, resource.kind) is not True


def nearest(linked: LinkedService) -> Near | None:
    """The pod that lacks the fewest labels, if it has any of them."""
    wanted = linked.service.selector.value or {}
    best: Near | None = None
    for pod in _settled(linked):
        labels = pod.labels.value or {}
        missing = tuple(f"{key}={value}" for key, value in wanted.items() if labels.get(key) != value)
        if len(missing) < len(wanted) and (best is None or len(missing) < len(best.missing)):
            best = Near(pod, missing)
    return best
