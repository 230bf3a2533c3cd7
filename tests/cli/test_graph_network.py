"""`hullmark graph network`, run as a user runs it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

SHOP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
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
        - name: web
          image: registry.example/web:1
          ports: [{containerPort: 8080, name: http}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
        - name: db
          image: registry.example/db:1
          ports: [{containerPort: 5432}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
    - ports: [{port: http}]
  egress:
    - to: [{podSelector: {matchLabels: {app: db}}}]
      ports: [{port: 5432}]
    - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]
      ports: [{port: 443}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}]
"""

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {space}}}
spec: {{containers: [{{name: a, image: registry.example/a:1}}]}}
"""


@pytest.fixture
def shop(repo: Path) -> Path:
    (repo / "shop.yaml").write_text(SHOP)
    return repo


def lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_every_connection_is_a_line(hullmark: Run, shop: Path) -> None:
    assert lines(hullmark("graph", "network")) == [
        "# *[egress open] = kube-system/*, (other namespaces)/*",
        "# *[ingress open] = kube-system/*, (other namespaces)/*",
        "# Open to the outside:",
        "internet => shop/web[Deployment] : TCP 8080 (exposed by Service web (LoadBalancer))",
        "# Allowed by policies, or because none forbids it:",
        "*[egress open] => *[ingress open] : All Connections",
        "*[egress open] => nodes : All Connections",
        "*[egress open] => outside : All Connections",
        "*[egress open] => shop/web[Deployment] : TCP 8080",
        "outside => *[ingress open] : All Connections",
        "outside => shop/web[Deployment] : TCP 8080",
        "shop/web[Deployment] => 0.0.0.0/0 except 169.254.169.254/32 : TCP 443",
        "shop/web[Deployment] => nodes : TCP 443",
        "shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432",
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("--to", "shop/db"), ["shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432"]),
        (("--to", "db[StatefulSet]"), ["shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432"]),
        (("--from", "web", "--to", "shop/*"), ["shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432"]),
        (("--workload", "db"), ["shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432"]),
        (
            ("--from", "shop/web", "--to", "203.0.113.9"),
            ["shop/web[Deployment] => 0.0.0.0/0 except 169.254.169.254/32 : TCP 443"],
        ),
        (("--from", "shop/web", "--to", "169.254.169.254"), ["# No connection in this input."]),
        (
            ("--from", "internet"),
            [
                "# Open to the outside:",
                "internet => shop/web[Deployment] : TCP 8080 (exposed by Service web (LoadBalancer))",
                "# Allowed by policies, or because none forbids it:",
            ],
        ),
    ],
)
def test_filters(hullmark: Run, shop: Path, filters: tuple[str, ...], expected: list[str]) -> None:
    assert lines(hullmark("graph", "network", *filters)) == expected


def test_a_filter_of_one_end_keeps_what_wildcards_say_of_it(hullmark: Run, shop: Path) -> None:
    assert "*[egress open] => shop/web[Deployment] : TCP 8080" in lines(hullmark("graph", "network", "--to", "web"))
    within = lines(hullmark("graph", "network", "-n", "shop"))
    assert "*[egress open] => shop/web[Deployment] : TCP 8080" in within
    assert not any("kube-system" in line for line in within if not line.startswith("#"))


def test_a_name_that_is_not_there_is_a_mistake(hullmark: Run, shop: Path) -> None:
    done = hullmark("graph", "network", "--to", "shop/dbb")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "hullmark: nothing in the input is called 'shop/dbb'; did you mean 'shop/db'?\n"


@pytest.mark.parametrize(
    "words",
    [
        ("--full", "--compact"),
        ("--explain", "web", "db", "--diff", "HEAD"),
        ("--explain", "web", "db", "--to", "db"),
        ("--port", "80"),
    ],
)
def test_options_that_make_no_sense_together(hullmark: Run, shop: Path, words: tuple[str, ...]) -> None:
    done = hullmark("graph", "network", *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_full_spells_every_pair(hullmark: Run, repo: Path) -> None:
    pods = [POD.format(name=name, space=space) for name, space in ("ax", "bx", "cy")]
    (repo / "pods.yaml").write_text("---\n".join(pods))
    full = lines(hullmark("graph", "network", "--full", "--from", "a", "--to", "*[Pod]"))
    assert full == ["x/a[Pod] => x/b[Pod] : All Connections", "x/a[Pod] => y/c[Pod] : All Connections"]
    assert "* => * : All Connections" in lines(hullmark("graph", "network"))


def found(done: subprocess.CompletedProcess[str]) -> Any:
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["schema"] == "hullmark-graph-network/1"
    return report


def test_json_says_the_same(hullmark: Run, shop: Path) -> None:
    (bundle,) = found(hullmark("graph", "network", "-f", "json"))["bundles"]
    assert {
        "from": "shop/web[Deployment]",
        "to": "shop/db[StatefulSet]",
        "ports": [{"protocol": "TCP", "first": 5432, "last": 5432}],
        "sure": True,
    } in bundle["connections"]
    assert bundle["exposed"] == [
        {
            "from": "internet",
            "to": "shop/web[Deployment]",
            "protocol": "TCP",
            "port": 8080,
            "through": ["Service web (LoadBalancer)"],
            "limited": False,
            "blocked": False,
            "location": {"path": "shop.yaml", "line": 35, "column": 9},
        }
    ]
    db = next(each for each in bundle["workloads"] if each["name"] == "db")
    assert db["isolated"] == {"ingress": True, "egress": True}
    assert db["policies"] == ["NetworkPolicy/deny", "NetworkPolicy/db"]
    printed = [line for line in lines(hullmark("graph", "network")) if " => " in line and "exposed by" not in line]
    assert len(printed) == len(bundle["connections"])


def test_a_file_that_cannot_be_read_makes_the_answer_incomplete(hullmark: Run, shop: Path) -> None:
    (shop / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    done = hullmark("graph", "network")
    assert done.returncode == 3
    assert done.stderr.startswith("hullmark: broken.yaml: ")
    assert "shop/db" in done.stdout


def test_hostile_names_do_nothing_to_a_terminal(hullmark: Run, repo: Path) -> None:
    name = "a\\e[31m\\u202e\\n::error::b"
    (repo / "pod.yaml").write_text(POD.format(name=f'"{name}"', space="shop"))
    printed = hullmark("graph", "network", "--full", "--to", "*[Pod]").stdout
    assert all(character.isprintable() or character == "\n" for character in printed)
    assert not any(line.startswith("::") for line in printed.splitlines())
    assert "\\x1b[31m" in printed
