"""Addresses behind Services that somebody wrote by hand: Endpoints, and EndpointSlices that no controller manages."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import ServicePort
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple

SLICE = ("discovery.k8s.io", "EndpointSlice")
_OWNER = "kubernetes.io/service-name"
_MANAGED = "endpointslice.kubernetes.io/managed-by"
_UNMIRRORED = "endpointslice.kubernetes.io/skip-mirror"
_OF_PODS = "endpointslice-controller.k8s.io"
_MIRRORED = "endpointslicemirroring-controller.k8s.io"


class Written(NamedTuple):
    """One object with addresses, and the namespace and name of the Service that they are behind."""

    resource: Resource
    namespace: str
    name: str

    @property
    def groups(self) -> Iterator[tuple[tuple[Cursor, ...], tuple[Cursor, ...]]]:
        """Addresses, and the ports at which all of them are meant."""
        root = self.resource.cursor
        for subset in root.get("subsets").items():
            yield tuple(item.get("ip") for item in subset.get("addresses").items()), tuple(subset.get("ports").items())
        # kube-proxy sends nothing to an address that is not ready; absent means ready (EndpointConditions in
        # staging/src/k8s.io/api/discovery/v1/types.go).
        ready = (item for item in root.get("endpoints").items() if item.get("conditions", "ready").text != "false")
        addresses = tuple(each for item in ready for each in item.get("addresses").items())
        if addresses:
            yield addresses, tuple(root.get("ports").items())

    def meant(self, port: ServicePort) -> Iterator[tuple[Cursor, Cursor]]:
        """Addresses, each with its own number of the port, to which a port of the Service leads."""
        # The two belong together by name and protocol, and targetPort says nothing here: ServicePortName in
        # pkg/proxy/types.go of Kubernetes.
        wanted = (port.name.value or "", port.transport)
        for addresses, ports in self.groups:
            for each in ports:
                if (each.get("name").text or "", each.get("protocol").text or "TCP") == wanted:
                    yield from ((address, each.get("port")) for address in addresses)

    def acts(self, beside_selector: bool) -> bool:
        """Whether kube-proxy hears of it, for a Service with a selector or without."""
        # Slices are read whoever wrote them, and controllers leave those of others alone. Endpoints are read by nobody
        # but the mirroring controller, which minds Services without a selector: shouldMirror and syncEndpoints in
        # pkg/controller/endpointslicemirroring of Kubernetes.
        if self.resource.kind == SLICE[1]:
            return True
        return not beside_selector and self.resource.label(_UNMIRRORED).value != "true"


def written_addresses(bundle: Bundle) -> dict[tuple[str, str], list[Written]]:
    """Objects with addresses, by namespace and name of their Service."""
    return bundle.derived(_written)


def _written(bundle: Bundle) -> dict[tuple[str, str], list[Written]]:
    found: dict[tuple[str, str], list[Written]] = {}
    for each in (*bundle.by_kind("", "Endpoints"), *bundle.by_kind(*SLICE)):
        name = each.name
        space = bundle.namespace_of(each).name
        if each.kind == SLICE[1]:
            name = each.label(_OWNER).value or ""
            manager = each.label(_MANAGED).value
            if manager == _OF_PODS or (manager == _MIRRORED and (space, name) in found):
                continue  # written by no hand, or the copy of Endpoints that are in the input themselves
        found.setdefault((space, name), []).append(Written(each, space, name))
    return found
