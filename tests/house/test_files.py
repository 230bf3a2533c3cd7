"""What is in the repository: nothing of one machine, and generated files that say so."""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

GENERATED = ("docs/rules/**/*.md", "schemas/rules.json", "schemas/rule_texts.json", "schemas/hullmark.schema.json")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def _tracked() -> list[Path]:
    """Files that git tracks or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in sorted(listed.stdout.split("\0")) if name and (path := ROOT / name).is_file()]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _places_here() -> Iterator[str]:
    """Absolute paths that mean something on this machine only."""
    yield f"{ROOT}"
    yield f"{Path(sys.prefix)}"
    yield f"{Path.home()}/."
    shared_folders = {Path("/"), Path.home(), Path(tempfile.gettempdir())}
    if not any(ROOT.parent.is_relative_to(folder) for folder in shared_folders - {Path("/")}) and ROOT.parent != Path(
        "/"
    ):
        yield from (f"{path}" for path in ROOT.parent.iterdir() if len(path.name) > 2)


def test_no_file_names_a_place_on_this_machine() -> None:
    places = re.compile("|".join(re.escape(place) for place in sorted(set(_places_here()))))
    found = {
        path.relative_to(ROOT).as_posix(): hit.group() for path in _tracked() if (hit := places.search(_text(path)))
    }
    assert found == {}


def test_no_file_leaves_the_repository() -> None:
    """A relative path that climbs out of the root works on one machine only."""
    shared = re.compile(r"(?<![\w.])\.\./shared\b")
    found = [path for path in _tracked() if path != Path(__file__) and shared.search(_text(path))]
    assert found == []


def _first_words(path: Path) -> str:
    """Line 1; of JSON that begins with a lone brace, line 2: JSON has no comments."""
    first, _, rest = _text(path).partition("\n")
    return rest.partition("\n")[0] if first == "{" else first


def test_generated_files_say_so_in_line_1() -> None:
    found = {pattern: sorted(ROOT.glob(pattern)) for pattern in GENERATED}
    assert [pattern for pattern, paths in found.items() if not paths] == []
    paths = [path for group in found.values() for path in group]
    assert [path for path in paths if "generated" not in _first_words(path).lower()] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")), ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    broken = [target for target in LINK.findall(_text(path)) if not (ROOT / target).exists()]
    assert broken == []


def test_changelog_knows_the_version() -> None:
    version = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]["version"]
    assert re.search(rf"^## (\[?{re.escape(version)}\]?|Unreleased)", _text(ROOT / "CHANGELOG.md"), re.MULTILINE)


def test_scripts_can_be_executed() -> None:
    scripts = [path for path in _tracked() if _text(path).startswith("#!")]
    assert ROOT / ".ci/run" in scripts
    assert [path for path in scripts if not path.stat().st_mode & 0o100] == []
