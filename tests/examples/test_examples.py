"""The two example clusters: what is found in the insecure one, where exactly, and that the hardened one is silent."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

EXPECTED = Path(__file__).with_name("insecure.txt")
HULLMARK = str(Path(sys.executable).parent / "hullmark")
TODAY = ("--today", "2026-11-25")


@pytest.fixture(scope="module")
def examples(repository: Path) -> Path:
    """The folder of both clusters."""
    return repository / "examples"


def _lint(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    command = [
        str(Path(sys.executable).parent / "hullmark"),
        "lint",
        str(folder),
        "--format",
        "json",
        *TODAY,
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def _row(finding: dict[str, Any], root: Path) -> str:
    """Place, rule, severity, and the text at the place: what a reader needs to see whether the place is right."""
    at = finding["location"]
    lines = (root / at["path"]).read_text().split("\n")
    end = at["endColumn"] - 1 if at["endLine"] == at["line"] else None
    text = lines[at["line"] - 1][at["column"] - 1 : end]
    path = at["path"].removeprefix("examples/insecure/")
    return f"{path}:{at['line']}:{at['column']}: {finding['severity']} {finding['rule']} | {text}"


def test_every_finding_of_the_insecure_cluster_is_where_it_should_be(examples: Path) -> None:
    code, report = _lint(examples / "insecure", "--profile", "all")
    rows = [_row(finding, examples.parent) for finding in report["findings"]]
    if os.environ.get("UPDATE_GOLDEN"):
        EXPECTED.write_text("".join(f"{row}\n" for row in rows))
    assert rows == EXPECTED.read_text().splitlines()
    assert code == 1


def test_places_of_the_table_hold_text() -> None:
    for row in EXPECTED.read_text().splitlines():
        assert row.partition(" | ")[2].strip(), row


def test_the_insecure_cluster_shows_every_family(examples: Path) -> None:
    done = subprocess.run([HULLMARK, "rules", "--format", "json"], capture_output=True, check=True)
    families = {rule["id"].partition("/")[0] for rule in json.loads(done.stdout)}
    shown = {row.split(" ")[2].partition("/")[0] for row in EXPECTED.read_text().splitlines()}
    assert shown == families


def test_the_hardened_cluster_is_silent(examples: Path) -> None:
    code, report = _lint(examples / "hardened", "--profile", "strict", "--fail-on", "info")
    assert [_row(finding, examples.parent) for finding in report["findings"]] == []
    assert (code, report["problems"], report["skipped"]) == (0, [], [])


def test_only_the_static_pod_of_the_hardened_cluster_needs_a_waiver(examples: Path) -> None:
    _, report = _lint(examples / "hardened", "--profile", "strict", "--show-suppressed")
    waived = {finding["location"]["path"] for finding in report["findings"] if finding["suppression"]}
    assert waived == {"examples/hardened/cluster/kube-apiserver.yaml"}


@pytest.mark.parametrize("name", ["insecure", "hardened"])
def test_every_file_is_judged(examples: Path, name: str) -> None:
    _, report = _lint(examples / name)
    files = [path for path in (examples / name).rglob("*") if path.is_file()]
    assert report["summary"]["files"] == report["summary"]["linted"] == len(files)


def _documents(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    return [
        (path, document)
        for path in sorted(folder.rglob("*.yaml"))
        for document in YAML(typ="safe").load_all(path.read_text())
        if document is not None and "apiVersion" in document
    ]


@pytest.mark.parametrize("name", ["insecure", "hardened"])
def test_objects_are_what_the_api_server_accepts(examples: Path, name: str) -> None:
    validate = pytest.importorskip("kubernetes_validate")
    judged = 0
    for path, document in _documents(examples / name):
        try:
            validate.validate(document, "1.37", strict=True)
            judged += 1
        except validate.SchemaNotFoundError:  # a file of a component, no object
            assert path.parent.name == "cluster", path
        except validate.ValidationError as error:
            raise AssertionError(f"{path}: {error.message}") from None
    assert judged >= 15
