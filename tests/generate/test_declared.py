"""What each sort of declaration opens, and what only looks like one: a line for every rule that is generated."""

from __future__ import annotations

import base64
from textwrap import dedent

import pytest

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.intent.plan import Plan, plan
from hullmark.linter.model.intent.scene import Options
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.report.network_policies import network_policies
from hullmark.linter.text import Source
from tests.generate.worlds import documents
from tests.network.oracle_terms import Object

SPACES = "".join(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n---\n" for name in ("shop", "other"))
NOWHERE = "0.0.0.0/0 but 169.254.169.254/32, ::/0 but fd00:ec2::254/128"
PRIVATE = "10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fc00::/7"


def workload(name: str, spec: str = "", *, kind: str = "Deployment", space: str = "shop", more: str = "") -> str:
    """A workload with port 8080, named `http`; `spec` are fields of its container in flow style."""
    fields = ", ".join(filter(None, ("name: app, image: app:1, ports: [{name: http, containerPort: 8080}]", spec)))
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {space}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
        f"    spec: {{{more + ', ' if more else ''}containers: [{{{fields}}}]}}\n"
    )


def service(name: str, spec: str = "", *, space: str = "shop", ports: str = "{port: 80, targetPort: http}") -> str:
    fields = ", ".join(filter(None, (f"selector: {{app: {name}}}", f"ports: [{ports}]", spec)))
    return f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {space}}}\nspec: {{{fields}}}\n"


def planned(text: str, options: Options | None = None) -> Plan:
    (bundle,) = build_workspace(read_manifest(Source("a.yaml", SPACES + text)).resources).bundles
    return plan(bundle, options or Options())


def lines(text: str, options: Options | None = None) -> list[str]:
    """`policy direction peers : ports` for every rule but those of the default policies."""
    found = []
    for policy in documents(network_policies(planned(text, options).policies)):
        if policy["metadata"]["name"] in ("default-deny", "allow-dns"):
            continue
        for direction, side in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(direction, []):
                peers = ", ".join(map(_peer, rule[side]))
                ports = ", ".join(f"{port['protocol']} {port['port']}" for port in rule.get("ports", []))
                found.append(f"{policy['metadata']['name']} {direction} {peers} : {ports}")
    return sorted(found)


def _peer(item: Object) -> str:
    if "ipBlock" in item:
        block = item["ipBlock"]
        return " but ".join((block["cidr"], *block.get("except", [])))
    pods, spaces = item.get("podSelector"), item.get("namespaceSelector")
    name = "*" if pods is None else _labels(pods)
    return name if spaces is None else f"{_labels(spaces) or 'any'}/{name}"


def _labels(selector: Object) -> str:
    parts = list(selector.get("matchLabels", {}).values())
    for each in selector.get("matchExpressions", []):
        parts.append(f"{each['operator']}({'|'.join(each['values'])})")
    return "+".join(parts)


BOTH = ["api ingress web : TCP 8080", "web egress api : TCP 8080"]
API = workload("api") + service("api")
CONFIG = "---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: settings, namespace: shop}}\n{field}:\n  key: {value}\n"


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
