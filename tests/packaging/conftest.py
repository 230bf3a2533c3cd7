"""What is built from this repository, and environments to install it into: without any network."""

import shutil
import subprocess
import sys
import tarfile
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

# Files that a build reads; caches, environments and the git folder stay behind.
BUILT_FROM = ("linter", "checks", "schemas", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE")


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    """Standard output of a command that has to succeed."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _build(source: Path, target: Path, kind: str) -> Path:
    run(sys.executable, "-I", "-m", "hatchling", "build", "-t", kind, "-d", target, cwd=source)
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="session")
def tree(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build reads: tests of builds must not touch the links that this run imports through."""
    copy = tmp_path_factory.mktemp("tree")
    for name in BUILT_FROM:
        origin = repository / name
        if origin.is_dir():
            shutil.copytree(origin, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(origin, copy / name)
    return copy


@pytest.fixture(scope="session")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return _build(tree, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="session")
def sdist(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    archive = _build(tree, tmp_path_factory.mktemp("sdist"), "sdist")
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return unpacked


@pytest.fixture(scope="session")
def sdist_wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the source distribution."""
    return _build(sdist, tmp_path_factory.mktemp("sdist-wheel"), "wheel")


class Environment:
    """A fresh virtual environment that finds our dependencies in the one that runs the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        venv.create(folder, symlinks=True, with_pip=False)
        (self.site_packages,) = folder.glob("lib/python*/site-packages")
        (ours,) = {
            path for path in map(Path, sys.path) if path.name == "site-packages" and path.is_relative_to(sys.prefix)
        }
        # .pth files are not followed recursively: our own editable install stays out of sight.
        (self.site_packages / "dependencies.pth").write_text(f"{ours}\n", encoding="utf-8")
        self.before = {path.name for path in self.site_packages.iterdir()}

    def install(self, *what: str | Path) -> None:
        """Installs without dependencies, isolation or index: from what is on this machine."""
        pip = (sys.executable, "-I", "-m", "pip", "--python", self.bin / "python", "install", "--quiet")
        run(*pip, "--no-index", "--no-deps", "--no-build-isolation", *what, cwd=self.folder)

    @property
    def gained(self) -> set[str]:
        """Names that installing added to site-packages."""
        return {path.name for path in self.site_packages.iterdir()} - self.before


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Environment]:
    """Makes environments."""
    return lambda: Environment(tmp_path_factory.mktemp("environment") / "venv")


@pytest.fixture(scope="session")
def installed(environment: Callable[[], Environment], wheel: Path) -> Environment:
    """An environment with the wheel."""
    made = environment()
    made.install(wheel)
    return made
