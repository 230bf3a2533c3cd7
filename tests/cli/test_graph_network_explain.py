"""`hullmark graph network --explain`, run as a user runs it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, image: registry.example/a:1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: a, image: registry.example/a:1, ports: [{containerPort: 5432, name: sql}]}]}
"""
DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
ALLOW = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: none}}}]
    - from: [{podSelector: {matchLabels: {app: web}}}]
      ports: [{port: sql}]
"""
ADMIN = """\
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: freeze}
spec:
  priority: 10
  subject: {namespaces: {}}
  ingress:
    - name: nobody
      action: Deny
      from: [{namespaces: {}}]
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: front, namespace: shop}
spec:
  tier: security
  selector: app == 'db'
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source: {selector: app == 'web'}
      destination: {ports: [5432]}
"""
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: silent, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  egressDeny:
    - toEndpoints: [{matchLabels: {app: db}}]
"""


@pytest.fixture
def explain(hullmark: Run, repo: Path) -> Callable[..., tuple[int, list[str]]]:
    """Asks about shop/web and shop/db under the policies given."""

    def ask(*policies: str, more: tuple[str, ...] = ()) -> tuple[int, list[str]]:
        (repo / "pods.yaml").write_text(PODS)
        for number, policy in enumerate(policies):
            (repo / f"p{number}.yaml").write_text(policy)
        done = hullmark("graph", "network", "--explain", "web", "shop/db", *more)
        assert done.stderr == ""
        return done.returncode, done.stdout.splitlines()

    return ask


Ask = Callable[..., tuple[int, list[str]]]


def test_without_policies_nobody_decides(explain: Ask) -> None:
    assert explain() == (
        0,
        [
            "shop/web[Pod] => shop/db[Pod] : all ports allowed",
            "  leaving shop/web[Pod]: allowed",
            "    no policy selects it",
            "  reaching shop/db[Pod]: allowed",
            "    no policy selects it",
        ],
    )


def test_a_denial_names_what_isolates_and_where(explain: Ask) -> None:
    code, lines = explain(DENY)
    assert code == 1
    assert lines[0] == "shop/web[Pod] => shop/db[Pod] : all ports denied"
    assert lines[-2:] == [
        "  reaching shop/db[Pod]: denied",
        "    NetworkPolicy shop/deny isolates it, and it has no ingress rule (p0.yaml:4:9)",
    ]


def test_an_allow_names_the_rule_and_the_rest_is_told_too(explain: Ask) -> None:
    code, lines = explain(DENY, ALLOW)
    assert code == 0
    assert lines == [
        "shop/web[Pod] => shop/db[Pod] : TCP 5432 allowed",
        "  leaving shop/web[Pod]: allowed",
        "    no policy selects it",
        "  reaching shop/db[Pod]: allowed",
        "    NetworkPolicy shop/db, ingress rule 2, allows it (p1.yaml:8:5)",
        "shop/web[Pod] => shop/db[Pod] : all ports but TCP 5432 denied",
        "  leaving shop/web[Pod]: allowed",
        "    no policy selects it",
        "  reaching shop/db[Pod]: denied",
        "    NetworkPolicy shop/deny isolates it, and it has no ingress rule (p0.yaml:4:9)",
        "    NetworkPolicy shop/db isolates it, and none of its 2 ingress rules allows it (p1.yaml:3:18)",
    ]


@pytest.mark.parametrize("port", ["5432", "TCP/5432", "tcp:5432", "sql"])
def test_a_port_by_number_or_name(explain: Ask, port: str) -> None:
    code, lines = explain(DENY, ALLOW, more=("--port", port))
    assert (code, lines[0]) == (0, "shop/web[Pod] => shop/db[Pod] : TCP 5432 allowed")
    assert len(lines) == 5
    assert explain(DENY, ALLOW, more=("--port", "UDP/5432"))[0] == 1


def test_tiers_are_named(explain: Ask) -> None:
    code, lines = explain(ALLOW, ADMIN)
    assert code == 1
    assert "    AdminNetworkPolicy freeze (admin tier), ingress rule 1, denies it (p1.yaml:8:13)" in lines


def test_calico_names_its_tier(explain: Ask) -> None:
    code, lines = explain(CALICO, more=("--port", "5432"))
    assert code == 0
    assert "    NetworkPolicy shop/front (tier security), ingress rule 1, allows it (p0.yaml:9:5)" in lines
    code, lines = explain(CALICO, more=("--port", "80"))
    assert code == 1
    assert lines[-1] == (
        "    NetworkPolicy shop/front (tier security) isolates it, "
        "and its ingress rule does not allow it (p0.yaml:3:18)"
    )


def test_cilium_denies_at_the_side_of_the_sender(explain: Ask) -> None:
    code, lines = explain(CILIUM)
    assert code == 1
    assert lines[1:3] == [
        "  leaving shop/web[Pod]: denied",
        "    CiliumNetworkPolicy shop/silent, egress rule 1, denies it (p0.yaml:7:5)",
    ]


def test_json_for_programs(hullmark: Run, repo: Path) -> None:
    (repo / "all.yaml").write_text("---\n".join((PODS, DENY, ALLOW)))
    done = hullmark("graph", "network", "--explain", "web", "db", "--port", "5432", "-f", "json")
    report = json.loads(done.stdout)
    assert report["schema"] == "hullmark-graph-network-explain/1"
    (answer,) = report["bundles"][0]["answers"]
    assert answer["allowed"] is True
    assert answer["sides"][1]["reasons"] == [
        {
            "policy": "NetworkPolicy/db",
            "namespace": "shop",
            "tier": "",
            "rule": 2,
            "action": "allow",
            "location": {"path": "all.yaml", "line": 25, "column": 5},
        }
    ]


def test_from_outside(hullmark: Run, repo: Path) -> None:
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\n"
        "spec: {type: LoadBalancer, selector: {app: db}, ports: [{port: 5432}]}\n"
    )
    (repo / "all.yaml").write_text("---\n".join((PODS, service)))
    done = hullmark("graph", "network", "--explain", "internet", "shop/db")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == (
        "internet knocks at shop/db[Pod] on TCP 5432 through Service db (LoadBalancer) (all.yaml:14:14)"
    )
    (repo / "deny.yaml").write_text(DENY)
    done = hullmark("graph", "network", "--explain", "internet", "shop/db")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].endswith("; policies turn everybody away")
    assert hullmark("graph", "network", "--explain", "203.0.113.7", "shop/db").returncode == 1
    assert hullmark("graph", "network", "--explain", "db", "203.0.113.7").returncode == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("web", "dbb"), "nothing in the input is called 'dbb'; did you mean 'db'?"),
        (("web", "*"), "'*' means several: "),
        (("web", "shop/web"), "shop/web[Pod] is both ends: a pod always reaches itself"),
        (
            ("web", "db", "--port", "http"),
            "'http' is no port; write 8080, UDP/53, or the name of a port of shop/db[Pod]",
        ),
        (("web", "db", "--port", "ICMP/8"), "'ICMP/8' is no port: protocols are TCP, UDP, SCTP"),
        (("web", "db", "-f", "svg"), "--explain has no form 'svg'; it is text or json"),
        (("internet", "10.0.0.1"), "both ends are outside the cluster, where no policy holds"),
    ],
)
def test_mistakes_are_one_line(hullmark: Run, repo: Path, words: tuple[str, ...], message: str) -> None:
    (repo / "pods.yaml").write_text(PODS)
    done = hullmark("graph", "network", "--explain", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"hullmark: {message}")
    assert done.stderr.count("\n") == 1
