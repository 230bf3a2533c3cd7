"""`.ci/run` fails when anything fails, never for want of optional tools, and ends with pytest's closing line."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PASSED = "=== 3 passed, 1 skipped in 0.12s ==="
FAILED = "=== 1 failed, 2 passed in 61.02s (0:01:01) ==="


def _run(repository: Path, where: Path, tools: str, test: str) -> tuple[int, str]:
    """Exit status and last line of the script beside a Makefile with these recipes."""
    (where / ".ci").mkdir()
    shutil.copy2(repository / ".ci/run", where / ".ci/run")
    (where / "Makefile").write_text(f"tools:\n\t@{tools}\ntest:\n\t@{test}\n", encoding="utf-8")
    elsewhere = where / "elsewhere"
    elsewhere.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["bash", where / ".ci/run"], cwd=elsewhere, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, (done.stdout.splitlines() or [""])[-1]


@pytest.mark.parametrize(
    ("tools", "test", "status", "last"),
    [
        ("true", f"echo '{PASSED}'; echo later", 0, PASSED),
        ("false", f"echo '{PASSED}'", 0, PASSED),
        ("true", f"echo '{FAILED}'; exit 1", 2, FAILED),
        ("true", f"echo '{PASSED}'; exit 1", 2, PASSED),
        ("true", "echo 'mypy found 1 error'; exit 1", 2, "pytest did not run"),
        ("true", "true", 1, "pytest did not run"),
        ("true", "echo '=== no tests ran in 0.01s ==='; exit 5", 2, "pytest did not run"),
        ("cat", f"cat; echo '{PASSED}'", 0, PASSED),
    ],
)
def test_status_and_closing_line(
    repository: Path, tmp_path: Path, tools: str, test: str, status: int, last: str
) -> None:
    assert _run(repository, tmp_path, tools, test) == (status, last)
