"""Endpoints of tunnels: what a client in the cluster, or an object for a controller, leads to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.pod import Container
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import Controls
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Endpoint, backend
from hullmark.linter.model.exposure.images import containers_by_image
from hullmark.linter.model.exposure.service_names import service_address
from hullmark.linter.model.exposure.tunnel_settings import Published, published
from hullmark.linter.model.exposure.zones import Reached, Zone

CLIENTS = {
    "cloudflared": "cloudflared",
    "ngrok": "ngrok",
    "ngrok-ingress-controller": "ngrok",
    "kubernetes-ingress-controller-ngrok": "ngrok",
    "inlets": "inlets",
    "inlets-pro": "inlets",
    "frpc": "frp",
    "bore": "bore",
    "localtunnel": "localtunnel",
    "zrok": "zrok",
}
"""Clients of tunnels by the last part of their image's path."""
_ZONE = Reached(Zone.INTERNET, Confidence.HIGH, None, "a tunnel leads here")


def tunnel_clients(bundle: Bundle) -> tuple[tuple[Container, str], ...]:
    """Containers that are clients of tunnels, with the sort of the tunnel."""
    return bundle.derived(_clients)


def _clients(bundle: Bundle) -> tuple[tuple[Container, str], ...]:
    found = containers_by_image(bundle).items()
    sorts = ((CLIENTS.get(repository.rpartition("/")[2]), containers) for repository, containers in found)
    return tuple((container, sort) for sort, containers in sorts if sort is not None for container in containers)


def tunnel_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Addresses that tunnels publish, where it is known what they lead to."""
    for container, sort in tunnel_clients(bundle):
        for each in published(bundle, container, sort):
            found = _endpoint(bundle, container, sort, each)
            if found is not None:
                yield found
    for binding in bundle.by_kind("networking.cfargotunnel.com", "TunnelBinding"):
        space = bundle.namespace_of(binding).name
        for item in binding.cursor.get("subjects").items():
            name, host = item.get("name"), item.get("spec", "fqdn").text or ANY_HOST
            if name.text:
                behind = (backend(bundle, space, name.text, None, name),)
                yield Endpoint(
                    bundle, "cloudflared", binding, binding, space, host, "/", "prefix", name.place, name.place,
                    behind, _ZONE, Controls(),
                )  # fmt: skip


def _endpoint(bundle: Bundle, container: Container, sort: str, each: Published) -> Endpoint | None:
    space = bundle.namespace_of(container.resource).name
    address = service_address(each.target, space)
    if address is None:
        return None
    owner = container.resource
    behind = (backend(bundle, address.namespace, address.name, address.port, each.place),)
    return Endpoint(
        bundle, sort, owner, owner, space, each.host or ANY_HOST, each.path or "/", "prefix", each.place, each.place,
        behind, _ZONE, Controls(auth=each.auth), http=each.http,
    )  # fmt: skip
