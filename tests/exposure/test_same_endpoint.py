"""The same host, path and backend, in the words of every kind of gateway, is the same endpoint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.endpoint import Endpoint
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.exposures import Way, exposures
from hullmark.linter.model.exposure.zones import Zone

Bundled = Callable[..., Bundle]
BACKEND = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec:
      selector: {app: web}
      ports: [{name: http, port: 80, targetPort: 8080}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: app
              image: registry.example/shop/web:1.4.2
              ports: [{containerPort: 8080}]
"""
WORDS = {
    "Ingress": """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec:
          rules:
            - host: shop.example.com
              http:
                paths: [{path: /cart, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]
    """,
    "Ingress v1beta1": """
        apiVersion: networking.k8s.io/v1beta1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec:
          rules:
            - host: shop.example.com
              http:
                paths: [{path: /cart, backend: {serviceName: web, servicePort: http}}]
    """,
    "HTTPRoute": """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: shop}
        spec:
          gatewayClassName: eg
          listeners: [{name: http, port: 80, protocol: HTTP}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: web, namespace: shop}
        spec:
          parentRefs: [{name: edge}]
          hostnames: [shop.example.com]
          rules:
            - matches: [{path: {type: PathPrefix, value: /cart}}]
              backendRefs: [{name: web, port: 80}]
    """,
    "Mapping": """
        apiVersion: getambassador.io/v3alpha1
        kind: Mapping
        metadata: {name: web, namespace: shop}
        spec: {hostname: shop.example.com, prefix: /cart, service: web}
        ---
        apiVersion: getambassador.io/v3alpha1
        kind: Host
        metadata: {name: web, namespace: shop}
        spec: {hostname: shop.example.com}
    """,
    "IngressRoute": """
        apiVersion: traefik.io/v1alpha1
        kind: IngressRoute
        metadata: {name: web, namespace: shop}
        spec:
          entryPoints: [web]
          routes:
            - match: Host(`shop.example.com`) && PathPrefix(`/cart`)
              services: [{name: web, port: 80}]
    """,
    "HTTPProxy": """
        apiVersion: projectcontour.io/v1
        kind: HTTPProxy
        metadata: {name: web, namespace: shop}
        spec:
          virtualhost: {fqdn: shop.example.com}
          routes:
            - conditions: [{prefix: /cart}]
              services: [{name: web, port: 80}]
    """,
    "Route": """
        apiVersion: route.openshift.io/v1
        kind: Route
        metadata: {name: web, namespace: shop}
        spec:
          host: shop.example.com
          path: /cart
          to: {kind: Service, name: web}
          port: {targetPort: http}
    """,
    "Route by target port": """
        apiVersion: route.openshift.io/v1
        kind: Route
        metadata: {name: web, namespace: shop}
        spec:
          host: shop.example.com
          path: /cart
          to: {kind: Service, name: web}
          port: {targetPort: 8080}
    """,
    "VirtualService": """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: edge, namespace: shop}
        spec:
          selector: {istio: ingressgateway}
          servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.example.com"]}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: web, namespace: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [edge]
          http:
            - match: [{uri: {prefix: /cart}}]
              route: [{destination: {host: web, port: {number: 80}}}]
    """,
    "VirtualServer": """
        apiVersion: k8s.nginx.org/v1
        kind: VirtualServer
        metadata: {name: web, namespace: shop}
        spec:
          host: shop.example.com
          upstreams: [{name: web, service: web, port: 80}]
          routes: [{path: /cart, action: {pass: web}}]
    """,
    "ApisixRoute": """
        apiVersion: apisix.apache.org/v2
        kind: ApisixRoute
        metadata: {name: web, namespace: shop}
        spec:
          http:
            - name: web
              match: {hosts: [shop.example.com], paths: ["/cart*"]}
              backends: [{serviceName: web, servicePort: 80}]
    """,
    "Gloo": """
        apiVersion: gateway.solo.io/v1
        kind: VirtualService
        metadata: {name: web, namespace: shop}
        spec:
          virtualHost:
            domains: [shop.example.com]
            routes:
              - matchers: [{prefix: /cart}]
                routeAction: {single: {upstream: {name: web, namespace: shop}}}
        ---
        apiVersion: gloo.solo.io/v1
        kind: Upstream
        metadata: {name: web, namespace: shop}
        spec: {kube: {serviceName: web, serviceNamespace: shop, servicePort: 80}}
    """,
}


def told(endpoint: Endpoint) -> tuple[object, ...]:
    (behind,) = endpoint.backends
    (goal,) = behind.targets
    return (
        endpoint.host,
        endpoint.path,
        endpoint.path_type,
        endpoint.zone.zone,
        endpoint.http,
        (behind.namespace, behind.name),
        (str(goal.pod), goal.number),
    )


@pytest.mark.parametrize("kind", WORDS)
def test_same_endpoint(bundled: Bundled, kind: str) -> None:
    (endpoint,) = endpoints(bundled(WORDS[kind], BACKEND))
    goal = ("shop", "web"), ("Deployment 'web'", 8080)
    assert told(endpoint) == ("shop.example.com", "/cart", "prefix", Zone.INTERNET, True, *goal)
    # OpenShift serves plain HTTP without `tls` as the others do; all of them know.
    assert endpoint.tls.is_off
    assert endpoint.controls.plain.is_on


@pytest.mark.parametrize("kind", WORDS)
def test_same_exposure(bundled: Bundled, kind: str) -> None:
    (exposure,) = exposures(bundled(WORDS[kind], BACKEND))
    assert exposure.way is Way.GATEWAY
    assert exposure.number == 8080
    assert len(exposure.steps) >= 3


def test_nothing_is_exposed_without_a_way_in(bundled: Bundled) -> None:
    assert exposures(bundled(BACKEND)) == ()
