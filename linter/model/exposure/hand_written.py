"""Addresses behind Services that somebody wrote by hand: Endpoints, and EndpointSlices that no controller manages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle

SLICE = ("discovery.k8s.io", "EndpointSlice")
_OWNER = "kubernetes.io/service-name"
_MANAGED = "endpointslice.kubernetes.io/managed-by"


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
        addresses = tuple(each for item in root.get("endpoints").items() for each in item.get("addresses").items())
        if addresses:
            yield addresses, tuple(root.get("ports").items())


def written_addresses(bundle: Bundle) -> dict[tuple[str, str], list[Written]]:
    """Objects with addresses, by namespace and name of their Service."""
    return bundle.derived(_written)


def _written(bundle: Bundle) -> dict[tuple[str, str], list[Written]]:
    found: dict[tuple[str, str], list[Written]] = {}
    for each in (*bundle.by_kind("", "Endpoints"), *bundle.by_kind(*SLICE)):
        name = each.name
        if each.kind == SLICE[1]:
            if each.label(_MANAGED).value == "endpointslice-controller.k8s.io":
                continue
            name = each.label(_OWNER).value or ""
        space = bundle.namespace_of(each).name
        found.setdefault((space, name), []).append(Written(each, space, name))
    return found
