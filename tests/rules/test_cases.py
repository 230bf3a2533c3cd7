"""Case files: further verdicts, one a file, that taught nobody enough to be an example."""

from pathlib import Path

import pytest

from hullmark.linter.dev.cases import Case, CaseError, cases
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.dev.trial import case_faults
from hullmark.linter.rule.registry import Registry

FOLDER = Path(__file__).resolve().parents[1] / "cases"
REGISTRY = Registry.of(shelf().rules)
CASES = list(cases(FOLDER))


def test_there_are_cases() -> None:
    assert CASES


def test_every_folder_is_called_like_a_rule() -> None:
    assert [case.label for case in CASES if case.rule not in REGISTRY] == []


@pytest.mark.parametrize("case", [case for case in CASES if case.rule in REGISTRY], ids=lambda case: case.label)
def test_case(case: Case) -> None:
    assert list(case_faults(REGISTRY.rule(case.rule), case.example, REGISTRY)) == []


def _write(folder: Path, **files: str) -> list[Case]:
    for name, text in files.items():
        path = folder / "rbac/wildcard-verb" / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return list(cases(folder))


def test_first_comments_are_circumstances(tmp_path: Path) -> None:
    (case,) = _write(
        tmp_path, a_yaml="# kubernetes: 1.29\n# options: a.b=[x, y]; minimum=3\n# today: 2026-03-01\nkind: X\n"
    )
    assert case.example.kubernetes == "1.29"
    assert case.example.today == "2026-03-01"
    assert dict(case.example.options) == {"a.b": ["x", "y"], "minimum": 3}


def test_comments_further_down_are_content(tmp_path: Path) -> None:
    (case,) = _write(tmp_path, a_yaml="kind: X\n# kubernetes: 1.29\n")
    assert case.example.kubernetes == ""


def test_line_breaks_and_indentation_stay(tmp_path: Path) -> None:
    (case,) = _write(tmp_path, a_yaml="  kind: X  # ! one # ! two\r\n  b: 1\r\n")
    assert case.example.clean == "  kind: X\r\n  b: 1\r\n"
    assert [(mark.line, mark.part) for mark in case.example.expected] == [(1, "one"), (1, "two")]


def test_a_folder_is_one_case(tmp_path: Path) -> None:
    (case,) = _write(tmp_path, both__a_yaml="kind: A\n", both__b_yaml="kind: B  # !\n")
    assert case.name == "both"
    assert case.example.files == {"a.yaml": "kind: A\n", "b.yaml": "kind: B\n"}
    assert [mark.path for mark in case.example.expected] == ["b.yaml"]


def test_fixed_text_stands_beside_the_case(tmp_path: Path) -> None:
    (case,) = _write(tmp_path, a_yaml="kind: A  # !\n", a_fixed_yaml="kind: B\n")
    assert case.example.fixed == "kind: B\n"


def test_options_without_value_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="key=value"):
        _write(tmp_path, a_yaml="# options: a.b\n")
