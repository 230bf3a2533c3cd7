"""`hullmark explain`, `rules`, `init`, `--version`, help and completion."""

import json
import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_version(hullmark: Run, repository: Path) -> None:
    version = tomllib.loads((repository / "pyproject.toml").read_text())["project"]["version"]
    done = hullmark("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"hullmark {version}\n", "")
    assert hullmark("--version", "--version").stdout == done.stdout  # the slow path, by typer


def test_version_imports_next_to_nothing(hullmark: Run) -> None:
    done = hullmark("--version", PYTHONPROFILEIMPORTTIME="1")
    ours = re.findall(r"\| +(hullmark[.\w]*)", done.stderr)
    assert "hullmark.linter.cli.version" in ours
    assert len(ours) <= 6
    # re and enum are imported by the script that pip writes
    assert not re.search(r"\| +(typing|dataclasses|typer|importlib\.metadata|pathlib)\n", done.stderr)


def test_linting_does_not_import_what_it_does_not_need(hullmark: Run, repo: Path, harmless: str) -> None:
    (repo / "a.yaml").write_text(harmless)
    done = hullmark("lint", "a.yaml", PYTHONPROFILEIMPORTTIME="1")
    heavy = {"typer", "rich", "pydantic", "sarif_om", "jsonschema", "multiprocessing", "subprocess", "difflib"}
    heavy |= {"dataclasses", "inspect", "hashlib", "importlib.metadata", "hullmark.linter.yaml.complaints"}
    assert sorted(heavy & set(re.findall(r"\| +([.\w]+)\n", done.stderr))) == []


def test_explain_fits_80_columns(hullmark: Run) -> None:
    done = hullmark("explain", "rbac/wildcard-verb", COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("rbac/wildcard-verb\n")
    prose = [line for line in done.stdout.splitlines() if not re.match(r"  [-+@>] |   +\d+  |  # hullmark", line)]
    assert max(map(len, prose)) <= 80
    assert "\x1b" not in done.stdout


def test_explain_of_a_family_or_a_control_lists_its_rules(hullmark: Run) -> None:
    assert "wildcard-verb" in hullmark("explain", "rbac").stdout
    assert "wildcard-verb" in hullmark("explain", "CIS-1.12/5.1.3").stdout


def test_every_rule_can_be_explained(hullmark: Run) -> None:
    rules = json.loads(hullmark("rules", "--format", "json").stdout)
    some = [rule["id"] for rule in rules][:: max(len(rules) // 8, 1)]
    for rule in some:
        assert hullmark("explain", rule).stdout.startswith(rule)


def test_rules_lists_all_of_them(hullmark: Run) -> None:
    every = json.loads(hullmark("rules", "--format", "json").stdout)
    text = hullmark("rules", COLUMNS="80").stdout
    assert f"{len(every)} rules." in text
    assert max(map(len, text.splitlines())) <= 80
    fewer = json.loads(hullmark("rules", "--profile", "default", "--format", "json").stdout)
    assert {rule["profile"] for rule in fewer} == {"default"}
    assert {rule["id"].split("/")[0] for rule in json.loads(hullmark("rules", "etcd", "-f", "json").stdout)} == {"etcd"}


def test_init_writes_a_configuration_that_changes_nothing(hullmark: Run, repo: Path) -> None:
    inner = repo / "deploy"
    inner.mkdir()
    done = hullmark("init", cwd=inner)
    assert (done.returncode, done.stderr) == (0, "")
    assert "../hullmark.yaml" in done.stdout
    assert hullmark("lint").returncode == 0
    again = hullmark("init")
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert hullmark("init", "--force").returncode == 0


def test_no_arguments_show_the_help(hullmark: Run) -> None:
    assert hullmark().stdout == hullmark("--help").stdout
    for command in ("lint", "explain", "rules", "init"):
        done = hullmark(command, "--help")
        assert done.stdout.startswith(f"Usage: hullmark {command}")
        assert f"\n  {command} " in hullmark().stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(hullmark: Run, shell: str) -> None:
    done = hullmark(_HULLMARK_COMPLETE=f"source_{shell}")
    assert done.returncode == 0
    assert "_HULLMARK_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("hullmark ex", "explain"),
        ("hullmark lint --fail", "--fail-on"),
        ("hullmark lint --format sar", "sarif"),
        ("hullmark lint --select rbac/wildcard-v", "rbac/wildcard-verb"),
        ("hullmark explain rbac/wildcard-v", "rbac/wildcard-verb"),
    ],
)
def test_completion_of_words(hullmark: Run, words: str, wanted: str) -> None:
    done = hullmark(_HULLMARK_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(words.count(" ")))
    assert wanted in done.stdout.split()
