"""The finder of our own modules finds what Python's does, and leaves it what it does not know."""

import subprocess
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path

from hullmark.linter.cli.finder import Finder

ROOT = Path(__file__).parents[2]
MODULES = [
    ".".join(("hullmark", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for folder in ("linter", "checks", "schemas")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def test_it_finds_what_python_finds() -> None:
    for name in MODULES:
        path = import_module(name.rpartition(".")[0]).__path__
        ours, theirs = Finder.find_spec(name, path), PathFinder.find_spec(name, path)
        assert ours is not None, name
        assert theirs is not None, name
        for what in ("name", "origin", "cached", "has_location", "parent", "submodule_search_locations"):
            assert getattr(ours, what) == getattr(theirs, what), (name, what)
        assert type(ours.loader) is type(theirs.loader)


def test_it_leaves_alone_what_is_not_plainly_there(tmp_path: Path) -> None:
    (tmp_path / "space").mkdir()
    (tmp_path / "archive.zip").touch()
    assert Finder.find_spec("hullmark") is None
    assert Finder.find_spec("json.encoder", [str(ROOT / "linter")]) is None
    for path in (
        [str(tmp_path)],
        [str(tmp_path / "archive.zip")],
        [str(tmp_path / "none")],
        [str(ROOT), str(tmp_path)],
    ):
        assert Finder.find_spec("hullmark.space", path) is None
        assert Finder.find_spec("hullmark.linter", [*path, str(ROOT)]) is None


def test_a_run_uses_it_and_its_modules_are_as_usual() -> None:
    script = (
        "import sys; from hullmark.linter.cli.main import main; from hullmark.linter.cli import stop; import inspect\n"
        "stop.leave = lambda code: code\n"
        "sys.argv[1:] = ['rules', 'rbac']; main()\n"
        "import hullmark.linter.docs as package, hullmark.linter.docs.prose as module\n"
        "from hullmark.linter.cli.finder import Finder\n"
        "assert sys.meta_path[0] is Finder and sys.meta_path.count(Finder) == 1\n"
        "assert inspect.getsource(module) and module.__file__ and module.__cached__ and list(package.__path__)\n"
    )
    subprocess.run([sys.executable, "-I", "-c", script], check=True, stdout=subprocess.DEVNULL)
