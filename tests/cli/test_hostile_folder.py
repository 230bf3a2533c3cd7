"""Running inside somebody else's repository runs nothing of it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

MODULES = "typing enum re os json gc multiprocessing pygit2 ruamel yaml typer rich hashlib sarif_om pydantic encodings"
NAMES = [*MODULES.split(), "hullmark", "linter", "checks", "schemas", "sitecustomize", "usercustomize"]


@pytest.fixture
def trap(repo: Path, wildcard: str) -> Path:
    """A file that appears when any module of the repository is run."""
    sprung = repo.parent / "sprung"
    code = f"open({str(sprung)!r}, 'a').write(__name__ + '\\n')\n"
    for name in NAMES:
        (repo / f"{name}.py").write_text(code)
        (repo / name).mkdir()
        (repo / name / "__init__.py").write_text(code)
        (repo / name / "__main__.py").write_text(code)
    for number in range(30):  # enough for a second process
        (repo / f"{number}.yaml").write_text(wildcard + f"# {'x' * 100}\n" * 500)
    return sprung


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["lint", "--jobs", "2"], ["lint", "--format", "sarif"], ["rules"], ["explain", "rbac"], ["--help"]],
)
def test_console_script(hullmark: Run, trap: Path, arguments: list[str]) -> None:
    done = hullmark(*arguments)
    assert done.stderr == ""
    assert done.stdout
    assert not trap.exists(), trap.read_text()


def test_isolated_module(trap: Path, repo: Path) -> None:
    command = [sys.executable, "-I", "-m", "hullmark.linter", "lint", "--jobs", "2"]
    done = subprocess.run(command, cwd=repo, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert not trap.exists(), trap.read_text()


def test_the_trap_works(trap: Path, repo: Path) -> None:
    subprocess.run([sys.executable, "-c", "import linter"], cwd=repo, check=True)
    assert trap.exists()


def test_module_without_isolation_takes_the_folder_off_the_path(repo: Path) -> None:
    (repo / "ruamel.py").write_text("raise SystemExit('ran')\n")
    command = [sys.executable, "-m", "hullmark.linter", "lint", "--quiet"]
    done = subprocess.run(command, cwd=repo, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
