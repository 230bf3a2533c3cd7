"""Which Services gateways send requests to, by namespace and name."""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.manifest.place import Place
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.endpoints import endpoints

Backends = Mapping[tuple[str, str], tuple[Place, ...]]


def gateway_backends(bundle: Bundle) -> Backends:
    """Places that name a Service as the backend of a gateway."""
    return bundle.derived(_backends)


def _backends(bundle: Bundle) -> Backends:
    found: dict[tuple[str, str], list[Place]] = {}
    for endpoint in endpoints(bundle):
        for each in endpoint.backends:
            found.setdefault((each.namespace, each.name), []).append(each.place)
    return {key: tuple(places) for key, places in found.items()}
