"""The action in a run of a workflow, by act in self-hosted mode: everything but GitHub itself is real."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PARTS = ("linter", "checks", "schemas", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "action.yml")
OFFLINE = re.compile(r"No matching distribution|NewConnectionError|name resolution|ConnectTimeout|ProxyError")
WORKFLOW = """\
name: hullmark
on: [pull_request]
permissions: {}
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
        with: {fetch-depth: 2, persist-credentials: false}
      - id: hullmark
        uses: example/hullmark@v1
        with:
          paths: deploy
          upload: UPLOAD
      - if: always()
        env:
          FINDINGS: ${{ steps.hullmark.outputs.findings }}
          CRITICAL: ${{ steps.hullmark.outputs.critical }}
          SARIF: ${{ steps.hullmark.outputs.sarif-file }}
        run: |
          echo "seen $FINDINGS $CRITICAL $SARIF"
          cat "$GITHUB_STEP_SUMMARY"
"""
UPLOAD = """\
name: upload
description: What would upload.
inputs:
  sarif_file: {description: file, required: true}
  category: {description: category, required: false}
runs:
  using: composite
  steps:
    - run: echo "uploaded $(grep -c '"ruleId"' "$FILE") as $CATEGORY"
      shell: bash
      env: {FILE: "${{ inputs.sarif_file }}", CATEGORY: "${{ inputs.category }}"}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec:
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
      securityContext: {privileged: true}
"""
FINE = POD.replace("true", "false")


@pytest.fixture
def run(act: Path, repository: Path, scratch: Any, tmp_path: Path) -> Any:
    """Runs the workflow for a pull request whose merge is checked out."""
    action = type(scratch)(tmp_path / "action")
    for name in PARTS:
        source = repository / name
        if source.is_dir():
            shutil.copytree(source, action.root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, action.root / name)
    action.init().commit("release")
    upload = type(scratch)(tmp_path / "upload")
    upload.write("upload-sarif/action.yml", UPLOAD)
    upload.init().commit("release")
    (pinned,) = re.findall(r"github/codeql-action/upload-sarif@(\w+)", (repository / "action.yml").read_text())

    def run_workflow(**files: str) -> subprocess.CompletedProcess[str]:
        workflow = WORKFLOW.replace("UPLOAD", str(files.pop("upload", "false")))
        scratch.write("deploy/old.yaml", POD.replace("NAME", "old"))
        scratch.write(".github/workflows/hullmark.yml", workflow)
        scratch.commit("base")
        scratch.git("checkout", "-q", "-b", "feature")
        for name, text in files.items():
            scratch.write(f"deploy/{name}.yaml", text)
        head = scratch.commit("head")
        scratch.git("checkout", "-q", "main")
        base = scratch.commit("meanwhile")
        scratch.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
        said = {"pull_request": {"head": {"sha": head, "ref": "feature"}, "base": {"sha": base, "ref": "main"}}}
        event = scratch.write("../event.json", json.dumps(said))
        command = [
            act,
            "pull_request",
            "--platform=ubuntu-latest=-self-hosted",
            f"--eventpath={event}",
            f"--local-repository=example/hullmark@v1={action.root}",
            f"--local-repository=github/codeql-action@{pinned}={upload.root}",
            "--json=false",
        ]
        home = tmp_path / "home"
        home.mkdir()
        environment = {**scratch.environment, "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}
        environment.pop("PYTHONPATH", None)
        done = subprocess.run(
            [str(part) for part in command],
            cwd=scratch.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if OFFLINE.search(done.stdout + done.stderr):
            pytest.skip("the action cannot be installed: no package index can be reached")
        return done

    return run_workflow


def test_a_new_finding_fails_the_job_and_an_old_one_does_not(run: Any) -> None:
    done = run(new=POD.replace("NAME", "new"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"file=deploy/new\.yaml,line=8,", done.stdout), done.stdout
    assert "deploy/old.yaml" not in done.stdout
    assert "seen 1 1 hullmark.sarif" in done.stdout
    assert "### hullmark: 1 finding" in done.stdout
    assert "| critical | container 'app' of Pod 'new' runs privileged" in done.stdout


def test_old_findings_pass_and_the_upload_holds_them(run: Any) -> None:
    done = run(fine=FINE.replace("NAME", "fine"), upload="true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "seen 0 0 hullmark.sarif" in done.stdout
    assert "uploaded 1 as hullmark" in done.stdout
