"""Addresses that somebody wrote behind a Service by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_link_local, is_loopback
from hullmark.linter.model.exposure.backends import gateway_backends
from hullmark.linter.model.exposure.endpoint import services_by_name
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.records import record

_SLICE = ("discovery.k8s.io", "EndpointSlice")
_OWNER = "kubernetes.io/service-name"
_MANAGED = "endpointslice.kubernetes.io/managed-by"


@record(eq=False)
class ManualAddress:
    """One address. `service` is the Service before it, None where the input has none; `leads` says where it goes."""

    kinds: ClassVar[KindSet] = frozenset({("", "Endpoints"), _SLICE})

    resource: Resource
    cursor: Cursor
    service: LinkedService | None
    leads: str
    is_exposed: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[ManualAddress]:
        """Every address that is written by hand."""
        for resource, namespace, name in _written(bundle):
            linked = bundle.derived(services_by_name).get((namespace, name))
            shown = linked is not None and (linked.reached.is_exposed or (namespace, name) in gateway_backends(bundle))
            for cursor in _addresses(resource):
                yield cls(resource, cursor, linked, _leads(bundle, cursor.text or "", namespace), shown)

    @property
    def place(self) -> Place:
        """The address."""
        return self.cursor.place


def _written(bundle: Bundle) -> Iterator[tuple[Resource, str, str]]:
    for each in bundle.by_kind("", "Endpoints"):
        yield each, bundle.namespace_of(each).name, each.name
    for each in bundle.by_kind(*_SLICE):
        if each.label(_MANAGED).value != "endpointslice-controller.k8s.io":
            yield each, bundle.namespace_of(each).name, each.label(_OWNER).value or ""


def _addresses(resource: Resource) -> Iterator[Cursor]:
    for subset in resource.cursor.get("subsets").items():
        for item in subset.get("addresses").items():
            yield item.get("ip")
    for item in resource.cursor.get("endpoints").items():
        yield from item.get("addresses").items()


def _leads(bundle: Bundle, text: str, namespace: str) -> str:
    """Where an address goes that nobody behind a Service should have; empty for others."""
    if is_loopback(text):
        return "the node's own loopback"
    if is_link_local(text):
        return "an address of the own link, where clouds answer for metadata"
    for linked in bundle.derived(services_by_name).values():
        if text and linked.service.cluster_ip.value == text and linked.namespace.name != namespace:
            return f"{linked} of namespace {linked.namespace.name!r}"
    return ""


def manual_ports(linked: LinkedService) -> frozenset[int]:
    """Ports of the addresses that are written by hand behind a Service."""
    found: set[int] = set()
    for resource, namespace, name in _written(linked.bundle):
        if (namespace, name) != (linked.namespace.name, linked.service.name):
            continue
        lists = [resource.cursor.get("ports"), *(each.get("ports") for each in resource.cursor.get("subsets").items())]
        for item in (port for each in lists for port in each.items()):
            text = item.get("port").text or ""
            if text.isdecimal():
                found.add(int(text))
    return frozenset(found)
