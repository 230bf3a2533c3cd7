"""What each way of naming a Service opens, and what only looks like one: a line for every rule that is generated."""

from __future__ import annotations

import base64

import pytest

from hullmark.linter.report.network_policies import network_policies
from tests.generate.rule_lines import API, BOTH, CONFIG, PRIVATE, lines, planned, service, workload


@pytest.mark.parametrize(
    "spec",
    [
        'env: [{name: X, value: "http://api"}]',
        'env: [{name: X, value: "http://api.shop"}]',
        'env: [{name: X, value: "https://user:pa55@api.shop.svc:80/a?b=c"}]',
        'env: [{name: X, value: "api.shop.svc.cluster.local."}]',
        'env: [{name: X, value: "see api.shop.svc for more"}]',
        "env: [{name: API_HOST, value: api}]",
        'env: [{name: apiAddress, value: "api:80"}]',
        'env: [{name: SERVERS, value: "other,api"}]',
        'env: [{name: X, value: "u:p@tcp(api:80)/db"}]',
        'env: [{name: X, value: "host=api port=80 user=x"}]',
        'args: ["--upstream=api:80"]',
        'args: ["--upstream", "api"]',
        'command: [sh, -c, "until nc -z api 80; do sleep 1; done; curl http://api/x"]',
        'args: ["--listen=$(API_SERVICE_HOST):1"]',
    ],
)
def test_a_pod_names_a_service(spec: str) -> None:
    assert lines(API + workload("web", spec)) == BOTH


@pytest.mark.parametrize(
    "spec",
    [
        "env: [{name: APP, value: api}]",
        "env: [{name: OTEL_SERVICE_NAME, value: api}]",
        'env: [{name: X, value: "the api is great"}]',
        'env: [{name: X, value: "registry.example/api:1.2"}]',
        'env: [{name: X, value: "/etc/api/config"}]',
        'env: [{name: X, value: "http://api.example.com/v1"}]',
        'env: [{name: X, value: "http://web-api:80"}]',
        'env: [{name: X, value: "api:81"}]',
        'args: ["--mode=api"]',
        "env: [{name: API_HOST, value: api.example.com}]",
    ],
)
def test_a_word_is_no_service(spec: str) -> None:
    assert lines(API + workload("web", spec)) == []


def test_configuration_that_a_pod_reads() -> None:
    url = "'{url: \"http://api.shop.svc/\"}'"
    secret = base64.b64encode(b"http://api.shop.svc/").decode()
    mounted = "volumes: [{name: a, %s}]"
    for kind, field, value, reading in (
        ("ConfigMap", "data", url, workload("web", more=mounted % "configMap: {name: settings}")),
        ("ConfigMap", "data", url, workload("web", "envFrom: [{configMapRef: {name: settings}}]")),
        ("Secret", "data", secret, workload("web", more=mounted % "secret: {secretName: settings}")),
        (
            "Secret",
            "stringData",
            url,
            workload("web", more=mounted % "projected: {sources: [{secret: {name: settings}}]}"),
        ),
        (
            "ConfigMap",
            "data",
            "api",
            workload("web", "env: [{name: API_HOST, valueFrom: {configMapKeyRef: {name: settings, key: key}}}]"),
        ),
    ):
        text = API + reading + CONFIG.format(kind=kind, field=field, value=value)
        assert lines(text) == BOTH, text
        assert lines(API + workload("web") + CONFIG.format(kind=kind, field=field, value=value)) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name: api", False),
        ("service.name=api", False),
        ("# api: see http://example.com/api", False),
        ("server: api", True),
        ("server=api", True),
        ('{\\"upstreamUrl\\": \\"api\\"}', True),
        ("proxy_pass http://api;", True),
        ("brokers = api:80,other:80", True),
    ],
)
def test_words_in_a_file(text: str, names: bool) -> None:
    config = CONFIG.format(kind="ConfigMap", field="data", value=f'"first\\n{text}\\nlast"')
    found = lines(API + workload("web", more="volumes: [{name: a, configMap: {name: settings}}]") + config)
    assert found == (BOTH if names else [])


def test_no_secret_is_repeated() -> None:
    text = API + workload("web", 'env: [{name: X, value: "https://user:pa55w0rd@api.shop.svc:80/"}]')
    found = planned(text)
    assert "pa55w0rd" not in network_policies(found.policies) + "".join(each.text for each in found.remarks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            workload("api", space="other") + service("api", space="other") + workload("web", 'args: ["http://api.other"]'),
            ["api ingress shop/web : TCP 8080", "web egress other/api : TCP 8080"],
        ),
        (
            workload("db", kind="StatefulSet")
            + service("db", "clusterIP: None")
            + workload("web", 'args: ["--db-host=db-0.db:8080"]'),
            ["db ingress web : TCP 8080", "web egress db : TCP 8080"],
        ),
        (
            workload("db", kind="StatefulSet").replace("spec:\n", "spec:\n  replicas: 3\n  serviceName: db\n", 1)
            + service("db", "clusterIP: None"),
            ["db egress db : TCP 8080", "db ingress db : TCP 8080"],
        ),
        (
            service("db", ports="{port: 5432}").replace("selector: {app: db}, ", "")
            + "---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: db, namespace: shop}\n"
            + "subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{port: 5433}]}]\n"
            + workload("web", 'args: ["--db-host=db"]'),
            ["web egress 192.0.2.7/32 : TCP 5433"],
        ),
        (
            API.replace("name: api, namespace: shop}\nspec: {sel", "name: api, namespace: shop,\n"
            "  annotations: {hullmark.io/accepts-from: batch}}\nspec: {sel"),
            ["api ingress batch/* : TCP 8080"],
        ),
        (
            API
            + workload("web").replace(
                "namespace: shop}", "namespace: shop, annotations: {hullmark.io/connects-to: api}}"
            ),
            BOTH,
        ),
        (service("web", "type: LoadBalancer") + workload("web"), ["web ingress 0.0.0.0/0, ::/0 : TCP 8080"]),
        (
            service(
                "web", "type: LoadBalancer, externalTrafficPolicy: Local, loadBalancerSourceRanges: [192.0.2.0/24]"
            )
            + workload("web"),
            ["web ingress 192.0.2.0/24 : TCP 8080"],
        ),
        (
            service("web", "type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24]") + workload("web"),
            ["web ingress 0.0.0.0/0, ::/0 : TCP 8080"],
        ),
        (service("web", "type: NodePort") + workload("web"), ["web ingress 0.0.0.0/0, ::/0 : TCP 8080"]),
        (
            API + workload("web", 'args: ["http://api"]', more="hostNetwork: true"),
            [f"api ingress {PRIVATE} : TCP 8080"],
        ),
        (
            workload("api", more="hostNetwork: true") + service("api") + workload("web", 'args: ["http://api"]'),
            [f"web egress {PRIVATE} : TCP 8080"],
        ),
    ],
    ids=[
        "other namespace", "pod behind a headless Service", "members", "Endpoints", "accepts-from", "connects-to",
        "load balancer", "ranges that arrive", "ranges that do not", "node port", "from a node", "to a node",
    ],
)  # fmt: skip
def test_services(text: str, expected: list[str]) -> None:
    assert lines(text) == expected
