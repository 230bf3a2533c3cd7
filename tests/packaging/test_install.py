"""Every way to install gives a working `hullmark` and adds nothing that a scanned repository could shadow."""

import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VERSION = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "version"
]


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist()}


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


def _assert_works(environment: Any, cwd: Path) -> None:
    for command in ([environment.bin / "hullmark"], [environment.bin / "python", "-I", "-m", "hullmark.linter"]):
        done = _run(*command, "--version", cwd=cwd)
        assert (done.returncode, done.stderr) == (0, "")
        assert VERSION in done.stdout.split()


def test_wheel_holds_one_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in _contents(wheel)}
    assert tops == {"hullmark", f"hullmark-{VERSION}.dist-info"}


def test_wheel_holds_every_module(wheel: Path, tree: Path) -> None:
    modules = {
        path.relative_to(tree).as_posix()
        for part in ("linter", "checks", "schemas")
        for path in (tree / part).rglob("*.py")
    }
    assert {f"hullmark/{name}" for name in modules} <= set(_contents(wheel))
    assert "hullmark/__init__.py" not in _contents(wheel)


def test_wheel_says_what_it_is(wheel: Path) -> None:
    contents = _contents(wheel)
    metadata = contents[f"hullmark-{VERSION}.dist-info/METADATA"].decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert f"hullmark-{VERSION}.dist-info/licenses/LICENSE" in contents
    assert {f"hullmark/{part}/py.typed" for part in ("linter", "checks", "schemas")} <= set(contents)


def test_sdist_builds_the_same_wheel(wheel: Path, sdist_wheel: Path) -> None:
    assert _contents(sdist_wheel) == _contents(wheel)


def test_wheel_adds_only_hullmark(installed: Any, tmp_path: Path) -> None:
    assert installed.gained == {"hullmark", f"hullmark-{VERSION}.dist-info"}
    _assert_works(installed, tmp_path)


def test_sdist_installs(environment: Callable[[], Any], sdist: Path, tmp_path: Path) -> None:
    made = environment()
    made.install(sdist)
    assert made.gained == {"hullmark", f"hullmark-{VERSION}.dist-info"}
    _assert_works(made, tmp_path)


def test_editable_install_shows_one_package(environment: Callable[[], Any], tree: Path, tmp_path: Path) -> None:
    made = environment()
    made.install("-e", tree)
    (path_file,) = [name for name in made.gained if name.endswith(".pth")]
    (folder,) = (made.site_packages / path_file).read_text(encoding="utf-8").split()
    assert Path(folder) == tree / ".dev"
    assert [path.name for path in Path(folder).iterdir()] == ["hullmark"]
    links = {link.name: link.readlink().as_posix() for link in (Path(folder) / "hullmark").iterdir()}
    assert links == {part: f"../../{part}" for part in ("linter", "checks", "schemas")}
    _assert_works(made, tmp_path)


def test_editable_install_can_be_repeated(environment: Callable[[], Any], tree: Path) -> None:
    made = environment()
    made.install("-e", tree)
    made.install("-e", tree)
    assert (tree / ".dev/hullmark/linter/text.py").is_file()


# Names that a repository may well use and that an interpreter which looks there first would run.
BAIT = (
    *("linter", "checks", "schemas", "hullmark", "yaml", "ruamel", "typer", "click", "rich", "pygit2", "jsonschema"),
    *("typing", "re", "os", "json", "pickle", "signal", "struct", "multiprocessing", "concurrent", "dataclasses"),
    *("sitecustomize", "usercustomize", "encodings", "sarif_om", "attr", "pbr", "zlib", "importlib", "conftest"),
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A repository whose modules leave a mark when they are run."""
    root = tmp_path / "hostile"
    root.mkdir()
    for name in BAIT:
        code = f"open({str(tmp_path / 'marks')!r}, 'a').write({name!r} + chr(10))\n"
        (root / f"{name}.py").write_text(code, encoding="utf-8")
        (root / name).mkdir()
        (root / name / "__init__.py").write_text(code, encoding="utf-8")
        (root / name / "__main__.py").write_text(code, encoding="utf-8")
    padding = "# So much text that it is worth a second process.\n" * 300
    for number in range(80):
        (root / f"manifest-{number}.yaml").write_text(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: app\n"
            "      image: registry.example/shop/app:1.4.2\n      securityContext: {privileged: true}\n" + padding,
            encoding="utf-8",
        )
    return root


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("launch", [("hullmark",), ("python", "-I", "-m", "hullmark.linter")], ids=" ".join)
def test_nothing_of_the_scanned_repository_runs(
    installed: Any, hostile: Path, jobs: str, launch: tuple[str, ...]
) -> None:
    command = (installed.bin / launch[0], *launch[1:], "lint", "--jobs", jobs, "--output", "sarif=out.sarif", ".")
    done = _run(*command, cwd=hostile)
    assert done.returncode == 1, done.stderr
    assert "privileged" in done.stdout
    assert not (hostile.parent / "marks").exists(), (hostile.parent / "marks").read_text(encoding="utf-8")


SPAWNING = """\
import sys
sys.platform = "darwin"  # where processes are not forked but started anew
from hullmark.linter.cli.main import main
from hullmark.linter.engine import run
run.WORTH_SPAWNING = 1
if __name__ == "__main__":
    sys.exit(main())
"""


def test_nothing_of_the_scanned_repository_runs_in_spawned_processes(installed: Any, hostile: Path) -> None:
    """A spawned process is `python -c ...`, which looks for modules in the current directory first."""
    (installed.bin / "spawning.py").write_text(SPAWNING, encoding="utf-8")
    command = (installed.bin / "python", installed.bin / "spawning.py", "lint", "--jobs", "2", "--quiet", ".")
    done = _run(*command, cwd=hostile)
    assert not (hostile.parent / "marks").exists(), (hostile.parent / "marks").read_text(encoding="utf-8")
    assert (done.returncode, done.stderr) == (1, "")


def test_bait_is_taken_by_an_interpreter_that_looks_there(hostile: Path) -> None:
    """The mark works: without this, the test above could not fail."""
    _run(sys.executable, "-c", "import linter, multiprocessing", cwd=hostile)
    assert {"linter", "multiprocessing"} <= set((hostile.parent / "marks").read_text(encoding="utf-8").split())
