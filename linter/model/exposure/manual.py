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
from hullmark.linter.model.exposure.hand_written import SLICE, written_addresses
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.steps import Step
from hullmark.linter.records import record


@record(eq=False)
class ManualAddress:
    """One address. `service` is the Service before it, None where the input has none; `leads` says where it goes."""

    kinds: ClassVar[KindSet] = frozenset({("", "Endpoints"), SLICE})

    resource: Resource
    cursor: Cursor
    service: LinkedService | None
    leads: str
    is_exposed: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[ManualAddress]:
        """Every address that is written by hand."""
        for written in (each for members in written_addresses(bundle).values() for each in members):
            key = (written.namespace, written.name)
            linked = bundle.derived(services_by_name).get(key)
            shown = linked is not None and (linked.reached.is_exposed or key in gateway_backends(bundle))
            for cursor in (each for addresses, _ in written.groups for each in addresses):
                leads = _leads(bundle, cursor.text or "", written.namespace)
                yield cls(written.resource, cursor, linked, leads, shown)

    @property
    def place(self) -> Place:
        """The address."""
        return self.cursor.place


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


def manual_ports(linked: LinkedService) -> dict[int, Step]:
    """Ports of the addresses that are written by hand behind a Service, each with the first step to it."""
    found: dict[int, Step] = {}
    for each in linked.written:
        for _, ports in each.groups:
            for cursor in (port.get("port") for port in ports):
                text = cursor.text or ""
                if text.isdecimal():
                    found.setdefault(int(text), Step(cursor.place, f"{each.resource} sends requests on to port {text}"))
    return found
