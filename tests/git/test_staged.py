"""`--staged`: what is linted is the index, whatever is in the working tree."""

import os
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygit2")

SELECT = ("--select", "workload/privileged-container", "--fail-on", "never")
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
      securityContext: {privileged: PRIVILEGED}
"""
BAD, GOOD = POD.replace("PRIVILEGED", "true"), POD.replace("PRIVILEGED", "false")
FOUND = ["pod.yaml:8 workload/privileged-container"]


def test_the_index_not_the_working_tree(scratch: Any) -> None:
    scratch.write("pod.yaml", BAD)
    scratch.git("add", "-A")
    scratch.write("pod.yaml", GOOD)
    assert scratch.found(*SELECT) == []
    assert scratch.found(*SELECT, "--staged") == FOUND


def test_untracked_files_are_not_linted(scratch: Any) -> None:
    scratch.write("pod.yaml", BAD)
    assert scratch.found(*SELECT, "--staged") == []


def test_a_file_that_is_only_in_the_index(scratch: Any) -> None:
    scratch.write("pod.yaml", BAD)
    scratch.git("add", "-A")
    (scratch.root / "pod.yaml").unlink()
    assert scratch.found(*SELECT, "--staged") == FOUND
    assert scratch.found(*SELECT, "--staged", "pod.yaml") == FOUND


def test_paths_narrow_and_unknown_ones_are_refused(scratch: Any) -> None:
    scratch.write("a/pod.yaml", BAD)
    scratch.write("b/pod.yaml", BAD)
    scratch.git("add", "-A")
    assert scratch.found(*SELECT, "--staged", "b") == ["b/pod.yaml:8 workload/privileged-container"]
    done = scratch.hullmark("lint", "--staged", "c")
    assert (done.returncode, done.stderr) == (2, "hullmark: there is no file or folder 'c' in the index\n")


def test_from_a_folder_inside(scratch: Any) -> None:
    scratch.write("a/pod.yaml", BAD)
    scratch.write("pod.yaml", BAD)
    scratch.git("add", "-A")
    done = scratch.hullmark("lint", *SELECT, "--staged", "-q", cwd=scratch.root / "a")
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["a/pod.yaml"]


def test_the_configuration_is_that_of_the_index(scratch: Any) -> None:
    scratch.write("pod.yaml", BAD)
    scratch.write("hullmark.yaml", "ignore: [workload]\n")
    scratch.git("add", "-A")
    scratch.write("hullmark.yaml", "ignore: []\n")
    assert scratch.found("--staged", "--fail-on", "never") == []
    scratch.git("add", "-A")
    assert scratch.found("--staged", "--fail-on", "never") == FOUND


def test_exclude_counts_as_on_disk(scratch: Any) -> None:
    scratch.write("vendor/pod.yaml", BAD)
    scratch.write("pod.yaml", BAD)
    scratch.git("add", "-A")
    assert scratch.found(*SELECT, "--staged", "--exclude", "vendor/") == FOUND
    report = scratch.report(*SELECT, "--staged", "--exclude", "vendor/")
    assert report["summary"]["skipped"] == {"excluded": 1}
    assert report["summary"]["files"] == 2


def test_templates_of_charts_are_not_manifests(scratch: Any) -> None:
    scratch.write("chart/Chart.yaml", "name: chart\nversion: 1.0.0\n")
    scratch.write("chart/templates/pod.yaml", BAD)
    scratch.write("templates/pod.yaml", BAD)
    scratch.git("add", "-A")
    assert scratch.found(*SELECT, "--staged") == ["templates/pod.yaml:8 workload/privileged-container"]
    assert scratch.found(*SELECT) == scratch.found(*SELECT, "--staged")


def test_names_that_are_unusual(scratch: Any) -> None:
    names = ["with space.yaml", "sch\u00f6n.yaml", "new\nline.yaml", "-dash.yaml"]
    for name in names:
        scratch.write(name, BAD)
    raw = os.fsencode(scratch.root) + b"/\xff.yaml"
    Path(os.fsdecode(raw)).write_text(BAD)
    scratch.git("add", "-A")
    on_disk = [each["location"]["path"] for each in scratch.report(*SELECT)["findings"]]
    staged = [each["location"]["path"] for each in scratch.report(*SELECT, "--staged")["findings"]]
    assert staged == on_disk
    assert len(staged) == 5
    assert scratch.found(*SELECT, "--base", "HEAD") == scratch.found(*SELECT)
    scratch.commit()
    assert scratch.found(*SELECT, "--base", "HEAD") == []


@pytest.mark.parametrize("commit", [["commit", "-q", "-a"], ["commit", "-q", "pod.yaml"]])
def test_in_a_hook_the_index_is_that_of_the_commit(scratch: Any, commit: list[str]) -> None:
    """`git commit -a` and `git commit PATH` make an index of their own, which GIT_INDEX_FILE names."""
    scratch.write("pod.yaml", GOOD)
    scratch.commit()
    program = scratch.hullmark("--version").args[0]
    hook = scratch.write(".git/hooks/pre-commit", f"#!/bin/sh\n{program} lint --staged --base HEAD -q >hook.log 2>&1\n")
    hook.chmod(0o755)
    scratch.write("pod.yaml", BAD)
    with pytest.raises(AssertionError):
        scratch.git(*commit, "-m", "change")
    assert "pod.yaml:8:" in (scratch.root / "hook.log").read_text()
    scratch.write("pod.yaml", GOOD.replace("1.4.2", "1.4.3"))
    scratch.git(*commit, "-m", "change")


def test_the_environment_of_another_repository_is_not_taken_for_ours(scratch: Any, tmp_path: Path) -> None:
    other = type(scratch)(tmp_path / "other").init()
    other.write("x.yaml", "a: b\n")
    other.git("add", "-A")
    scratch.write("pod.yaml", BAD)
    scratch.git("add", "-A")
    environment = {"GIT_DIR": str(other.root / ".git"), "GIT_INDEX_FILE": str(other.root / ".git/index")}
    assert scratch.found(*SELECT, "--staged", **environment) == FOUND


def test_a_deleted_network_policy_is_seen(scratch: Any) -> None:
    scratch.write("pod.yaml", GOOD.replace("kind: Pod", "kind: Pod"))
    scratch.write("namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    scratch.write(
        "policy.yaml",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n",
    )
    scratch.commit()
    scratch.git("rm", "-q", "policy.yaml")
    found = scratch.found("--staged", "--base", "HEAD", "--fail-on", "never")
    assert [row for row in found if "network/namespace-without-default-deny" in row]
    assert scratch.found("--staged", "--base", "HEAD", "--changed-lines", "--fail-on", "never") == []


def test_nothing_is_written_to_the_repository(scratch: Any) -> None:
    scratch.write("pod.yaml", BAD)
    scratch.commit()
    scratch.write("pod.yaml", GOOD)
    scratch.write("new.yaml", BAD)
    scratch.git("add", "-A")
    before = _state(scratch.root)
    scratch.found(*SELECT, "--staged", "--base", "HEAD")
    scratch.found(*SELECT, "--base", "HEAD")
    scratch.found(*SELECT, "--base", "auto", "--changed-lines")
    assert _state(scratch.root) == before


def _state(root: Path) -> dict[str, tuple[int, bytes]]:
    files = [path for path in root.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}
