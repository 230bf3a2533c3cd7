"""The quick parser says what typer says, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hullmark.linter.cli import app
from hullmark.linter.cli import lint as command
from hullmark.linter.cli.options import LINT, LintOptions, quick

FLAGS = sorted(flag for option in LINT for flag in option.flags)
VALUES = sorted({word for option in LINT for word in option.words} | {"a.yaml", "-", "2", "0", "-1", "", "x=y", "1.34"})
WORDS = st.one_of(
    st.sampled_from(FLAGS),
    st.sampled_from(VALUES),
    st.builds("{}={}".format, st.sampled_from(FLAGS), st.sampled_from(VALUES)),
    st.builds("{}{}".format, st.sampled_from(FLAGS), st.sampled_from(VALUES)),
    st.sampled_from(["--", "-qv", "--help", "--no-such"]),
)


@contextmanager
def _caught(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[LintOptions]]:
    found: list[LintOptions] = []

    def lint(options: LintOptions) -> int:
        found.append(options)
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(command, "lint", lint)
        yield found


def _typed(arguments: list[str]) -> LintOptions | None:
    """What typer makes of the arguments, None where it refuses them."""
    with _caught(pytest.MonkeyPatch()) as found:
        app.run_typer(["lint", *arguments])
    return found[0] if found else None


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=5))
@example(["--select", "rbac", "a.yaml", "-s", "network", "--", "-q"])
@example(["--format=json", "--output", "sarif=a=b.sarif", "--jobs=2", "-"])
@example(["-f", "json", "--format", "text"])
def test_quick_parser_agrees_with_typer(arguments: list[str]) -> None:
    found = quick(arguments)
    if found is not None:
        assert found == _typed(arguments)


@pytest.mark.parametrize(
    "arguments",
    [[], ["."], ["a.yaml", "b"], ["-f", "sarif", "."], ["--fail-on=never", "-q", "x"], ["-s", "rbac", "-s", "network"]],
)
def test_usual_command_lines_need_no_typer(arguments: list[str]) -> None:
    assert quick(arguments) is not None


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["-fsarif"], ["--format", "x"], ["--jobs", "0"], ["--forma=x"]]
)
def test_unusual_command_lines_are_left_to_typer(arguments: list[str]) -> None:
    assert quick(arguments) is None


def test_every_option_has_a_field() -> None:
    assert LintOptions._fields == ("paths", *(option.field for option in LINT))
    assert LintOptions() == LintOptions(**{option.field: option.initial for option in LINT})  # type: ignore[arg-type]
