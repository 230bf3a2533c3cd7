"""What the documents offer to be copied is sound, and complete."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML


def _blocks(page: Path) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def _load(text: str) -> Any:
    return YAML(typ="safe").load(text)


def _rows(text: str) -> dict[str, str]:
    """Names and defaults in the table of inputs."""
    rows = re.findall(r"^\| `([\w-]+)` \| (?:`([^`]*)`)? ?\| ", text, re.MULTILINE)
    return dict(rows)


@pytest.fixture
def workflow(repository: Path, tmp_path: Path) -> Path:
    """The workflow of the page about the action."""
    (text,) = _blocks(repository / "docs/github-action.md")
    path = tmp_path / ".github/workflows/hullmark.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_workflow_passes_actionlint(workflow: Path, actionlint: Path) -> None:
    done = subprocess.run([actionlint, workflow], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_workflow_passes_zizmor(workflow: Path) -> None:
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert zizmor is not None
    command = [zizmor, "--offline", "--quiet", "--no-progress", str(workflow)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_input_is_described_with_its_default(repository: Path) -> None:
    inputs = _load((repository / "action.yml").read_text())["inputs"]
    text = (repository / "docs/github-action.md").read_text()
    section = text.partition("## Inputs")[2].partition("Outputs:")[0]
    assert _rows(section) == {name: each["default"] for name, each in inputs.items()}


def test_every_output_is_named(repository: Path) -> None:
    outputs = _load((repository / "action.yml").read_text())["outputs"]
    text = (repository / "docs/github-action.md").read_text().partition("Outputs:")[2].partition("##")[0]
    assert set(re.findall(r"`([\w-]+)`", text)) == set(outputs)


def test_every_hook_is_described(repository: Path) -> None:
    hooks = {hook["id"] for hook in _load((repository / ".pre-commit-hooks.yaml").read_text())}
    text = (repository / "docs/pre-commit.md").read_text()
    assert set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)) == hooks
    used = {hook["id"] for block in _blocks(repository / "docs/pre-commit.md") for hook in _hooks(_load(block))}
    assert used <= hooks


def _hooks(block: Any) -> list[Any]:
    return [hook for each in block["repos"] for hook in each["hooks"]] if isinstance(block, dict) else list(block)


@pytest.mark.parametrize("page", ["gitlab.md", "pre-commit.md", "github-action.md"])
def test_commands_have_options_that_there_are(repository: Path, page: str) -> None:
    text = (repository / "docs" / page).read_text()
    said = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", text))
    usage = (repository / "docs/usage.md").read_text()
    others = {"--all-files", "--from-ref", "--to-ref", "--hook-stage", "--quiet"}
    assert {option for option in said - others if f"`{option}`" not in usage} == set()
