"""Generated files are fresh, are the same each time, and cannot be stale without being named."""

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from hullmark.linter.dev import outputs
from hullmark.linter.dev.__main__ import main
from hullmark.linter.dev.discovery import Shelf, shelf
from hullmark.linter.dev.facts import FactsError, packed, tables, unpacked
from hullmark.linter.dev.outputs import Output, RootError, fact_outputs, rule_outputs
from hullmark.linter.manifest.facts import table


def test_packed_facts_are_fresh(repository: Path) -> None:
    assert [output.path for output in fact_outputs(repository) if not output.fresh(repository)] == []


def test_index_pages_and_tables_are_fresh(repository: Path) -> None:
    assert [output.path for output in rule_outputs(repository) if not output.fresh(repository)] == []


def test_same_rules_give_the_same_bytes(repository: Path) -> None:
    found = shelf()
    shuffled = found._replace(rules=tuple(reversed(found.rules)), families=dict(reversed(found.families.items())))
    assert list(rule_outputs(repository, found)) == list(rule_outputs(repository, shuffled))


def test_order_of_sets_does_not_matter() -> None:
    """Python seeds its hashes anew in every process; what depends on them would never stay fresh."""
    program = (
        "import hashlib; from hullmark.linter.dev.outputs import repository, rule_outputs;"
        "print(hashlib.sha256(repr(list(rule_outputs(repository()))).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(digests) == 1


def test_everything_that_is_generated_says_so(repository: Path) -> None:
    for output in rule_outputs(repository):
        if output.content is not None and output.path not in outputs.SECTIONS:
            head = output.content.decode().partition("\n")[0] + output.content.decode().split("\n", 2)[1]
            assert "generated" in head.lower(), output.path


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one table of facts, a README and no rules."""
    (tmp_path / "schemas/facts").mkdir(parents=True)
    (tmp_path / "checks").mkdir()
    (tmp_path / "schemas/facts/ships.yaml").write_text("as_of: 2026-01-01\nships: {N: 0x10, name: on}\n")
    for path, marker in outputs.SECTIONS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"# x\n<!-- {marker}: begin -->\n<!-- {marker}: end -->\n")
    monkeypatch.setattr("hullmark.linter.dev.__main__.repository", lambda: tmp_path)
    monkeypatch.setattr("hullmark.linter.dev.__main__.shelf", lambda: Shelf((), {}, {}, ()))
    return tmp_path


def test_generate_makes_fresh_and_check_agrees(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    assert "schemas/facts/packed/ships.json.z is not fresh: run `make docs`" in capsys.readouterr().err
    assert main(["generate"]) == 0
    assert "schemas/rules.json" in capsys.readouterr().out.splitlines()
    assert main(["check"]) == 0
    assert main(["generate"]) == 0
    assert capsys.readouterr().out == ""
    assert "| [all](docs/rules/README.md) | | 0 | 0 |" in (checkout / "README.md").read_text()


def test_lost_markers_are_told(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["generate"])
    (checkout / "README.md").write_text("# x\n")
    assert main(["check"]) == 1
    assert "README.md has no part between <!-- rules: begin --> and <!-- rules: end -->" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["docs/rules/gone/rule.md", "schemas/facts/packed/gone.json.z"])
def test_leftovers_are_stale_and_go(checkout: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    main(["generate"])
    (checkout / name).parent.mkdir(parents=True, exist_ok=True)
    (checkout / name).touch()
    assert main(["check"]) == 1
    assert name in capsys.readouterr().err
    assert main(["generate"]) == 0
    assert not (checkout / name).exists()


@pytest.mark.parametrize("name", ["schemas/rules.json", "README.md", "schemas/facts/packed/ships.json.z"])
def test_change_by_hand_is_stale(checkout: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    main(["generate"])
    path = checkout / name
    path.write_bytes(
        path.read_bytes().replace(b"| 0 |", b"| 1 |").replace(b'"rules"', b'"Rules"').replace(b"x\xda", b"?")
    )
    capsys.readouterr()
    assert main(["check"]) == 1
    assert name in capsys.readouterr().err


def test_facts_are_read_as_yaml_1_2(checkout: Path) -> None:
    (data,) = tables(checkout / "schemas/facts").values()
    assert json.loads(unpacked(data)) == {"as_of": "2026-01-01", "ships": {"N": 16, "name": "on"}}


def test_compression_is_no_difference(checkout: Path) -> None:
    """Another zlib, or another level, writes other bytes for the same table."""
    data = packed(checkout / "schemas/facts/ships.yaml")
    other = zlib.compress(zlib.decompress(data), 0)
    assert other != data
    (checkout / "x.z").write_bytes(other)
    assert Output("x.z", data).fresh(checkout)


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "a: !!python/object:os.system x\n", "? [1, 2]\n: 3\n"])
def test_table_that_is_no_plain_data_is_refused(checkout: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (checkout / "schemas/facts/bad.yaml").write_text(text)
    with pytest.raises(FactsError, match=r"bad\.yaml"):
        tables(checkout / "schemas/facts")
    assert main(["check"]) == 2
    assert "bad.yaml" in capsys.readouterr().err


def test_every_table_can_be_read(repository: Path) -> None:
    for path in (repository / "schemas/facts").glob("*.yaml"):
        assert table(path.stem)


def test_tools_know_their_checkout(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert repository == outputs.repository()
    monkeypatch.setattr("hullmark.linter.__file__", str(tmp_path / "hullmark/linter/__init__.py"))
    with pytest.raises(RootError, match="no checkout of hullmark"):
        outputs.repository()
