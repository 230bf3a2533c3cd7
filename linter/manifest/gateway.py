"""Objects that carry settings of gateways: their own kinds, and the ones whose annotations or data gateways read."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.resource import KindSet, Resource

_KINDS = {
    "": ("Service", "ConfigMap"),
    "networking.k8s.io": ("Ingress",),
    "extensions": ("Ingress",),
    "gateway.networking.k8s.io": ("Gateway", "HTTPRoute", "BackendTLSPolicy"),
    "networking.istio.io": ("Gateway", "DestinationRule", "VirtualService"),
    "install.istio.io": ("IstioOperator",),
    "security.istio.io": ("RequestAuthentication",),
    "getambassador.io": ("Host", "TLSContext", "Mapping", "Module", "AuthService", "RateLimit", "Listener"),
    "projectcontour.io": ("HTTPProxy", "ContourConfiguration"),
    "traefik.io": ("TLSOption", "ServersTransport", "Middleware"),
    "traefik.containo.us": ("TLSOption", "ServersTransport", "Middleware"),
    "gateway.envoyproxy.io": ("SecurityPolicy", "ClientTrafficPolicy", "BackendTrafficPolicy"),
    "gateway.kgateway.dev": ("TrafficPolicy",),
    "k8s.nginx.org": ("Policy", "VirtualServer"),
    "apisix.apache.org": ("ApisixRoute", "ApisixPluginConfig", "ApisixGlobalRule"),
}


class GatewaySettings(Resource):
    """One object with settings of a gateway; which field of it matters depends on the kind."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset((group, kind) for group, kinds in _KINDS.items() for kind in kinds)
