"""`--base auto`: what a change is compared with, told from the circumstances."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygit2")

SELECT = ("--select", "workload/privileged-container", "--fail-on", "never", "--base", "auto")
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


def _add(scratch: Any, name: str) -> str:
    scratch.write(f"{name}.yaml", POD.replace("NAME", name))
    commit: str = scratch.commit(name)
    return commit


def _names(scratch: Any, **environment: str) -> list[str]:
    return [row.partition(".")[0] for row in scratch.found(*SELECT, **environment)]


def _event(scratch: Any, name: str, said: dict[str, Any]) -> dict[str, str]:
    path: Path = scratch.root.parent / "event.json"
    path.write_text(json.dumps(said))
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path)}


@pytest.fixture
def forked(scratch: Any) -> Any:
    """A branch with a finding of its own; main has one that is older, and one that is younger than the branch."""
    _add(scratch, "old")
    scratch.git("checkout", "-q", "-b", "feature")
    _add(scratch, "mine")
    scratch.git("checkout", "-q", "main")
    _add(scratch, "theirs")
    scratch.git("checkout", "-q", "feature")
    return scratch


def test_branch_parts_from_main(forked: Any) -> None:
    assert _names(forked) == ["mine"]
    forked.write("draft.yaml", POD.replace("NAME", "draft"))
    assert _names(forked) == ["draft", "mine"]


def test_only_branch_is_compared_with_its_head(scratch: Any) -> None:
    _add(scratch, "old")
    assert _names(scratch) == []
    scratch.write("draft.yaml", POD.replace("NAME", "draft"))
    assert _names(scratch) == ["draft"]


def test_upstream_comes_first(forked: Any, tmp_path: Path) -> None:
    forked.git("clone", "-q", forked.root, tmp_path / "clone")
    clone = type(forked)(tmp_path / "clone")
    assert _names(clone) == []
    _add(clone, "local")
    assert _names(clone) == ["local"]
    clone.git("checkout", "-q", "-b", "topic", "--no-track")
    _add(clone, "topic")
    assert _names(clone) == ["local", "topic"]  # by origin/HEAD


def test_remote_without_a_head_is_not_guessed(forked: Any, tmp_path: Path) -> None:
    forked.git("clone", "-q", forked.root, tmp_path / "clone")
    clone = type(forked)(tmp_path / "clone")
    clone.git("remote", "set-head", "origin", "--delete")
    clone.git("checkout", "-q", "-b", "topic", "--no-track")
    clone.git("branch", "-q", "-D", "feature")
    report = clone.report(*SELECT)
    assert len(report["findings"]) == 2
    assert "git remote set-head origin --auto" in report["notes"][-1]


@pytest.fixture
def merged(forked: Any, tmp_path: Path) -> Any:
    """What a workflow of a pull request checks out with fetch-depth 2: the merge of both branches."""
    forked.git("checkout", "-q", "--detach", "main")
    forked.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    forked.git("update-ref", "refs/pull/1/merge", "HEAD")
    forked.git("checkout", "-q", "main")
    return forked


def _checkout(origin: Any, where: Path, depth: int, ref: str = "refs/pull/1/merge") -> Any:
    clone = type(origin)(where).init()
    clone.git("remote", "add", "origin", f"file://{origin.root}")
    clone.git("fetch", "-q", "--depth", str(depth), "origin", f"+{ref}:refs/remotes/pull/1/merge")
    clone.git("checkout", "-q", "--detach", "refs/remotes/pull/1/merge")
    return clone


def _pull_request(origin: Any) -> dict[str, Any]:
    head, base = origin.git("rev-parse", "feature"), origin.git("rev-parse", "main")
    return {"pull_request": {"head": {"sha": head}, "base": {"sha": base, "ref": "main"}}}


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
def test_pull_request_is_compared_with_the_first_parent_of_its_merge(merged: Any, tmp_path: Path, name: str) -> None:
    clone = _checkout(merged, tmp_path / "clone", 2)
    report = clone.report(*SELECT, **_event(merged, name, _pull_request(merged)))
    assert [each["location"]["path"] for each in report["findings"]] == ["mine.yaml"]
    assert "compared with the target branch (" in report["notes"][-1]


def test_pull_request_with_too_little_history(merged: Any, tmp_path: Path) -> None:
    clone = _checkout(merged, tmp_path / "clone", 1)
    report = clone.report(*SELECT, **_event(merged, "pull_request", _pull_request(merged)))
    assert len(report["findings"]) == 3
    assert "check out with fetch-depth: 2" in report["notes"][-1]


def test_pull_request_whose_head_is_checked_out(merged: Any) -> None:
    merged.git("checkout", "-q", "feature")
    assert _names(merged, **_event(merged, "pull_request", _pull_request(merged))) == ["mine"]


def test_merge_group(merged: Any) -> None:
    merged.git("checkout", "-q", "feature")
    said = {"merge_group": {"base_sha": merged.git("rev-parse", "main~1")}}
    assert _names(merged, **_event(merged, "merge_group", said)) == ["mine"]


def test_push(scratch: Any) -> None:
    _add(scratch, "old")
    before = scratch.git("rev-parse", "HEAD")
    _add(scratch, "one")
    _add(scratch, "two")
    assert _names(scratch, **_event(scratch, "push", {"before": before})) == ["one", "two"]


@pytest.mark.parametrize("before", ["0" * 40, "f" * 40])
def test_push_of_a_new_branch_or_by_force(forked: Any, before: str) -> None:
    said = {"before": before, "repository": {"default_branch": "main"}}
    forked.git("update-ref", "refs/remotes/origin/main", "main")
    expected = ["mine"] if before.startswith("0") else ["mine", "old"]
    assert _names(forked, **_event(forked, "push", said)) == expected


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch", ""])
def test_event_without_a_base(forked: Any, name: str) -> None:
    report = forked.report(*SELECT, **_event(forked, name, {}))
    assert len(report["findings"]) == 2
    assert "has no base to compare with" in report["notes"][-1]


def test_broken_event(forked: Any) -> None:
    environment = _event(forked, "push", {})
    Path(environment["GITHUB_EVENT_PATH"]).write_text("[")
    assert len(_names(forked, **environment)) == 2


def test_gitlab(forked: Any) -> None:
    base = forked.git("rev-parse", "main~1")
    assert _names(forked, GITLAB_CI="true", CI_MERGE_REQUEST_DIFF_BASE_SHA=base) == ["mine"]
    assert _names(forked, GITLAB_CI="true", CI_COMMIT_BEFORE_SHA=base) == ["mine"]
    assert _names(forked, GITLAB_CI="true", CI_COMMIT_BEFORE_SHA="0" * 40) == ["mine", "old"]


def test_pre_commit_in_ci(forked: Any) -> None:
    assert _names(forked, PRE_COMMIT_FROM_REF="main~1", PRE_COMMIT_TO_REF="feature") == ["mine"]
