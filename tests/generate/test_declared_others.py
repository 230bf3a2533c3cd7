"""What gateways, the API server, Prometheus and policies open: a line for every rule that is generated."""

from __future__ import annotations

from textwrap import dedent

import pytest

from hullmark.linter.model.intent.scene import Options
from tests.generate.rule_lines import API, NOWHERE, PRIVATE, lines, planned, service, workload

INGRESS = dedent("""\
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: api, namespace: shop}
    spec:
      ingressClassName: nginx
      rules:
        - host: api.example.com
          http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}
""")
CONTROLLER = workload("controller", space="other").replace(
    "image: app:1", "image: registry.k8s.io/ingress-nginx/controller:v1"
)


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        (
            INGRESS + CONTROLLER,
            Options(),
            ["api ingress other/controller : TCP 8080", "controller egress shop/api : TCP 8080"],
        ),
        (INGRESS, Options(gateways=("edge",)), ["api ingress edge/* : TCP 8080"]),
        (INGRESS, Options(), ["api ingress any/In(ingress-nginx|nginx-ingress) : TCP 8080"]),
    ],
    ids=["in the input", "named by the owner", "by its label"],
)
def test_gateways(text: str, options: Options, expected: list[str]) -> None:
    assert lines(API + text, options) == expected


WEBHOOK = dedent("""\
    ---
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: checks}
    webhooks: [{name: a.example.com, clientConfig: {service: {namespace: shop, name: api}}}]
""")
ACCESS = dedent("""\
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: robot, namespace: shop}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: robot, namespace: shop}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    subjects: [{kind: ServiceAccount, name: robot, namespace: shop}]
""")
ROBOT = workload("web", more="serviceAccountName: robot")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        (WEBHOOK, Options(("192.0.2.1/32",)), ["api ingress 192.0.2.1/32 : TCP 8080"]),
        (WEBHOOK, Options(), [f"api ingress kube-system/konnectivity-agent, {PRIVATE} : TCP 8080"]),
        (ACCESS + ROBOT, Options(("192.0.2.1/32",)), ["web egress 192.0.2.1/32 : TCP 443, TCP 6443"]),
        (ACCESS + ROBOT, Options(), [f"web egress {NOWHERE} : TCP 443, TCP 6443"]),
        (ACCESS + workload("web"), Options(), []),
        (ACCESS + ROBOT.replace("robot,", "robot, automountServiceAccountToken: false,"), Options(), []),
    ],
    ids=["webhook", "webhook, unknown", "token", "token, unknown", "powerless account", "no token"],
)
def test_api_server(text: str, options: Options, expected: list[str]) -> None:
    api = workload("api") + service("api", ports="{port: 443, targetPort: http}")
    assert lines((api if text is WEBHOOK else "") + text, options) == expected


MONITOR = dedent("""\
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: {kind}
    metadata: {{name: api, namespace: shop}}
    spec: {{selector: {{matchLabels: {{app: api}}}}, {field}: [{{port: {port}}}]}}
""")
PROMETHEUS = dedent("""\
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: Prometheus
    metadata: {name: main, namespace: other}
    spec: {serviceAccountName: prometheus}
""")
METRICS = workload("api") + service("api", ports="{name: metrics, port: 80, targetPort: http}").replace(
    "namespace: shop}", "namespace: shop, labels: {app: api}}"
)
SCRAPED = [
    "api ingress other/main+prometheus : TCP 8080",
    "prometheus-main egress shop/api : TCP 8080",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (METRICS + MONITOR.format(kind="ServiceMonitor", field="endpoints", port="metrics") + PROMETHEUS, SCRAPED),
        (METRICS + MONITOR.format(kind="PodMonitor", field="podMetricsEndpoints", port="http") + PROMETHEUS, SCRAPED),
        (
            METRICS + MONITOR.format(kind="ServiceMonitor", field="endpoints", port="metrics"),
            ["api ingress any/prometheus : TCP 8080"],
        ),
        (METRICS + MONITOR.format(kind="ServiceMonitor", field="endpoints", port="other") + PROMETHEUS, []),
        (
            METRICS.replace(
                "metadata: {labels: {app: api}}",
                "metadata: {labels: {app: api}, annotations: "
                '{prometheus.io/scrape: "true", prometheus.io/port: "9100"}}',
            ),
            ["api ingress any/prometheus : TCP 9100"],
        ),
    ],
    ids=["ServiceMonitor", "PodMonitor", "no Prometheus here", "port that is not there", "annotation"],
)
def test_prometheus(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_what_cannot_be_known_is_told() -> None:
    text = (
        workload("web", 'args: ["--db-host=db", "http://gone.far.svc:80"]')
        + "---\napiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\n"
        + "spec: {type: ExternalName, externalName: db.example.com}\n"
        + workload("lonely")
        + service("lonely")
        + workload("bare", 'args: ["http://lonely:80"]').replace("metadata: {labels: {app: bare}}", "metadata: {}")
    )
    told = [each.text for each in planned(text).remarks]
    for part in (
        "stands for 'db.example.com', which is outside",
        "Service far/gone is not in the input",
        "Deployment 'bare' has no labels",
    ):
        assert sum(part in each for each in told) >= 1, (part, told)
    alone = [each.text for each in planned(workload("lonely") + service("lonely")).remarks]
    assert alone == ["nothing in the input names Service 'lonely', so that it stays closed"]


NAMED = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: for-api, namespace: shop}
spec: {podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}
"""
CONFINED = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: for-web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}
"""


def test_a_policy_declares_what_is_possible_today() -> None:
    """Who may come by name keeps coming, unless its own policies forbid it to go there: those are not softened."""
    assert lines(API + workload("web") + NAMED) == ["web egress api : "]
    assert lines(API + workload("web") + NAMED + CONFINED) == []


def test_what_lets_everybody_in_is_not_counted_and_has_to_go() -> None:
    wide = NAMED.replace("for-api", "open").replace("{matchLabels: {app: api}}", "{}", 1)
    wide = wide.replace("ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]", "ingress: [{}]")
    found = planned(API + workload("web", 'args: ["http://api"]') + wide)
    assert [each.name for each in found.gone] == ["open"]
    assert {each.name for each in found.policies if each.namespace == "shop"} == {
        "default-deny",
        "allow-dns",
        "api",
        "web",
    }
    certain = wide.replace("podSelector: {}", "podSelector: {matchLabels: {app: api}}")
    kept = planned(API + workload("web", 'args: ["http://api"]') + certain)
    assert not kept.gone
    assert "NetworkPolicy 'open' lets everybody in: that stays open" in [each.text for each in kept.remarks]
    assert lines(API + workload("web", 'args: ["http://api"]') + certain) == ["web egress api : TCP 8080"]
