"""Golden files: one report in every format. `UPDATE_GOLDEN=1` writes them anew; read what changed before committing."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from hullmark.linter.finding import Report
from hullmark.linter.report.formats import FORMATS, renderer
from hullmark.linter.report.view import Detail, LineHash, View

ENDINGS = {"text": "txt", "markdown": "md", "junit": "xml", "github": "log", "gitlab": "codequality.json"}
VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    **{f"report.{ENDINGS.get(name, name)}": (name, {}) for name in FORMATS},
    "quiet.txt": ("text", {"detail": Detail.QUIET}),
    "verbose.txt": ("text", {"detail": Detail.VERBOSE, "statistics": True}),
    "colored.txt": ("text", {"color": True}),
    "suppressed.sarif": ("sarif", {"include_suppressed": True, "category": "prod", "line_hash": LineHash.LOGICAL}),
    "suppressed.json": ("json", {"include_suppressed": True}),
}


def _same(name: str, output: str, repository: Path) -> None:
    path = repository / "tests" / "golden" / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(output, encoding="utf-8", newline="")
        pytest.skip(f"{name} written")
    assert output == path.read_bytes().decode()


@pytest.mark.parametrize("name", VARIANTS)
def test_report(name: str, sample: Report, view: View, repository: Path) -> None:
    form, options = VARIANTS[name]
    _same(name, renderer(form)(sample, replace(view, **options)), repository)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMATS)
def test_clean_report(form: str, clean: Report, view: View, repository: Path) -> None:
    _same(f"clean.{ENDINGS.get(form, form)}", renderer(form)(clean, view), repository)


def test_no_golden_file_is_left_over(repository: Path) -> None:
    expected = {*VARIANTS, *(f"clean.{ENDINGS.get(form, form)}" for form in FORMATS)}
    assert {path.name for path in (repository / "tests" / "golden").iterdir()} == expected
