"""Judging by a level of the Pod Security Standards: by option, by configuration, and beside everything else."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
CONTEXT = (
    "securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, "
    "capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}"
)
POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {}}}\nspec:\n  {}\n  containers:\n    - {{name: a, image: a, {}}}\n"


def _write(repo: Path, name: str, spec: str = "restartPolicy: Always", context: str = CONTEXT) -> None:
    (repo / f"{name}.yaml").write_text(POD.format(name, spec, context))


@pytest.fixture
def pods(repo: Path) -> Path:
    """Pods of every level, one of a kind that a controller completes, and a patch."""
    _write(repo, "restricted")
    _write(repo, "baseline", context="stdin: false")
    _write(repo, "privileged", "hostNetwork: true")
    _write(repo, "relaxed", "hostUsers: false", CONTEXT.replace("runAsNonRoot: true, ", ""))
    (repo / "operated.yaml").write_text(
        "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: operated}\nspec:\n"
        "  containers: [{name: a, image: a}]\n"
    )
    _write(repo, "patch")
    (repo / "kustomization.yaml").write_text("patches: [{path: patch.yaml}]\n")
    return repo


def _files(done: subprocess.CompletedProcess[str]) -> set[str]:
    return {finding["location"]["path"].removesuffix(".yaml") for finding in json.loads(done.stdout)["findings"]}


@pytest.mark.parametrize(
    ("level", "refused"),
    [
        ("baseline", {"privileged"}),
        ("restricted", {"privileged", "baseline"}),
        ("restricted@v1.34", {"privileged", "baseline", "relaxed"}),
        ("restricted@latest", {"privileged", "baseline"}),
    ],
)
def test_level_is_all_that_counts(hullmark: Run, pods: Path, level: str, refused: set[str]) -> None:
    done = hullmark("lint", "--pss", level, "-f", "json")
    assert _files(done) == refused
    assert done.returncode == 1
    assert hullmark("lint", "--profile", f"pss-{level}", "-f", "json").stdout == done.stdout
    name, _, version = level.partition("@")
    (pods / "hullmark.yaml").write_text(f"pss: {{level: {name}, version: {version or 'latest'}}}\n")
    assert _files(hullmark("lint", "-f", "json")) == refused
    # The command line has the last word.
    assert _files(hullmark("lint", "--pss", "baseline", "-f", "json")) == {"privileged"}
    assert "workload/seccomp-profile-missing" in hullmark("lint", "--profile", "strict", "-f", "json").stdout
    (pods / "hullmark.yaml").write_text("select: rbac\n")
    assert _files(hullmark("lint", "--pss", level, "-f", "json")) == refused


def test_latest_is_the_version_of_the_cluster(hullmark: Run, pods: Path) -> None:
    done = hullmark("lint", "--pss", "restricted", "--kubernetes-version", "1.34", "-f", "json")
    assert _files(done) == {"privileged", "baseline", "relaxed"}


def test_every_finding_of_a_level_fails_the_run(hullmark: Run, repo: Path) -> None:
    _write(repo, "baseline", context=CONTEXT.replace("seccompProfile", "seLinuxOptions: {level: s0}, x"))
    done = hullmark("lint", "--pss", "restricted", "-q")
    assert done.returncode == 1
    assert done.stdout.startswith("baseline.yaml:7:14: medium workload/seccomp-profile-missing: ")
    # What the level refuses is sure, though the rule alone is not.
    assert hullmark("lint", "--pss", "restricted", "--min-confidence", "high", "-q").stdout == done.stdout


def test_level_of_every_pod_is_told_to_programs(hullmark: Run, pods: Path) -> None:
    report = json.loads(hullmark("lint", "-f", "json").stdout)
    found = {pod["resource"]["name"]: pod["pss"] for pod in report["pods"]}
    assert {name: pss["level"] for name, pss in found.items()} == {
        "restricted": "restricted",
        "baseline": "baseline",
        "privileged": "privileged",
        "relaxed": "restricted",
        "operated": None,
    }
    assert {pss["version"] for pss in found.values()} == {"v1.37"}
    assert found["privileged"]["failed"] == ["hostNamespaces"]
    assert found["restricted"]["failed"] == []
    assert set(found["baseline"]["failed"]) == {
        "allowPrivilegeEscalation",
        "runAsNonRoot",
        "seccompProfile_restricted",
        "capabilities_restricted",
    }
    # A file beside the text says the same, and no other rule makes a difference.
    hullmark("lint", "-o", "json=report.json", "--select", "rbac")
    assert json.loads((pods / "report.json").read_text())["pods"] == report["pods"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--pss", "strict"], "hullmark: --pss 'strict' is neither baseline nor restricted, with @v1.34 or @latest"),
        (["--pss", "restricted@new"], "hullmark: --pss 'restricted@new' is neither baseline nor restricted"),
        (["--pss", "baseline", "--profile", "all"], "hullmark: --pss and --profile exclude each other"),
        (["--pss", "baseline", "--select", "rbac"], "hullmark: --pss and --select exclude each other"),
    ],
)
def test_mistakes_are_said_in_one_line(hullmark: Run, arguments: list[str], line: str) -> None:
    done = hullmark("lint", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1
