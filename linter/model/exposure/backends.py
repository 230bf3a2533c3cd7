"""Which Services gateways send requests to, by namespace and name."""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.bundle import Bundle

Backends = Mapping[tuple[str, str], tuple[Place, ...]]


def gateway_backends(bundle: Bundle) -> Backends:
    """Places that name a Service as the backend of a gateway."""
    return bundle.derived(_backends)


def _backends(bundle: Bundle) -> Backends:
    found: dict[tuple[str, str], list[Place]] = {}
    for ingress in bundle.each(Ingress):
        namespace = bundle.namespace_of(ingress).name
        paths = [path.backend for rule in ingress.rules for path in rule.paths]
        for backend in (ingress.default_backend, *paths):
            if backend.service_name.value:
                found.setdefault((namespace, backend.service_name.value), []).append(backend.service_name.place)
    return {key: tuple(places) for key, places in found.items()}
