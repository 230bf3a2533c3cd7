"""SARIF as the command line writes it: complete, valid, with the right paths wherever hullmark is started."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMAS = Path(__file__).resolve().parents[1] / "report" / "schemas"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
      securityContext: {privileged: true}
"""
SELECT = ("--select", "workload/privileged-container", "--fail-on", "never")


def _log(scratch: Any, *arguments: str, cwd: Path | None = None) -> dict[str, Any]:
    done = scratch.hullmark("lint", "--format", "sarif", "--today", "2026-01-15", *arguments, cwd=cwd)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(found, json.loads((SCHEMAS / "sarif-2.1.0.json").read_text()))
    return found


def _run(scratch: Any, *arguments: str, cwd: Path | None = None) -> dict[str, Any]:
    (run,) = _log(scratch, *arguments, cwd=cwd)["runs"]
    return dict(run)


def _uris(run: dict[str, Any]) -> list[str]:
    return [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]]


def test_a_clean_run_has_an_empty_list_of_results(scratch: Any) -> None:
    scratch.write("pod.yaml", POD.replace("true", "false"))
    assert _run(scratch, *SELECT)["results"] == []


def test_rules_are_described(scratch: Any) -> None:
    scratch.write("pod.yaml", POD)
    (rule,) = _run(scratch, *SELECT)["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Container runs privileged."
    assert "### What to do" in rule["help"]["markdown"]
    assert rule["properties"]["security-severity"] == "9.5"
    assert "security" in rule["properties"]["tags"]


def test_fixes_have_places(scratch: Any) -> None:
    scratch.write("pod.yaml", POD)
    (result,) = _run(scratch, *SELECT)["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    region = change["replacements"][0]["deletedRegion"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (8, 37, 41)


def test_fingerprints(scratch: Any) -> None:
    scratch.write("pod.yaml", POD)
    marks = {}
    for kind in ("github", "logical", "none"):
        (result,) = _run(scratch, *SELECT, "--sarif-fingerprint", kind)["results"]
        marks[kind] = result["partialFingerprints"]
    assert marks["none"].keys() == {"hullmark/v1"}
    assert marks["logical"]["primaryLocationLineHash"].startswith(marks["none"]["hullmark/v1"][:16])
    assert marks["github"]["primaryLocationLineHash"] != marks["logical"]["primaryLocationLineHash"]
    assert len({each["hullmark/v1"] for each in marks.values()}) == 1


def test_category(scratch: Any) -> None:
    scratch.write("pod.yaml", POD)
    assert "automationDetails" not in _run(scratch, *SELECT)
    assert _run(scratch, *SELECT, "--sarif-category", "shop")["automationDetails"]["id"] == "shop/"


def test_suppressed_results_only_when_asked_for(scratch: Any) -> None:
    scratch.write("pod.yaml", POD.replace("true}", "true}  # hullmark: ignore[workload] -- it is needed"))
    assert _run(scratch, *SELECT)["results"] == []
    (result,) = _run(scratch, *SELECT, "--sarif-include-suppressed")["results"]
    assert result["suppressions"][0]["kind"] == "inSource"


def test_paths_from_a_folder_through_a_link_and_with_unusual_names(scratch: Any, tmp_path: Path) -> None:
    scratch.write("a b/sch\u00f6n%.yaml", POD)
    inside = scratch.root / "a b"
    link = tmp_path / "link"
    link.symlink_to(scratch.root)
    expected = ["a%20b/sch%C3%B6n%25.yaml"]
    assert _uris(_run(scratch, *SELECT)) == expected
    assert _uris(_run(scratch, *SELECT, cwd=inside)) == expected
    assert _uris(_run(scratch, *SELECT, cwd=link / "a b")) == expected
    assert _uris(_run(scratch, *SELECT, str(link / "a b"), cwd=Path("/"))) == expected
    scratch.git("add", "-A")
    assert _uris(_run(scratch, *SELECT, "--staged", cwd=inside)) == expected


def test_7000_findings_are_capped_with_a_notice(scratch: Any) -> None:
    scratch.write("pods.yaml", "---\n".join(POD.replace("web", f"web-{number}") for number in range(7000)))
    run = _run(scratch, *SELECT)
    assert len(run["results"]) == 5000
    (notice,) = [
        each["message"]["text"]
        for each in run["invocations"][0]["toolExecutionNotifications"]
        if each["descriptor"]["id"] == "hullmark/results-capped"
    ]
    assert notice.startswith("2,000 results of the lowest severities left out")


@pytest.mark.parametrize("folder", ["insecure", "kubeadm-ha", "hardened"])
def test_examples_pass_the_validator(scratch: Any, repository: Path, multitool: Path, folder: str) -> None:
    shutil.copytree(repository / "examples" / folder, scratch.root / "deploy")
    log, checked = scratch.root.parent / "log.sarif", scratch.root.parent / "checked.sarif"
    log.write_text(json.dumps(_log(scratch, "--profile", "all", "--fail-on", "never", "--sarif-category", "examples")))
    command = [multitool, "validate", log, "-c", SCHEMAS / "sarif-validation.xml", "--rule-kind", "Sarif;Ghas"]
    options = ["--level", "Error;Warning;Note", "-o", checked, "--log", "ForceOverwrite"]
    subprocess.run([str(part) for part in (*command, *options)], capture_output=True, check=False)
    (run,) = json.loads(checked.read_text(encoding="utf-8-sig"))["runs"]
    assert run["results"]  # notes ask for more than hosts read; without any, nothing was judged
    assert [each for each in run["results"] if each.get("level", "warning") != "note"] == []
