"""What every test may ask for: the repository, and tools that are not Python packages."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from hullmark.linter.finding import Report
from hullmark.linter.report import sarif
from hullmark.linter.report.view import View
from tests.sarif_logs import Logs

ROOT = Path(__file__).resolve().parent.parent

# Shared machines stall: a deadline would report the machine, not the code. CI must fail on the same input every time.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def _tool(name: str) -> Path:
    """A program of `make tools`; its absence skips the test and names what would install it."""
    found = _found(name)
    if found is None:
        pytest.skip(f"{name} is not installed (make tools)")
    return found


def _found(name: str) -> Path | None:
    found = shutil.which(name, path=f"{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    return None if found is None else Path(found)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository."""
    return ROOT


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """The linter of workflows, by its authors."""
    return _tool("actionlint")


@pytest.fixture(scope="session")
def multitool() -> Path:
    """The SARIF validator, by the authors of SARIF. It exits 0 on findings: read the file that it writes."""
    return _tool("sarif-multitool")


@pytest.fixture(scope="session", autouse=True)
def sarif_logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    """Logs that tests make hullmark write. What is wrong with one of them fails the session, under the last test."""
    LOGS.append(Logs(tmp_path_factory.mktemp("sarif-logs")))
    yield LOGS[0]
    found = LOGS[0].complaints(_found("sarif-multitool"))
    assert found == []


LOGS: list[Logs] = []
"""The one of this process, as soon as there is a test."""

_rendered = sarif.render


def _render(report: Report, view: View) -> str:
    text = _rendered(report, view)
    LOGS[0].add(text, os.environ.get("PYTEST_CURRENT_TEST", ""))
    return text


sarif.render = _render  # before any test imports it


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Looks for logs in the folder that the test has used."""
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if folder is not None:
        LOGS[0].add_files(folder, item.nodeid)
    LOGS[0].keep()


@pytest.fixture(scope="session")
def act() -> Path:
    """The local runner of GitHub Actions (make tools-act)."""
    return _tool("act")


class Scratch:
    """A folder with a git repository of its own, and the installed `hullmark` in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(_AMBIENT)},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_ALLOW_PROTOCOL": "file",
        }

    def git(self, *arguments: str | Path, cwd: Path | None = None, **environment: str) -> str:
        """Standard output of git, which has to succeed."""
        done = subprocess.run(
            ["git", *map(str, arguments)],
            cwd=cwd or self.root,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def init(self, *arguments: str) -> "Scratch":
        """Makes the repository."""
        self.git("init", "-q", "-b", "main", *arguments)
        return self

    def write(self, path: str, text: str | bytes) -> Path:
        """Writes a file, with its folders."""
        where = self.root / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(text.encode() if isinstance(text, str) else text)
        return where

    def commit(self, message: str = "change") -> str:
        """Commits everything, and gives the name of the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def hullmark(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        stdin: str = "",
        before: Callable[[], None] | None = None,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Runs the console script, `before` first in its process; further keywords are environment variables."""
        done = subprocess.run(
            [str(Path(sys.executable).parent / "hullmark"), *map(str, arguments)],
            cwd=cwd or self.root,
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            preexec_fn=before,
        )
        LOGS[0].add(done.stdout, os.environ.get("PYTEST_CURRENT_TEST", ""))
        return done

    def report(self, *arguments: str | Path, **environment: str) -> dict[str, Any]:
        """The JSON of a lint that is complete."""
        said = ("lint", "--format", "json", "--today", "2026-01-15", *arguments)
        done = self.hullmark(*said, cwd=None, stdin="", before=None, **environment)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def found(self, *arguments: str | Path, **environment: str) -> list[str]:
        """Findings as `path:line rule`."""
        rows = self.report(*arguments, **environment)["findings"]
        return [f"{row['location']['path']}:{row['location']['line']} {row['rule']}" for row in rows]


_AMBIENT = ("GIT_", "GITHUB_", "CI_", "GITLAB_", "PRE_COMMIT", "NO_COLOR", "COLUMNS", "CI")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A repository without commits."""
    return Scratch(tmp_path / "scratch").init()
