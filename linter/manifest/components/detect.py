"""Which components a resource describes. Adapters know formats and no rule; detection never rests on `kind` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.manifest.components.cluster_api import cluster_api
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.fields import KINDS, etcd_file, field_document
from hullmark.linter.manifest.components.kindless import ETCD
from hullmark.linter.manifest.components.kubeadm import kubeadm
from hullmark.linter.manifest.components.kubeadm_parts import CLUSTER_API, GROUP
from hullmark.linter.manifest.components.workload import workload
from hullmark.linter.manifest.resource import Resource

_WORKLOADS = frozenset({"", "apps", "batch", "extensions"})


class _Memory:
    """The components of the resource that was asked for last: all subjects of one resource are asked for in turn."""

    resource: Resource | None = None
    found: tuple[Component, ...] = ()


def components(resource: Resource) -> tuple[Component, ...]:
    """Every component that `resource` describes, in file order."""
    if _Memory.resource is not resource:
        _Memory.found = tuple(_found(resource))
        _Memory.resource = resource
    return _Memory.found


def _found(resource: Resource) -> Iterator[Component]:
    adapter = _adapter(resource)
    if adapter is not None:
        yield from adapter(resource)


def _adapter(resource: Resource) -> Callable[[Resource], Iterator[Component]] | None:
    group = resource.group
    if group == GROUP:
        return kubeadm
    if resource.gk in CLUSTER_API:
        return cluster_api
    if resource.gk in KINDS:
        return _in_kubeadm_file if f"{GROUP}/" in resource.cursor.source.text else field_document
    if resource.kind == ETCD and not group:
        return etcd_file
    return workload if group in _WORKLOADS else None


def _in_kubeadm_file(resource: Resource) -> Iterator[Component]:
    """A KubeletConfiguration beside kubeadm documents is completed by kubeadm."""
    return field_document(resource, origin="kubeadm" if resource.kind == "KubeletConfiguration" else "")
