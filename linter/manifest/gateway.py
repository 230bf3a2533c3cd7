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
    "gateway.k8s.aws": ("LoadBalancerConfiguration",),
}


class GatewaySettings(Resource):
    """One object with settings of a gateway; which field of it matters depends on the kind."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset((group, kind) for group, kinds in _KINDS.items() for kind in kinds)


_PUBLISHING = {
    "": ("Service",),
    "networking.k8s.io": ("Ingress",),
    "extensions": ("Ingress",),
    "gateway.networking.k8s.io": ("Gateway", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"),
    "route.openshift.io": ("Route",),
    "networking.istio.io": ("Gateway", "VirtualService"),
    "getambassador.io": ("Mapping", "TCPMapping", "Host", "Listener"),
    "traefik.io": ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP"),
    "traefik.containo.us": ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP"),
    "projectcontour.io": ("HTTPProxy",),
    "configuration.konghq.com": ("TCPIngress", "UDPIngress"),
    "k8s.nginx.org": ("VirtualServer", "VirtualServerRoute", "TransportServer"),
    "apisix.apache.org": ("ApisixRoute",),
}


class PublishingObject(Resource):
    """An object by which something is opened to the outside, perhaps for a while only."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset((group, kind) for group, kinds in _PUBLISHING.items() for kind in kinds)
