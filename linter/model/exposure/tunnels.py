"""Tunnels: ways to the internet that no firewall and no load balancer sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.endpoint import Endpoint
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.tunnel_endpoints import tunnel_clients
from hullmark.linter.records import record

_CLASSES = ("ngrok", "cloudflare-tunnel")
_FUNNEL, _EXPOSE = "tailscale.com/funnel", "tailscale.com/expose"


@record(eq=False)
class Tunnel:
    """One tunnel. `to_internet`: everybody may use it, and not only a private network.

    `endpoints` are what it leads to, where the input shows it.
    """

    kinds: ClassVar[KindSet] = POD_KINDS | {
        ("", "Service"),
        ("networking.k8s.io", "Ingress"),
        ("extensions", "Ingress"),
        ("networking.cfargotunnel.com", "TunnelBinding"),
    }

    owner: Resource
    place: Place
    what: str
    to_internet: bool
    endpoints: tuple[Endpoint, ...] = ()

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Tunnel]:
        """Every tunnel of the bundle."""
        for resource in (*bundle.each(Service), *bundle.each(Ingress)):
            funnel, expose = resource.annotation(_FUNNEL), resource.annotation(_EXPOSE)
            if funnel.value == "true":
                yield cls(resource, funnel.place, "Tailscale Funnel", True)
            elif expose.value == "true":
                yield cls(resource, expose.place, "Tailscale", False)
        for ingress in bundle.each(Ingress):
            if ingress.class_name.among(_CLASSES):
                yield cls(ingress, ingress.class_name.place, ingress.class_name.value or "", True)
        for binding in bundle.by_kind("networking.cfargotunnel.com", "TunnelBinding"):
            yield cls(binding, binding.place, "a Cloudflare tunnel", True)
        for container, sort in tunnel_clients(bundle):
            ends = [each for each in endpoints(bundle) if each.route.cursor.node is container.resource.cursor.node]
            yield cls(container.resource, container.image.place, sort, True, tuple(ends))
