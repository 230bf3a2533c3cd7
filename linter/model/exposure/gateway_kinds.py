"""Kinds that open endpoints, and kinds that gateways read besides."""

from __future__ import annotations

_ROUTES = {
    "networking.k8s.io": ("Ingress",),
    "extensions": ("Ingress",),
    "gateway.networking.k8s.io": ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"),
    "route.openshift.io": ("Route",),
    "networking.istio.io": ("VirtualService",),
    "getambassador.io": ("Mapping", "TCPMapping"),
    "traefik.io": ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP"),
    "traefik.containo.us": ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP"),
    "projectcontour.io": ("HTTPProxy",),
    "configuration.konghq.com": ("TCPIngress", "UDPIngress"),
    "k8s.nginx.org": ("VirtualServer", "TransportServer"),
    "apisix.apache.org": ("ApisixRoute",),
    "gateway.solo.io": ("VirtualService",),
    "serving.knative.dev": ("Service", "DomainMapping"),
    "networking.cfargotunnel.com": ("TunnelBinding",),
}
_GATEWAYS = {
    "gateway.networking.k8s.io": ("Gateway", "ListenerSet", "GatewayClass", "ReferenceGrant"),
    "gateway.networking.x-k8s.io": ("XListenerSet",),
    "networking.istio.io": ("Gateway",),
    "getambassador.io": ("Host", "Listener", "Module"),
}
_POLICIES = {
    "gateway.envoyproxy.io": ("SecurityPolicy", "BackendTrafficPolicy", "ClientTrafficPolicy"),
    "gateway.kgateway.dev": ("TrafficPolicy",),
    "networking.gke.io": ("GCPBackendPolicy",),
    "traefik.io": ("Middleware", "TLSOption", "ServersTransport"),
    "traefik.containo.us": ("Middleware", "TLSOption", "ServersTransport"),
    "configuration.konghq.com": ("KongPlugin", "KongClusterPlugin"),
    "k8s.nginx.org": ("Policy",),
}


def _pairs(*tables: dict[str, tuple[str, ...]]) -> frozenset[tuple[str, str]]:
    return frozenset((group, kind) for each in tables for group, kinds in each.items() for kind in kinds)


ROUTE_KINDS = _pairs(_ROUTES)
"""Objects that say where requests from outside lead."""
GATEWAY_KINDS = _pairs(_ROUTES, _GATEWAYS)
"""Routes, and the gateways that take them."""
POLICY_KINDS = _pairs(_POLICIES)
"""Policies of gateways."""
