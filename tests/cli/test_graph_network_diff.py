"""`hullmark graph network --diff`, run as a user runs it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, image: registry.example/a:1, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: a, image: registry.example/a:1}]}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: db, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: db}}}}
  ingress:
    - from: [{{podSelector: {{matchLabels: {{app: web}}}}}}]
      ports: [{{port: {port}}}]
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 8080}]}
"""
NEW_POD = """\
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop, labels: {app: other}}
spec: {containers: [{name: a, image: registry.example/a:1}]}
"""

git = shutil.which("git") or ""


def commit(folder: Path) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), (*settings, "commit", "-q", "-m", "a")):
        subprocess.run([git, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Two pods and a policy in a folder that is no repository."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "pods.yaml").write_text(PODS)
    (folder / "policy.yaml").write_text(POLICY.format(port=5432))
    return folder


def diff(hullmark: Run, folder: Path, base: str, *words: str) -> tuple[int, list[str]]:
    done = hullmark("graph", "network", "--diff", base, *words, cwd=folder)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def changed(shop: Path, tmp_path: Path) -> Path:
    """The folder before whatever a test changes."""
    pytest.importorskip("pygit2")
    if not git:
        pytest.skip("git is not installed")
    commit(shop)
    return shop


def test_nothing(hullmark: Run, changed: Path) -> None:
    code, lines = diff(hullmark, changed, "HEAD")
    assert code == 0
    assert len(lines) == 1
    assert lines[0].endswith(": 0 lines opened, 0 closed")


def test_another_port_opens_one_and_closes_one(hullmark: Run, changed: Path) -> None:
    (changed / "policy.yaml").write_text(POLICY.format(port=5433))
    code, lines = diff(hullmark, changed, "HEAD")
    assert code == 1
    assert lines[:-1] == [
        "+ shop/web[Pod] => shop/db[Pod] : TCP 5433",
        "- shop/web[Pod] => shop/db[Pod] : TCP 5432",
    ]


def test_a_closed_connection_is_no_failure(hullmark: Run, changed: Path) -> None:
    (changed / "policy.yaml").write_text(POLICY.format(port=5432).partition("  ingress:")[0])
    assert diff(hullmark, changed, "HEAD")[0] == 0


def test_without_the_policy_everybody_may_come(hullmark: Run, changed: Path) -> None:
    (changed / "policy.yaml").unlink()
    code, lines = diff(hullmark, changed, "HEAD")
    assert code == 1
    assert "+ * => shop/db[Pod] : All Connections but TCP 5432" in lines
    assert "+ outside => shop/db[Pod] : All Connections" in lines
    assert not any(line.startswith("-") for line in lines)


def test_a_service_opens_a_way_from_outside(hullmark: Run, changed: Path) -> None:
    (changed / "service.yaml").write_text(SERVICE)
    code, lines = diff(hullmark, changed, "HEAD")
    assert code == 1
    assert lines[0] == "+ internet => shop/web[Pod] : TCP 8080 (exposed by Service web (LoadBalancer))"
    commit(changed)
    (changed / "service.yaml").unlink()
    code, lines = diff(hullmark, changed, "HEAD")
    assert code == 0
    assert lines[0].startswith("- internet => shop/web[Pod] : TCP 8080")


def test_one_more_pod_that_nothing_is_opened_for_opens_nothing(hullmark: Run, changed: Path) -> None:
    (changed / "new.yaml").write_text(NEW_POD)
    code, lines = diff(hullmark, changed, "HEAD")
    assert code == 0
    assert lines[0] == "# new: shop/other[Pod]"
    assert len(lines) == 2


def test_a_folder_instead_of_a_commit(hullmark: Run, shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "before")
    (shop / "policy.yaml").write_text(POLICY.format(port=5433))
    code, lines = diff(hullmark, shop, "../before", "--to", "db")
    assert code == 1
    assert lines[0] == "+ shop/web[Pod] => shop/db[Pod] : TCP 5433"
    assert lines[-1] == "# compared with ../before: 1 line opened, 1 closed"


def test_json_for_programs(hullmark: Run, shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "before")
    (shop / "policy.yaml").write_text(POLICY.format(port=5433))
    done = hullmark("graph", "network", "--diff", "../before", "-f", "json", cwd=shop)
    report = json.loads(done.stdout)
    assert (done.returncode, report["schema"], report["base"]) == (1, "hullmark-graph-network-diff/1", "../before")
    assert report["bundles"][0]["opened"] == [
        {
            "from": "shop/web[Pod]",
            "to": "shop/db[Pod]",
            "ports": [{"protocol": "TCP", "first": 5433, "last": 5433}],
            "sure": True,
        }
    ]


def test_mistakes_are_one_line(hullmark: Run, changed: Path) -> None:
    for words, message in (
        (("nothing-of-this-name",), "; --diff takes a commit or a folder"),
        (("HEAD", "-f", "svg"), "--diff has no form 'svg'; it is text or json"),
    ):
        done = hullmark("graph", "network", "--diff", *words, cwd=changed)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert message in done.stderr
