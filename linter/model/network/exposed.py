"""Which units something of the input publishes: Services that nodes or load balancers listen for, and routes to them.

This is about whether a wide policy is meant, not about how far the way is: the exposure model knows that.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.controllers import controller_of
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.units import Unit
from hullmark.linter.records import field, record

_ROUTES = frozenset(
    {"Ingress", "Route", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute", "VirtualService"}
)
_ROUTERS = frozenset({"Mapping", "TCPMapping", "IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "HTTPProxy"})
_DEEPEST = 12


@record(frozen=False)
class Publication:
    """Services and routes in front of one unit. `is_gateway`: it is there to be reached."""

    services: list[Service] = field(default_factory=list)
    routes: list[Resource] = field(default_factory=list)
    is_gateway: bool = False

    @property
    def is_outside(self) -> bool:
        """Whether somebody outside the cluster is meant to reach it."""
        return bool(self.routes) or any(_is_outside(service) for service in self.services)


def _is_outside(service: Service) -> bool:
    return service.effective_type in ("NodePort", "LoadBalancer") or bool(service.external_ips.texts)


def published(network: Network, unit: Unit) -> Publication:
    """What publishes a unit."""
    found = network.bundle.derived(_publications).get(id(unit.pod))
    return Publication() if found is None else found


def services_of(network: Network, unit: Unit) -> list[Service]:
    """Services that select a unit."""
    return published(network, unit).services


def _publications(bundle: Bundle) -> dict[int, Publication]:
    found: dict[int, Publication] = {}
    behind = _backends(bundle)
    for service in bundle.each(Service):
        namespace = bundle.namespace_of(service).name
        if not service.has_selector:
            continue
        for pod in bundle.pods_labelled(namespace, service.selector.value or {}):
            entry = found.setdefault(id(pod), Publication())
            entry.services.append(service)
            entry.routes += behind.get((namespace, service.name), [])
    for pod in bundle.pods:
        controller = controller_of(pod, pod.account_name or "")
        host_ports = any(port.host_port.present for container in pod.containers for port in container.ports)
        if host_ports or (controller is not None and controller.gateway):
            found.setdefault(id(pod), Publication()).is_gateway = True
    return found


def _backends(bundle: Bundle) -> dict[tuple[str, str], list[Resource]]:
    """Routes by namespace and name of the Services that they name."""
    found: dict[tuple[str, str], list[Resource]] = {}
    for resource in bundle.resources:
        if resource.kind not in _ROUTES and resource.kind not in _ROUTERS:
            continue
        own = bundle.namespace_of(resource).name
        for name, namespace in dict.fromkeys(_named(resource.cursor.get("spec"))):
            found.setdefault((namespace or own, name), []).append(resource)
    return found


def _named(spec: Cursor) -> Iterator[tuple[str, str]]:
    """Names of Services anywhere in a route: `service.name`, `serviceName`, `backendRefs[].name`, hosts and URLs."""
    waiting = [("", spec, 0)]
    while waiting:
        key, at, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        if at.is_mapping:
            name, namespace = at.get("name").text, at.get("namespace").text or ""
            if name and key in ("service", "backendRefs", "services", "to", "backendRef", "alternateBackends"):
                yield name, namespace
            waiting += [(inner, cursor, depth + 1) for inner, cursor in at.entries()]
        elif at.is_sequence:
            waiting += [(key, item, depth + 1) for item in at.items()]
        elif at.text and key in ("serviceName", "host", "service"):
            host = at.text.rpartition("://")[2].partition(":")[0].partition("/")[0]
            parts = host.split(".")
            yield parts[0], parts[1] if len(parts) > 1 else ""
