"""The installed `hullmark`, run as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Done = subprocess.CompletedProcess[str]

WILDCARD = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: deployer
rules:
  - apiGroups: [apps]
    resources: [deployments]
    verbs: ["*"]
"""
PRIVILEGED = """\
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
spec:
  containers:
    - name: agent
      image: registry.example/agent:1.4.2
      securityContext:
        privileged: true
"""
HARMLESS = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\ndata:\n  color: blue\n"


@pytest.fixture
def wildcard() -> str:
    """A role that rbac/wildcard-verb objects to in line 8."""
    return WILDCARD


@pytest.fixture
def harmless() -> str:
    """A manifest that no rule of the default profile objects to."""
    return HARMLESS


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """An empty working tree of git, as far as finding its root goes."""
    folder = tmp_path / "repo"
    (folder / ".git").mkdir(parents=True)
    return folder


@pytest.fixture
def hullmark(repo: Path) -> Callable[..., Done]:
    """Runs the console script in `repo`; keyword arguments are environment variables, `stdin` aside."""
    script = Path(sys.executable).parent / "hullmark"

    def run(*arguments: str | Path, cwd: Path | None = None, stdin: str = "", **environment: str) -> Done:
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "CI")}
        return subprocess.run(
            [str(part) for part in (script, *arguments)],
            cwd=cwd or repo,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**kept, **environment},
        )

    return run
