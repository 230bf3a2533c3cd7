"""No report of any format holds a value, whatever rule points at its line."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.secrets.test_detection import CARRIERS, GENERATED, PASSWORD

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
URL_PASSWORD = "hB6yT3nJe5sD"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every carrier in a file of its own."""
    path = tmp_path_factory.mktemp("carriers")
    for name, text in CARRIERS.items():
        (path / f"{name}.yaml").write_text(text.replace("@@", PASSWORD), encoding="utf-8")
    return path


def _lint(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-I", "-m", "hullmark.linter", "lint", "--profile", "all", "--no-progress", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_reports_hold_no_value(folder: Path, form: str) -> None:
    said = _lint(folder, "--format", form)
    assert "secret/" in said
    for value in (PASSWORD, URL_PASSWORD):
        for part in (value, value[:6], value[-6:]):
            assert part not in said


@pytest.mark.parametrize("form", FORMATS)
def test_other_rules_hide_values_too(folder: Path, form: str) -> None:
    said = _lint(folder, "--format", form, "--select", "workload,reliability,image,serviceaccount")
    assert PASSWORD not in said
    assert URL_PASSWORD not in said


@pytest.mark.parametrize("form", FORMATS)
def test_what_generators_read_is_told_without_values(tmp_path: Path, form: str) -> None:
    for name, text in GENERATED.items():
        (tmp_path / name).write_text(text.replace("@@", PASSWORD), encoding="utf-8")
    said = _lint(tmp_path, "--format", form, "--select", "secret/credential-in-values,secret/private-key")
    for name in ("kustomization.yaml", "prod.env.list", "password.txt", "tls.pem"):
        assert name in said
    for value in (PASSWORD, "Zm9vYmFyZm9v"):
        assert value not in said
