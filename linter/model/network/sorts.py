"""Sorts of workloads that network rules treat apart: datastores, interfaces of administrators, DNS, agents of metrics.

Told by the image as the table of sensitive services has it, or by a port that hardly anything else listens on where
name and image do not contradict.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.pod import Container
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.sensitive import by_image, is_one_of, sensitive_sort, tail
from hullmark.linter.named_tuple import NamedTuple

_DATASTORE, _ADMIN = "datastore", "admin-interface"
_NOT_STORES = (
    "exporter",
    "operator",
    "dashboards",
    "ui",
    "proxy",
    "client",
    "backup",
    "commander",
    "insight",
    "express",
)
_METRICS = ("exporter", "kube-state-metrics", "metrics-server", "prometheus-adapter", "cadvisor", "fluent-bit")
_DNS = ("coredns", "kube-dns", "k8s-dns-node-cache", "k8s-dns-kube-dns")


class Datastore(NamedTuple):
    """What a datastore is called and the ports it speaks on; `by_port`: only a port says so."""

    name: str
    ports: tuple[int, ...]
    by_port: bool = False


def _running(unit: Unit) -> Iterator[Container]:
    return (container for container in unit.pod.containers if container.is_long_running)


def datastore(unit: Unit) -> Datastore | None:
    """The datastore that a unit is, None where it is none."""
    row = sensitive_sort(_DATASTORE)
    for container in _running(unit):
        name = tail(container)
        if by_image(container, _DATASTORE) and not _is_beside(name):
            longest = max((each for each in row.images if is_one_of(name, (each,))), key=len)
            usual = row.image_ports.get(longest, ())
            declared = tuple(port.number for port in unit.ports if port.number in usual)
            return Datastore(longest, declared or usual)
    telling = tuple(port.number for port in unit.ports if port.protocol == "TCP" and port.number in row.ports)
    if not telling or any(_is_beside(text) for text in (*map(tail, _running(unit)), unit.name)):
        return None
    return Datastore("datastore", telling, by_port=True)


def _is_beside(name: str) -> bool:
    """Whether a name is that of a program that only has to do with datastores."""
    return any(word in name for word in _NOT_STORES)


def is_admin_interface(unit: Unit) -> bool:
    """Whether the unit is an interface for administrators."""
    return any(by_image(container, _ADMIN) or tail(container) == "argocd" for container in _running(unit))


def serves_everybody(unit: Unit) -> bool:
    """Whether it is a unit's job to answer all namespaces: cluster DNS, and agents that metrics are read from."""
    if unit.labels.get("k8s-app") == "kube-dns":
        return True
    return any(word in tail(container) for container in _running(unit) for word in (*_METRICS, *_DNS))
