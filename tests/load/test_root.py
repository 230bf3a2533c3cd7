"""Reports name files relative to the repository, else to where the user is, else to what was given."""

from pathlib import Path

from hullmark.linter.load.root import git_root, root_of


def test_repository_around_all_paths(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/x.yaml").touch()
    top = str(tmp_path.resolve())
    assert root_of(["."], str(tmp_path / "a")) == top
    assert root_of(["b/x.yaml", "b"], str(tmp_path / "a")) == top
    assert root_of(["-"], str(tmp_path / "a")) == top
    assert git_root(str(tmp_path / "a/b")) == top


def test_worktree_and_submodule_have_a_file_called_git(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/.git").write_text("gitdir: ../somewhere\n")
    assert root_of(["inner"], str(tmp_path)) == str((tmp_path / "inner").resolve())


def test_current_directory_without_repository(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert root_of(["a"], str(tmp_path)) == str(tmp_path.resolve())
    assert root_of([], str(tmp_path)) == str(tmp_path.resolve())


def test_common_directory_of_paths_elsewhere(tmp_path: Path) -> None:
    for name in ("here", "there/x", "there/y"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "there/y/a.yaml").touch()
    assert root_of([str(tmp_path / "there/x")], str(tmp_path / "here")) == str((tmp_path / "there/x").resolve())
    both = ["../there/x", "../there/y/a.yaml"]
    assert root_of(both, str(tmp_path / "here")) == str((tmp_path / "there").resolve())
