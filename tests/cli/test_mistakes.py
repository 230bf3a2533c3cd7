"""Mistakes of users: one line that says what, where, and what to do; exit code 2."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["lint", "nowhere.yaml"], "hullmark: there is no file or folder 'nowhere.yaml'"),
        (["lint", ""], "hullmark: there is no file or folder ''"),
        (["lint", "-", "-"], "hullmark: standard input (-) can be read only once"),
        (
            ["lint", "--stdin-filename", "a.yaml"],
            "hullmark: --stdin-filename says what standard input is called; add -",
        ),
        (["lint", "--output", "sarif"], "hullmark: --output 'sarif' is not FORMAT=FILE, such as sarif=hullmark.sarif"),
        (["lint", "--output", "pdf=a"], "hullmark: --output 'pdf=a': there is no format 'pdf', only text, sarif"),
        (["lint", "--output", "json=no/a"], "hullmark: --output 'json=no/a': there is no folder 'no'; make it first"),
        (["lint", "--output", "json=."], "hullmark: --output 'json=.': '.' is a folder; name a file"),
        (["lint", "--output", "json=-"], "hullmark: --output 'json=-': standard output takes --format json"),
        (["lint", "-o", "json=a", "-o", "text=a"], "hullmark: --output 'text=a': 'a' is written twice"),
        (["lint", "--profile", "strct"], "hullmark: no profile is called 'strct'; did you mean 'strict'"),
        (["lint", "--select", "rbca"], "hullmark: no rule, family or control is called 'rbca'; did you mean 'rbac'?"),
        (["lint", "--ignore", "zzz"], "hullmark: no rule, family or control is called 'zzz'; `hullmark rules` lists"),
        (["lint", "--kubernetes-version", "new"], "hullmark: --kubernetes-version 'new' is not a version such as 1.34"),
        (["lint", "--today", "2027-02-30"], "hullmark: --today '2027-02-30' is neither a date such as 2027-01-31"),
        (["lint", "--config", "no.yaml"], "no.yaml: cannot be read: no such file or directory"),
        (["lint", "-q", "-v"], "hullmark: --quiet and --verbose exclude each other"),
        (["lint", "--format", "pdf"], "hullmark: '-f' / '--format': 'pdf' is not one of 'text', 'sarif'"),
        (["lint", "--jobs", "0"], "hullmark: '-j' / '--jobs': should be greater than or equal to 1"),
        (["lint", "--frmat"], "hullmark: no such option: --frmat"),
        (["lnt"], "hullmark: no such command 'lnt'; did you mean 'lint'?"),
        (["explain"], "hullmark: missing argument"),
        (["explain", "rbac/wildcard-verbs"], "hullmark: no rule, family or control is called 'rbac/wildcard-verbs'"),
        (["rules", "rbca"], "hullmark: no rule, family or control is called 'rbca'; did you mean 'rbac'?"),
        (["rules", "--profile", "strct"], "hullmark: no profile is called 'strct'; did you mean 'strict'"),
    ],
)
def test_one_line_on_standard_error(hullmark: Run, arguments: list[str], line: str) -> None:
    done = hullmark(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["hullmark.yaml", ".hullmark.yaml", ".github/hullmark.yaml"])
def test_mistakes_of_the_configuration_have_a_place(hullmark: Run, repo: Path, name: str) -> None:
    (repo / name).parent.mkdir(exist_ok=True)
    (repo / name).write_text("fail-on: high\nprofil: strict\nselect: [rbac, rbca]\n")
    done = hullmark("lint")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"{name}:2:1: unknown key 'profil'; did you mean 'profile'?",
        f"{name}:3:16: no rule, family or control is called 'rbca'; did you mean 'rbac'?",
    ]


def test_the_configuration_of_the_root_holds_in_a_folder_and_for_paths_elsewhere(
    hullmark: Run, repo: Path, tmp_path: Path
) -> None:
    (repo / "hullmark.yaml").write_text("a: 1\n")
    (repo / "deploy").mkdir()
    assert hullmark("lint", cwd=repo / "deploy").stderr.startswith("hullmark.yaml:1:1: ")
    assert hullmark("lint", repo / "deploy", cwd=tmp_path).stderr.startswith("hullmark.yaml:1:1: ")


def test_two_configurations_are_one_too_many(hullmark: Run, repo: Path) -> None:
    (repo / "hullmark.yaml").write_text("")
    (repo / ".hullmark.yaml").write_text("")
    done = hullmark("lint")
    assert done.returncode == 2
    assert done.stderr.startswith("hullmark: there are hullmark.yaml and .hullmark.yaml in ")
    assert hullmark("lint", "--config", "hullmark.yaml").returncode == 0


def test_configuration_that_is_no_yaml(hullmark: Run, repo: Path) -> None:
    (repo / "hullmark.yaml").write_text("profile: [strict\n")
    done = hullmark("lint")
    assert done.returncode == 2
    assert done.stderr.startswith("hullmark.yaml:")


def test_command_line_beats_the_configuration(hullmark: Run, repo: Path, wildcard: str) -> None:
    (repo / "role.yaml").write_text(wildcard)
    (repo / "hullmark.yaml").write_text("select: rbac/wildcard-verb\nfail-on: info\n")
    assert hullmark("lint").returncode == 1
    assert hullmark("lint", "--fail-on", "never").returncode == 0
    assert hullmark("lint", "--select", "etcd").returncode == 0


def test_hostile_names_cannot_write_to_the_terminal(hullmark: Run, repo: Path) -> None:
    (repo / "hullmark.yaml").write_text('"\\e[31mred": 1\n')
    for done in (hullmark("lint"), hullmark("lint", "a\x1b[31mb"), hullmark("lint", "--select", "\x1b[31m")):
        assert done.returncode == 2
        assert "\x1b" not in done.stderr
        assert done.stderr.count("\n") == 1


def test_source_date_epoch_that_is_no_number(hullmark: Run) -> None:
    done = hullmark("lint", SOURCE_DATE_EPOCH="soon")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
