"""What every test may ask for: the repository, and tools that are not Python packages."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Shared machines stall: a deadline would report the machine, not the code. CI must fail on the same input every time.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def _tool(name: str) -> Path:
    """A program of `make tools`; its absence skips the test and names what would install it."""
    found = shutil.which(name, path=f"{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is not installed (make tools)")
    return Path(found)


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


@pytest.fixture(scope="session")
def act() -> Path:
    """The local runner of GitHub Actions (make tools-act)."""
    return _tool("act")
