"""Every file that is met is looked into or left out with a reason, and nothing that could hurt is opened."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hullmark.linter.finding import ProblemKind, SkipReason
from hullmark.linter.load.discover import Discovery, Reach, discover

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(POD)


def found(root: Path, *paths: str, exclude: tuple[str, ...] = (), gitignore: bool = True) -> Discovery:
    return discover(paths or (".",), Reach(str(root.resolve()), str(root), exclude, gitignore))


def names(discovery: Discovery) -> list[str]:
    return [file.path for file in discovery.files]


def reasons(discovery: Discovery) -> dict[str, SkipReason]:
    return {one.path: one.reason for one in discovery.skipped}


def test_files_are_sorted_and_told_apart_by_extension(tmp_path: Path) -> None:
    write(tmp_path, "b.yaml", "a/z.yml", "a/c.JSON", "README.md", "unit.service")
    result = found(tmp_path)
    assert names(result) == ["a/c.JSON", "a/z.yml", "b.yaml"]
    assert reasons(result) == {"README.md": SkipReason.NOT_MANIFEST, "unit.service": SkipReason.NOT_MANIFEST}


def test_named_file_is_taken_whatever_its_extension(tmp_path: Path) -> None:
    write(tmp_path, "unit.service")
    result = found(tmp_path, "unit.service")
    assert [(file.path, file.named) for file in result.files] == [("unit.service", True)]


def test_overlapping_arguments_give_each_file_once(tmp_path: Path) -> None:
    write(tmp_path, "a/b.yaml", "a/c.yaml")
    result = found(tmp_path, "a", "a/b.yaml", ".", "./a/../a/c.yaml")
    assert [(file.path, file.named) for file in result.files] == [("a/b.yaml", True), ("a/c.yaml", True)]


def test_paths_are_relative_to_the_root_whatever_the_current_directory(tmp_path: Path) -> None:
    write(tmp_path, "deploy/a.yaml")
    reach = Reach(str(tmp_path.resolve()), str(tmp_path / "deploy"))
    assert names(discover((".",), reach)) == ["deploy/a.yaml"]


def test_missing_argument_is_a_problem_and_the_rest_is_found(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml")
    result = found(tmp_path, "nope.yaml", "a.yaml")
    assert [(p.kind, p.path, p.message) for p in result.problems] == [
        (ProblemKind.UNREADABLE, "nope.yaml", "cannot be read: no such file or directory")
    ]
    assert names(result) == ["a.yaml"]


def test_templates_of_a_chart_are_not_rendered_and_its_other_files_are_found(tmp_path: Path) -> None:
    write(tmp_path, "shop/Chart.yaml", "shop/values.yaml", "shop/templates/a.yaml", "shop/templates/sub/b.yaml")
    write(tmp_path, "shop/crds/crd.yaml", "shop/templates/_helpers.tpl", "plain/templates/c.yaml")
    result = found(tmp_path)
    assert names(result) == ["plain/templates/c.yaml", "shop/Chart.yaml", "shop/crds/crd.yaml", "shop/values.yaml"]
    assert reasons(result) == {
        "shop/templates/_helpers.tpl": SkipReason.NOT_MANIFEST,
        "shop/templates/a.yaml": SkipReason.NOT_RENDERED,
        "shop/templates/sub/b.yaml": SkipReason.NOT_RENDERED,
    }


@pytest.mark.parametrize("argument", ["shop/templates/sub/b.yaml", "shop/templates/sub", "shop/templates"])
def test_template_is_recognised_from_below(tmp_path: Path, argument: str) -> None:
    write(tmp_path, "shop/Chart.yaml", "shop/templates/sub/b.yaml")
    assert reasons(found(tmp_path, argument)) == {"shop/templates/sub/b.yaml": SkipReason.NOT_RENDERED}


def test_excluded_files_and_directories_are_counted(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "vendor/x.yaml", "deep/vendor/y.yaml", "test/b.yaml", "test/keep/c.yaml")
    result = found(tmp_path, exclude=("vendor/", "test/*.yaml"))
    assert names(result) == ["a.yaml", "test/keep/c.yaml"]
    assert set(reasons(result).values()) == {SkipReason.EXCLUDED}
    assert set(reasons(result)) == {"vendor", "deep/vendor", "test/b.yaml"}


def test_named_file_is_not_excluded(tmp_path: Path) -> None:
    write(tmp_path, "vendor/x.yaml")
    assert names(found(tmp_path, "vendor/x.yaml", exclude=("vendor",))) == ["vendor/x.yaml"]


def test_names_that_are_no_utf8_are_shown_as_escapes(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.yaml"
    try:
        Path(os.fsdecode(raw)).write_text(POD)
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    (file,) = found(tmp_path).files
    assert file.path == "caf\\xe9.yaml"
    file.path.encode()
    assert Path(file.where).read_text() == POD


def test_name_with_line_break_and_escape_is_one_file(tmp_path: Path) -> None:
    write(tmp_path, "a\n::error::\x1b[31m.yaml")
    assert names(found(tmp_path)) == ["a\n::error::\x1b[31m.yaml"]


# Links


def test_loop_of_directory_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "a/b/c.yaml")
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a")
    (tmp_path / "a/self").symlink_to(".")
    result = found(tmp_path)
    assert names(result) == ["a/b/c.yaml"]
    assert reasons(result) == {"a/b/up": SkipReason.LINK, "a/self": SkipReason.LINK}
    assert result.problems == ()


def test_link_that_leads_to_itself_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    result = found(tmp_path)
    assert [(p.path, p.kind) for p in result.problems] == [("loop.yaml", ProblemKind.UNREADABLE)]


def test_broken_link_is_one_clear_line(tmp_path: Path) -> None:
    write(tmp_path, "good.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "README").symlink_to("nowhere.md")
    result = found(tmp_path)
    assert names(result) == ["good.yaml"]
    assert reasons(result) == {"gone.yaml": SkipReason.LINK, "README": SkipReason.LINK}
    assert [(p.path, p.message) for p in result.problems] == [("gone.yaml", "broken symbolic link to 'nowhere.yaml'")]


@pytest.mark.parametrize("argument", [".", "link.yaml"])
def test_link_stands_for_its_target_once(tmp_path: Path, argument: str) -> None:
    write(tmp_path, "real.yaml")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    result = found(tmp_path, argument)
    assert names(result) == ["real.yaml"]
    assert reasons(result) == {"link.yaml": SkipReason.LINK}


def test_target_without_extension_is_looked_into(tmp_path: Path) -> None:
    write(tmp_path, "..data")
    (tmp_path / "config.yaml").symlink_to("..data")
    assert names(found(tmp_path)) == ["..data"]


@pytest.mark.parametrize("target", ["secret.yaml", "sub/.git/config"])
def test_link_out_of_the_input_is_not_followed(tmp_path: Path, target: str) -> None:
    """Whoever writes the repository must not choose what a CI job reads and prints."""
    write(tmp_path, target)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link.yaml").symlink_to(tmp_path / target)
    result = found(tmp_path / "in")
    assert names(result) == []
    assert reasons(result) == {"link.yaml": SkipReason.LINK}
    assert result.problems == ()


def test_named_link_out_of_the_input_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "secret.yaml")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link.yaml").symlink_to(tmp_path / "secret.yaml")
    result = found(tmp_path / "in", "link.yaml")
    assert names(result) == []
    assert [p.kind for p in result.problems] == [ProblemKind.UNREADABLE]


def test_named_directory_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path, "releases/7/a.yaml")
    (tmp_path / "current").symlink_to("releases/7")
    assert names(found(tmp_path, "current")) == ["releases/7/a.yaml"]


# What is no file


def test_pipe_is_never_opened(tmp_path: Path) -> None:
    write(tmp_path, "good.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    os.mkfifo(tmp_path / "pipe")
    result = found(tmp_path)
    assert names(result) == ["good.yaml"]
    assert reasons(result) == {"pipe.yaml": SkipReason.NOT_REGULAR, "pipe": SkipReason.NOT_REGULAR}
    assert [(p.path, p.message) for p in result.problems] == [("pipe.yaml", "not opened: a named pipe, not a file")]


def test_link_to_a_device_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    result = found(tmp_path)
    assert reasons(result) == {"zero.yaml": SkipReason.NOT_REGULAR}
    assert [p.message for p in result.problems] == ["not opened: a device, not a file"]


def test_directory_called_like_a_manifest_is_walked(tmp_path: Path) -> None:
    write(tmp_path, "kustomize.yaml/a.yaml")
    assert names(found(tmp_path)) == ["kustomize.yaml/a.yaml"]


AS_NOBODY = """
import os, sys
from hullmark.linter.load.discover import Reach, discover
if os.geteuid() == 0:  # whom nothing is denied
    os.setgid(65534)
    os.setuid(65534)
result = discover(["."], Reach(sys.argv[1], sys.argv[1]))
print([file.path for file in result.files], [(p.path, p.message) for p in result.problems])
"""


def test_closed_directory_is_a_problem_and_the_rest_is_found() -> None:
    with TemporaryDirectory() as directory:  # pytest's own directories are closed to other users
        root = Path(directory).resolve()
        write(root, "good.yaml", "closed/a.yaml")
        root.chmod(0o755)
        (root / "closed").chmod(0)
        done = subprocess.run([sys.executable, "-c", AS_NOBODY, str(root)], capture_output=True, text=True, check=False)
        (root / "closed").chmod(0o700)
    assert done.stdout == "['good.yaml'] [('closed', 'cannot be read: permission denied')]\n", done.stderr


# What git ignores


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    pytest.importorskip("pygit2")
    git(tmp_path, "init", "--quiet")
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    subprocess.run(["git", *arguments], cwd=root, check=True, env=environment, stdin=subprocess.DEVNULL)


def test_ignored_files_are_not_met(checkout: Path) -> None:
    write(checkout, "a.yaml", "build/b.yaml", "deep/c.tmp.yaml", "deep/d.yaml")
    (checkout / ".gitignore").write_text("/build/\n*.tmp.yaml\n")
    result = found(checkout)
    assert names(result) == ["a.yaml", "deep/d.yaml"]
    assert reasons(result) == {".gitignore": SkipReason.NOT_MANIFEST}


def test_ignored_files_are_met_when_git_is_not_asked(checkout: Path) -> None:
    write(checkout, "a.yaml", "build/b.yaml")
    (checkout / ".gitignore").write_text("/build/\n")
    assert names(found(checkout, gitignore=False)) == ["a.yaml", "build/b.yaml"]


def test_tracked_files_are_met_even_where_a_pattern_ignores_them(checkout: Path) -> None:
    """They are deployed like all others: an ignore pattern must not hide them."""
    write(checkout, "build/b.yaml", "build/untracked.yaml")
    (checkout / ".gitignore").write_text("/build/\n")
    git(checkout, "add", "--force", "build/b.yaml")
    assert names(found(checkout)) == ["build/b.yaml"]


def test_ignore_rules_of_the_repository_hold_below_it(checkout: Path) -> None:
    write(checkout, "deploy/a.yaml", "deploy/secret.yaml")
    (checkout / ".gitignore").write_text("secret.yaml\n")
    assert names(found(checkout, "deploy")) == ["deploy/a.yaml"]


def test_named_file_is_met_though_git_ignores_it(checkout: Path) -> None:
    write(checkout, "secret.yaml")
    (checkout / ".gitignore").write_text("secret.yaml\n")
    assert names(found(checkout, "secret.yaml")) == ["secret.yaml"]


def test_repository_inside_a_repository_has_its_own_rules(checkout: Path) -> None:
    write(checkout, "inner/a.yaml", "inner/b.yaml")
    git(checkout / "inner", "init", "--quiet")
    (checkout / "inner/.gitignore").write_text("b.yaml\n")
    assert names(found(checkout)) == ["inner/a.yaml"]


def test_broken_repository_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml")
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    (tmp_path / ".gitignore").write_text("*.yaml\n")
    assert names(found(tmp_path)) == ["a.yaml"]


def test_name_that_is_no_utf8_does_not_end_the_search(checkout: Path) -> None:
    raw = os.fsencode(checkout) + b"/caf\xe9.yaml"
    try:
        Path(os.fsdecode(raw)).write_text(POD)
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    write(checkout, "a.yaml", "b.yaml")
    (checkout / ".gitignore").write_text("b.yaml\n")
    git(checkout, "add", "a.yaml")
    git(checkout, "add", os.fsdecode(b"caf\xe9.yaml"))
    assert names(found(checkout)) == ["a.yaml", "caf\\xe9.yaml"]
