"""Findings that stronger ones cover: out of the counts and the exit status, and listed on request."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n"
    "    - {name: app, image: 'a:1.0.0', securityContext: {privileged: true}}\n"
)
RULES = ("--select", "workload/privileged-container", "--select", "workload/capabilities-not-dropped")


def test_covered_findings_are_listed_on_request(hullmark: Run, repo: Path) -> None:
    (repo / "pod.yaml").write_text(POD)
    plain = hullmark("lint", *RULES)
    assert "Covered by stronger findings" not in plain.stdout
    assert "Covered     1 by stronger findings (--show-absorbed lists them)" in plain.stdout
    asked = hullmark("lint", "--show-absorbed", *RULES)
    assert asked.returncode == plain.returncode == 1
    assert "low workload/capabilities-not-dropped" in asked.stdout


def test_covered_findings_in_json(hullmark: Run, repo: Path) -> None:
    (repo / "pod.yaml").write_text(POD)
    report = json.loads(hullmark("lint", "-f", "json", *RULES).stdout)
    (leader,) = report["findings"]
    assert leader["implied"] == ["workload/capabilities-not-dropped"]
    assert (report["summary"]["findings"], report["summary"]["absorbed"]) == (1, 1)
    asked = json.loads(hullmark("lint", "-f", "json", "--show-absorbed", *RULES).stdout)
    found = {finding["rule"]: finding["absorbedBy"] for finding in asked["findings"]}
    assert found == {
        "workload/privileged-container": None,
        "workload/capabilities-not-dropped": "workload/privileged-container",
    }
    assert asked["summary"] == report["summary"]
