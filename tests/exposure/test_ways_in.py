"""The places of a finding, in the order in which somebody outside would walk them, for everything that opens a way."""

from __future__ import annotations

from textwrap import dedent

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.rule.registry import Registry

REGISTRY = Registry.of(shelf().rules)
DB = """
    apiVersion: v1
    kind: Service
    metadata: {name: db, namespace: shop}
    spec:
      selector: {app: db}
      ports: [{name: sql, port: 5432, targetPort: 5432}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: db-0, namespace: shop, labels: {app: db}}
    spec:
      containers: [{name: db, image: docker.io/library/postgres:17, ports: [{containerPort: 5432}]}]
"""
SERVICE = """
    apiVersion: v1
    kind: Service
    metadata: {{name: db, namespace: shop{annotations}}}
    spec:
      type: {type}
      selector: {{app: db}}
      ports: [{{port: 5432}}]
{more}    ---
    apiVersion: v1
    kind: Pod
    metadata: {{name: db-0, namespace: shop, labels: {{app: db}}}}
    spec:
      containers: [{{name: db, image: docker.io/library/postgres:17, ports: [{{containerPort: 5432}}]}}]
"""
POD = """
    apiVersion: v1
    kind: Pod
    metadata: {{name: db-0, namespace: shop}}
    spec:
      hostNetwork: {network}
      containers:
        - name: db
          image: docker.io/library/postgres:17
          ports: [{{containerPort: 5432{more}}}]
"""
GATEWAY = """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {{name: edge, namespace: {space}}}
    spec:
      gatewayClassName: eg
      listeners: [{{name: any, port: 443, protocol: {protocol}{more}}}]
    ---
    apiVersion: gateway.networking.k8s.io/v1
    kind: {kind}
    metadata: {{name: db, namespace: {home}}}
    spec:
      parentRefs: [{{name: edge}}]
      rules: [{{backendRefs: [{{name: db, namespace: shop, port: 5432}}]}}]
"""
GRANT = """
    apiVersion: gateway.networking.k8s.io/v1
    kind: ReferenceGrant
    metadata: {name: edge, namespace: shop}
    spec:
      from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: edge}]
      to: [{group: "", kind: Service}]
"""
NGINX = """
    apiVersion: v1
    kind: Service
    metadata: {name: nginx, namespace: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx}}
    spec: {type: LoadBalancer, selector: {app.kubernetes.io/name: ingress-nginx}, ports: [{port: 443}]}
"""
INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: db, namespace: shop}
    spec:
      ingressClassName: nginx
      rules:
        - host: db.example.com
          http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: db, port: {number: 5432}}}}]}
"""
EMISSARY = """
    apiVersion: getambassador.io/v3alpha1
    kind: Listener
    metadata: {name: https, namespace: shop}
    spec: {port: 8443, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: SELF}}}
    ---
    apiVersion: getambassador.io/v3alpha1
    kind: Host
    metadata: {name: all, namespace: shop}
    spec: {hostname: db.example.com, tlsSecret: {name: all}}
    ---
    apiVersion: getambassador.io/v3alpha1
    kind: Mapping
    metadata: {name: db, namespace: shop}
    spec: {hostname: db.example.com, prefix: /, service: db:5432}
"""
ISTIO = """
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: {name: edge, namespace: shop}
    spec:
      selector: {istio: ingressgateway}
      servers: [{port: {number: 5432, name: sql, protocol: TCP}, hosts: ["*"]}]
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: db, namespace: shop}
    spec:
      hosts: ["*"]
      gateways: [edge]
      tcp: [{route: [{destination: {host: db, port: {number: 5432}}}]}]
"""
TUNNEL = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: tunnel, namespace: edge}
    data:
      config.yaml: |
        tunnel: shop
        ingress:
          - hostname: db.example.com
            service: tcp://db.shop:5432
          - service: http_status:404
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: client, namespace: edge}
    spec:
      containers:
        - name: client
          image: docker.io/cloudflare/cloudflared:2025.1.0
          volumeMounts: [{name: config, mountPath: /etc/cloudflared}]
      volumes: [{name: config, configMap: {name: tunnel}}]
"""
ROUTES = {
    "Route": "route.openshift.io/v1 {host: db.example.com, to: {name: db}}",
    "IngressRouteTCP": "traefik.io/v1alpha1 {routes: [{match: HostSNI(`*`), services: [{name: db, port: 5432}]}]}",
    "HTTPProxy": "projectcontour.io/v1 "
    "{virtualhost: {fqdn: db.example.com}, routes: [{services: [{name: db, port: 5432}]}]}",
    "TCPIngress": "configuration.konghq.com/v1beta1 "
    "{rules: [{port: 5432, backend: {serviceName: db, servicePort: 5432}}]}",
    "TransportServer": "k8s.nginx.org/v1 "
    "{listener: {name: sql, protocol: TCP}, upstreams: [{name: db, service: db, port: 5432}], action: {pass: db}}",
    "ApisixRoute": "apisix.apache.org/v2 "
    "{stream: [{name: db, match: {ingressPort: 5432}, backend: {serviceName: db, servicePort: 5432}}]}",
}


BY_HAND = """
    apiVersion: v1
    kind: Endpoints
    metadata: {name: outer, namespace: edge}
    subsets: [{addresses: [{ip: 10.96.4.7}], ports: [{port: 5432}]}]
"""
SLICE = """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: outer-1, namespace: edge, labels: {kubernetes.io/service-name: outer}}
    addressType: IPv4
    endpoints: [{addresses: [10.96.4.7]}]
    ports: [{port: 5432}]
"""
OUTER = """
    apiVersion: v1
    kind: Service
    metadata: {name: outer, namespace: edge}
    spec:
      type: LoadBalancer
      ports: [{port: 5432}]
"""
POD_OF_DUMP = """
    apiVersion: v1
    kind: Pod
    metadata: {name: db-0, namespace: shop}
    spec:
      containers: [{name: db, image: docker.io/library/postgres:17, ports: [{containerPort: 5432}]}]
    status: {podIP: 10.96.4.7}
"""
BEFORE_OUTER = INGRESS.replace("namespace: shop", "namespace: edge").replace("{name: db, port:", "{name: outer, port:")


def route(kind: str) -> str:
    api, _, spec = ROUTES[kind].partition(" ")
    return f"    apiVersion: {api}\n    kind: {kind}\n    metadata: {{name: db, namespace: shop}}\n    spec: {spec}\n"


def gateway(kind: str, protocol: str, more: str = "") -> str:
    return GATEWAY.format(space="shop", home="shop", kind=kind, protocol=protocol, more=more)


TLS = ", tls: {mode: Passthrough}"
API_SERVER = "exposure/api-server-published-by-gateway"
ENDS = ["Service db", "Pod db-0"]
CASES = {
    "LoadBalancer": ([SERVICE.format(type="LoadBalancer", annotations="", more="")], ["Service db", *ENDS]),
    "NodePort": ([SERVICE.format(type="NodePort", annotations="", more="")], ["Service db", *ENDS]),
    "externalIPs": (
        [SERVICE.format(type="ClusterIP", annotations="", more="      externalIPs: [192.0.2.7]\n")],
        ["Service db", *ENDS],
    ),
    "marker": (
        [SERVICE.format(type="ClusterIP", annotations=', annotations: {tailscale.com/expose: "true"}', more="")],
        ["Service db", *ENDS],
    ),
    "hostPort": ([POD.format(network="false", more=", hostPort: 5432")], ["Pod db-0", "Pod db-0"]),
    "hostNetwork": ([POD.format(network="true", more="")], ["Pod db-0", "Pod db-0"]),
    "Ingress": ([INGRESS, DB], ["Ingress db", "Ingress db", *ENDS]),
    "Ingress with its gateway": ([INGRESS, DB, NGINX], ["Service nginx", "Ingress db", "Ingress db", *ENDS]),
    "TCPRoute": ([gateway("TCPRoute", "TCP"), DB], ["Gateway edge", "TCPRoute db", "TCPRoute db", *ENDS]),
    "TLSRoute": ([gateway("TLSRoute", "TLS", TLS), DB], ["Gateway edge", "TLSRoute db", "TLSRoute db", *ENDS]),
    "HTTPRoute": ([gateway("HTTPRoute", "HTTP"), DB], ["Gateway edge", "HTTPRoute db", "HTTPRoute db", *ENDS]),
    "GRPCRoute": ([gateway("GRPCRoute", "HTTPS"), DB], ["Gateway edge", "GRPCRoute db", "GRPCRoute db", *ENDS]),
    "ReferenceGrant": (
        [GATEWAY.format(space="edge", home="edge", kind="HTTPRoute", protocol="HTTP", more=""), DB, GRANT],
        ["Gateway edge", "HTTPRoute db", "HTTPRoute db", *ENDS],
    ),
    "Emissary": ([EMISSARY, DB], ["Host all", "Host all", "Mapping db", *ENDS]),
    "Istio": ([ISTIO, DB], ["Gateway edge", "VirtualService db", "VirtualService db", *ENDS]),
    "tunnel": ([TUNNEL, DB], ["ConfigMap tunnel", *ENDS]),
    "Endpoints to a Service": (
        [OUTER, BY_HAND, DB.replace("spec:\n      selector", "spec:\n      clusterIP: 10.96.4.7\n      selector", 1)],
        ["Service outer", "Service outer", "Endpoints outer", *ENDS],
    ),
    "Endpoints to a pod": (
        [OUTER, BY_HAND, POD_OF_DUMP],
        ["Service outer", "Service outer", "Endpoints outer", "Pod db-0"],
    ),
    "EndpointSlice to a pod": (
        [OUTER, SLICE, POD_OF_DUMP],
        ["Service outer", "Service outer", "EndpointSlice outer-1", "Pod db-0"],
    ),
    "Ingress to Endpoints": (
        [BEFORE_OUTER, OUTER.replace("LoadBalancer", "ClusterIP"), BY_HAND, POD_OF_DUMP],
        ["Ingress db", "Ingress db", "Service outer", "Endpoints outer", "Pod db-0"],
    ),
    **{kind: ([route(kind), DB], [f"{kind} db", f"{kind} db", *ENDS]) for kind in ROUTES},
}


def walked(texts: list[str], rule: str = "exposure/datastore-exposed") -> list[list[str]]:
    text = "---\n".join(dedent(each).lstrip("\n") for each in texts)
    report = lint_texts({"a.yaml": text}, REGISTRY, select=(rule,))
    lines = text.splitlines()
    heads = [(at, line.split()[1]) for at, line in enumerate(lines, 1) if line.startswith("kind:")]
    names = [(at, line) for at, line in enumerate(lines, 1) if line.startswith("metadata:")]

    def owner(line: int) -> str:
        kind = next(kind for at, kind in reversed(heads) if at <= line)
        name = next(text for at, text in reversed(names) if at <= line)
        return f"{kind} {name.partition('name: ')[2].partition(',')[0]}"

    for finding in report.findings:
        assert [each.location for each in finding.related] == [each.location for each in finding.flow[:-1]]
        assert finding.flow[-1].location == finding.location
    return [[owner(step.location.line) for step in finding.related] for finding in report.findings]


@pytest.mark.parametrize("name", CASES)
def test_places_lead_from_outside_to_the_pod(name: str) -> None:
    texts, expected = CASES[name]
    assert walked(texts) == [expected]


def test_without_grant_there_is_no_way() -> None:
    texts, _ = CASES["ReferenceGrant"]
    assert walked(texts[:-1]) == []


API = BY_HAND.replace("5432", "6443")
BEFORE_API = [each.replace("5432", "6443") for each in (BEFORE_OUTER, OUTER)]


def test_addresses_of_an_api_server_are_on_the_way_to_it() -> None:
    ways = walked([BEFORE_API[0], BEFORE_API[1].replace("LoadBalancer", "NodePort"), API], API_SERVER)
    assert ways == [
        ["Ingress db", "Ingress db", "Service outer", "Endpoints outer"],
        ["Service outer", "Endpoints outer"],
    ]
