"""Repositories in every state: each is linted, or says in one line what to do; unknown is never taken for empty."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

pygit2 = pytest.importorskip("pygit2")

SELECT = ("--select", "workload/privileged-container", "--fail-on", "never")
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


def _pod(name: str) -> str:
    return POD.replace("NAME", name)


def _line(done: Any) -> str:
    """The one line of a refusal."""
    assert (done.returncode, done.stdout) == (2, ""), done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    return str(done.stderr)


@pytest.fixture
def two(scratch: Any) -> Any:
    """A repository with an old finding in HEAD and a new one in the working tree."""
    scratch.write("old.yaml", _pod("old"))
    scratch.commit()
    scratch.write("new.yaml", _pod("new"))
    return scratch


def test_only_what_is_new_is_shown(two: Any) -> None:
    assert two.found(*SELECT) == [f"{name}.yaml:8 workload/privileged-container" for name in ("new", "old")]
    assert two.found(*SELECT, "--base", "HEAD") == ["new.yaml:8 workload/privileged-container"]
    text = two.hullmark("lint", *SELECT, "--base", "HEAD").stdout
    assert "1 new, 1 known and not shown, 0 gone" in " ".join(text.split())


def test_exit_code_is_about_what_is_new(two: Any) -> None:
    assert two.hullmark("lint", *SELECT[:2], "--base", "HEAD").returncode == 1
    two.commit()
    assert two.hullmark("lint", *SELECT[:2], "--base", "HEAD").returncode == 0


def test_hosts_get_everything(two: Any) -> None:
    out = two.root.parent
    two.hullmark("lint", *SELECT, "--base", "HEAD", "-o", f"sarif={out}/a.sarif", "-o", f"gitlab={out}/a.json")
    (run,) = json.loads((out / "a.sarif").read_text())["runs"]
    assert len(run["results"]) == len(json.loads((out / "a.json").read_text())) == 2


def test_a_revision_that_is_not_there(two: Any) -> None:
    assert "there is no commit 'nowhere'" in _line(two.hullmark("lint", "--base", "nowhere"))


def test_no_repository(tmp_path: Path, scratch: Any) -> None:
    scratch.write("a.yaml", _pod("a"))
    shutil.rmtree(scratch.root / ".git")
    assert "is not inside a git repository" in _line(scratch.hullmark("lint", "--staged"))
    assert "is not inside a git repository" in _line(scratch.hullmark("lint", "--base", "auto"))
    assert len(scratch.found(*SELECT)) == 1


def test_unborn_head_is_known_to_be_empty(scratch: Any) -> None:
    scratch.write("new.yaml", _pod("new"))
    for base in ("HEAD", "auto"):
        assert len(scratch.found(*SELECT, "--base", base)) == 1
        scratch.git("add", "-A")
        assert len(scratch.found(*SELECT, "--base", base, "--staged")) == 1
    assert "no commit 'main~1'" in _line(scratch.hullmark("lint", "--base", "main~1"))


def test_shallow_clone_does_not_know_its_base(two: Any, tmp_path: Path) -> None:
    two.commit()
    two.git("clone", "-q", "--depth", "1", f"file://{two.root}", tmp_path / "shallow")
    clone = type(two)(tmp_path / "shallow")
    assert "fetch" in _line(clone.hullmark("lint", "--base", "HEAD~1"))
    clone.git("fetch", "-q", "--depth", "2", "origin", "main")
    assert clone.found(*SELECT, "--base", "HEAD~1") == ["new.yaml:8 workload/privileged-container"]


def test_histories_without_a_common_commit(two: Any) -> None:
    two.commit()
    two.git("checkout", "-q", "--orphan", "other")
    two.commit()
    done = two.hullmark("lint", *SELECT, "--base", "auto", "--format", "json")
    assert len(json.loads(done.stdout)["findings"]) == 2
    assert "no commit in common here: name a commit with --base" in done.stderr
    assert "everything counts as new" in json.loads(done.stdout)["notes"][-1]


def test_bare_repository(two: Any, tmp_path: Path) -> None:
    two.git("clone", "-q", "--bare", two.root, tmp_path / "bare.git")
    for arguments in (["--staged"], ["--base", "HEAD"]):
        done = two.hullmark("lint", *arguments, cwd=tmp_path / "bare.git")
        assert "git worktree add" in _line(done)


def test_linked_worktree(two: Any, tmp_path: Path) -> None:
    two.commit()
    two.git("worktree", "add", "-q", "-b", "feature", tmp_path / "linked")
    linked = type(two)(tmp_path / "linked")
    linked.write("third.yaml", _pod("third"))
    linked.git("add", "-A")
    assert linked.found(*SELECT, "--base", "auto") == ["third.yaml:8 workload/privileged-container"]
    assert linked.found(*SELECT, "--base", "HEAD", "--staged") == ["third.yaml:8 workload/privileged-container"]
    assert len(two.found(*SELECT, "--staged")) == 2


def test_partial_clone_says_how_to_get_the_rest(two: Any, tmp_path: Path) -> None:
    two.write("old.yaml", _pod("changed"))
    two.commit()
    two.git("config", "uploadpack.allowFilter", "true")
    two.git("clone", "-q", "--filter=blob:none", f"file://{two.root}", tmp_path / "partial")
    clone = type(two)(tmp_path / "partial")
    assert "git fetch --refetch --no-filter" in _line(clone.hullmark("lint", *SELECT, "--base", "HEAD~1"))
    assert len(clone.found(*SELECT)) == 2
    clone.git("fetch", "-q", "--refetch", "--no-filter")
    assert len(clone.found(*SELECT, "--base", "HEAD~1")) == 2


def test_sha256_repository(tmp_path: Path, scratch: Any) -> None:
    other = type(scratch)(tmp_path / "sha256").init("--object-format=sha256")
    other.write("new.yaml", _pod("new"))
    other.commit()
    for arguments in (["--staged"], ["--base", "HEAD"]):
        assert "SHA-256" in _line(other.hullmark("lint", *arguments))
    assert len(other.found(*SELECT)) == 1


def test_sparse_index(two: Any) -> None:
    two.write("inside/a.yaml", _pod("a"))
    two.write("outside/deep/b.yaml", _pod("b"))
    two.commit()
    two.git("sparse-checkout", "set", "--cone", "--sparse-index", "inside")
    said = _line(two.hullmark("lint", "--staged"))
    assert "git sparse-checkout reapply --no-sparse-index" in said
    assert said == _line(two.hullmark("lint", "--base", "HEAD"))
    two.git("sparse-checkout", "reapply", "--no-sparse-index")
    assert len(two.found(*SELECT, "--staged")) == 4


def test_a_sparse_checkout_takes_nothing_for_gone(two: Any) -> None:
    two.write("inside/a.yaml", _pod("a"))
    two.write("outside/deep/b.yaml", _pod("b"))
    two.commit()
    two.git("sparse-checkout", "set", "--cone", "inside")
    assert two.found(*SELECT, "--base", "HEAD") == []


def test_split_index(two: Any) -> None:
    two.git("add", "-A")
    two.git("update-index", "--split-index")
    assert "git update-index --no-split-index" in _line(two.hullmark("lint", "--staged"))
    two.git("update-index", "--no-split-index")
    assert len(two.found(*SELECT, "--staged")) == 2


def test_foreign_owner(two: Any) -> None:
    """Nothing that a repository configures is executed, so that it does not matter whose it is."""
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    two.git("add", "-A")
    for path in [two.root, *two.root.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert len(two.found(*SELECT, "--staged")) == 2
    assert len(two.found(*SELECT, "--base", "HEAD")) == 1


def test_detached_head(two: Any) -> None:
    two.commit()
    two.git("checkout", "-q", "--detach")
    two.git("branch", "-D", "main")
    assert two.found(*SELECT, "--base", "HEAD~1") == ["new.yaml:8 workload/privileged-container"]


def test_submodule_and_links_and_pointers_are_left_out_and_told(two: Any, tmp_path: Path) -> None:
    other = type(two)(tmp_path / "module").init()
    other.write("a.yaml", _pod("module"))
    other.commit()
    two.git("submodule", "add", "-q", other.root, "module")
    (two.root / "link.yaml").symlink_to("new.yaml")
    (two.root / "broken.yaml").symlink_to("/nowhere")
    two.write("large.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    two.write("intended.yaml", _pod("intended"))
    two.git("add", "new.yaml", "link.yaml", "broken.yaml", "large.yaml")
    two.git("add", "-N", "intended.yaml")
    report = two.report(*SELECT, "--staged")
    assert [each["location"]["path"] for each in report["findings"]] == ["new.yaml", "old.yaml"]
    skipped = {each["path"]: (each["reason"], each["detail"]) for each in report["skipped"]}
    assert skipped["module"] == ("not a regular file", "a submodule, a repository of its own")
    assert skipped["link.yaml"] == ("symbolic link", "to new.yaml")
    assert skipped["broken.yaml"] == ("symbolic link", "to /nowhere")
    assert skipped["large.yaml"] == ("not a regular file", "its content is in Git LFS")
    assert "git add -N" in skipped["intended.yaml"][1]
    assert [problem["message"] for problem in report["problems"]] == [
        "not judged: its content is in Git LFS, not in the repository"
    ]


def test_without_pygit2_files_are_linted_and_git_is_asked_for(two: Any, tmp_path: Path) -> None:
    blocker = tmp_path / "blocker"
    blocker.mkdir()
    (blocker / "pygit2.py").write_text("raise ImportError('no')\n")
    path = os.pathsep.join(filter(None, [str(blocker), os.environ.get("PYTHONPATH", "")]))
    assert "pip install 'hullmark[git]'" in _line(two.hullmark("lint", "--staged", PYTHONPATH=path))
    assert len(two.found(*SELECT, PYTHONPATH=path)) == 2
