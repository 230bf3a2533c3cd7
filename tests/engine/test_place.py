"""Places at the border: one line, columns in code points and UTF-16, and a snippet that stays short."""

import pytest

from hullmark.linter.engine.place import SNIPPET, location
from hullmark.linter.finding import Location
from hullmark.linter.manifest.place import Place
from hullmark.linter.text import Source, Span


def at(text: str, part: str, path: str = "a.yaml") -> Location:
    start = text.index(part)
    return location(Place(Source(path, text), Span(start, start + len(part))))


def test_place_within_a_line() -> None:
    assert at("a: 1\nbad: yes\n", "yes") == Location("a.yaml", 2, 6, 2, 9, 6, 9, "bad: yes", 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_place_of_several_lines_is_cut_to_the_first(newline: str) -> None:
    found = at(f"a:{newline}  b: |{newline}    x{newline}", f"b: |{newline}    x")
    assert (found.line, found.column, found.end_line, found.end_column) == (2, 3, 2, 7)
    assert found.snippet == "  b: |"


def test_empty_place_and_place_beyond_the_text() -> None:
    source = Source("a.yaml", "a: 1")
    assert (location(Place(source, Span(4, 4))).column, location(Place(source, Span(4, 4))).end_column) == (5, 5)
    found = location(Place(source, Span(99, 120)))
    assert (found.line, found.column, found.end_column) == (1, 5, 5)
    assert location(Place(Source("e", ""), Span(0, 0))) == Location("e", 1, 1, 1, 1, 1, 1, "", 1)


def test_columns_beyond_the_basic_plane_count_twice_in_utf16() -> None:
    text = "a: ok\n\U0001f511: \U0001f4a3\U0001f4a3 é bad\n"
    found = at(text, "bad")
    line = text.splitlines()[1]
    assert (found.column, found.end_column) == (9, 12)
    before = line[: line.index("bad")]
    assert found.utf16_column == len(before.encode("utf-16-le")) // 2 + 1
    assert found.utf16_end_column == found.utf16_column + 3


def test_long_line_is_shown_in_part() -> None:
    text = '{"a": "' + "x" * 1_000_000 + '", "bad": true}\n'
    found = at(text, '"bad"')
    assert len(found.snippet) <= SNIPPET
    assert found.snippet[found.column - found.snippet_column :].startswith('"bad"')


def test_long_line_is_shown_from_its_start_where_the_place_is_there() -> None:
    found = at("bad: " + "x" * 10_000, "bad")
    assert (found.snippet_column, found.snippet[:3]) == (1, "bad")


def test_many_places_in_one_endless_line_cost_little() -> None:
    """Minified JSON with a finding at every other byte must not take a pass over the line for each."""
    text = "\U0001f511" + "a," * 500_000
    source = Source("a.json", text)
    for start in range(1, 40_000):
        location(Place(source, Span(start, start + 1)))
