"""The action, the hook and the workflows are sound, and the action's script treats its inputs as data."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def _load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def _lint_step() -> dict[str, Any]:
    (step,) = [step for step in _load(ROOT / "action.yml")["runs"]["steps"] if step.get("id") == "lint"]
    return dict(step)


def test_workflows_pass_actionlint(actionlint: Path) -> None:
    done = subprocess.run([actionlint, *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_steps_of_the_action_pass_actionlint(actionlint: Path, tmp_path: Path) -> None:
    """actionlint reads workflows alone: the steps of the action become those of a reusable workflow with its inputs."""
    done = _actionlint(actionlint, tmp_path, _load(ROOT / "action.yml"))
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("inputs.config }}", "inputs.confg }}"),
        ("steps.lint.outputs", "steps.lnt.outputs"),
        ("shell: bash", "shel: bash"),
    ],
)
def test_steps_with_a_mistake_do_not(actionlint: Path, tmp_path: Path, written: str, mistake: str) -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert written in text
    (tmp_path / "action.yml").write_text(text.replace(written, mistake), encoding="utf-8")
    assert _actionlint(actionlint, tmp_path, _load(tmp_path / "action.yml")).returncode == 1


def _actionlint(actionlint: Path, folder: Path, action: Any) -> subprocess.CompletedProcess[str]:
    inputs = {name: {"type": "string", **each} for name, each in action["inputs"].items()}
    outputs = {name: {"value": "${{ jobs.action.outputs." + name + " }}"} for name in action["outputs"]}
    job = {
        "runs-on": "ubuntu-latest",
        "outputs": {name: each["value"] for name, each in action["outputs"].items()},
        "steps": action["runs"]["steps"],
    }
    workflow = {
        "on": {"workflow_call": {"inputs": inputs, "outputs": outputs}},
        "permissions": {},
        "jobs": {"action": job},
    }
    path = folder / "action-as-workflow.yml"
    path.write_text(json.dumps(workflow), encoding="utf-8")
    return subprocess.run([actionlint, path], cwd=folder, capture_output=True, text=True, check=False)


def test_workflows_and_action_pass_zizmor() -> None:
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert zizmor is not None
    command = [zizmor, "--offline", "--quiet", "--no-progress", "action.yml", ".github"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_foreign_actions_are_pinned_by_commit_with_their_version(path: Path) -> None:
    for used in re.findall(r"uses: (.+)", path.read_text(encoding="utf-8")):
        assert used.startswith("./") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used)


def test_action_interpolates_nothing_into_scripts() -> None:
    for step in _load(ROOT / "action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_hook_is_a_valid_manifest() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("hook", _load(ROOT / ".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_entry_of_hook_is_a_command_that_we_have(hook: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    program, name, *arguments = hook["entry"].split()
    command = [Path(sys.executable).parent / program, name, "--fail-on", "never", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _run_action(where: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Runs the script of the lint step as a runner does, with this environment's hullmark."""
    installed = where / "temp/hullmark/bin"
    installed.mkdir(parents=True)
    (installed / "hullmark").symlink_to(Path(sys.executable).parent / "hullmark")
    (installed / "python").symlink_to(sys.executable)
    step = _lint_step()
    given = {name: each["default"] for name, each in _load(ROOT / "action.yml")["inputs"].items()}
    given |= {"sarif-file": "out.sarif", "base": "", **inputs}
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], text) for name, text in step["env"].items()
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=where,
        env={
            "PATH": os.environ["PATH"],
            "RUNNER_TEMP": str(where / "temp"),
            "GITHUB_OUTPUT": str(where / "output"),
            "GITHUB_STEP_SUMMARY": str(where / "summary"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
      securityContext: {privileged: true}
"""


def test_action_annotates_and_writes_summary_and_sarif(tmp_path: Path) -> None:
    (tmp_path / "with space").mkdir()
    (tmp_path / "with space/pod.yaml").write_text(POD, encoding="utf-8")
    done = _run_action(tmp_path, paths="with space\n\n", args=" --select \n workload/privileged-container ")
    assert done.returncode == 1, done.stderr
    assert re.search(r"^::error file=with space/pod\.yaml,line=8,", done.stdout, re.MULTILINE)
    assert '"workload/privileged-container"' in (tmp_path / "out.sarif").read_text(encoding="utf-8")
    assert "workload/privileged-container" in (tmp_path / "summary").read_text(encoding="utf-8")
    assert (tmp_path / "output").read_text(encoding="utf-8").splitlines() == [
        "sarif-file=out.sarif",
        "findings=1",
        "critical=1",
        "high=0",
        "medium=0",
        "low=0",
        "info=0",
    ]


def test_action_passes_where_nothing_is_bad_enough(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    done = _run_action(tmp_path, **{"fail-on": "never", "sarif-file": ""})
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "out.sarif").exists()
    assert "sarif-file" not in (tmp_path / "output").read_text(encoding="utf-8")


def test_action_writes_no_summary_and_no_annotations_unless_asked_to(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    done = _run_action(tmp_path, summary="false", annotations="false", profile="strict", config="")
    assert done.returncode == 1
    assert "::error" not in done.stdout
    assert "pod.yaml:8:" in done.stdout
    assert "(profile strict)" in " ".join(done.stdout.split())
    assert not (tmp_path / "summary").exists()


def test_action_adds_to_the_summary_of_its_step(tmp_path: Path) -> None:
    (tmp_path / "summary").write_text("before\n", encoding="utf-8")
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    _run_action(tmp_path)
    assert (tmp_path / "summary").read_text(encoding="utf-8").startswith("before\n### hullmark: 1 finding")


def test_action_with_a_wrong_input_fails_as_such(tmp_path: Path) -> None:
    done = _run_action(tmp_path, profile="strct")
    assert done.returncode == 2
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("name", ["paths", "config", "profile", "fail-on", "base", "sarif-file", "args"])
def test_action_runs_nothing_that_an_input_says(tmp_path: Path, name: str) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    _run_action(
        tmp_path,
        **{name: "$(touch hit1) `touch hit2`; touch hit3 & \"; touch hit4; \" '; touch hit5; '\n* || touch hit6"},
    )
    assert sorted(tmp_path.glob("hit*")) == []
