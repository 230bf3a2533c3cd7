"""Long lines, tabs, wide and combining characters at a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.report.cells import fitted, width, window, wrapped

TEXT = st.text(st.sampled_from("ab: é日\u0301\t\x1b\u202e😀"), max_size=150)


def _marked(line: str, part: str, room: int) -> tuple[str, str]:
    """The shown line, and what the marks stand under."""
    start = line.index(part)
    shown, first, last = window(line, start, start + len(part), room)
    cells: list[str] = []
    for mark in shown:
        cells += [mark, ""][: width(mark)] if width(mark) else []
    return shown, "".join(cells[first:last])


@pytest.mark.parametrize("room", [20, 40, 74])
@pytest.mark.parametrize("lead", ["", "a" * 10, "a" * 200, "日本" * 8, "日" * 100, "\t\t", "😀é"])
@pytest.mark.parametrize("tail", ["", "b" * 10, "b" * 200, "日" * 100])
def test_marks_stand_under_the_marked_part(lead: str, tail: str, room: int) -> None:
    shown, marked = _marked(f"{lead}VALUE{tail}", "VALUE", room)
    assert marked == "VALUE"
    assert width(shown) <= room


def test_line_that_fits_is_shown_whole() -> None:
    assert window("  a: true", 5, 9, 9) == ("  a: true", 5, 9)


def test_head_of_a_part_longer_than_the_room_is_shown() -> None:
    shown, first, last = window("key: " + "V" * 300 + "W", 5, 306, 40)
    assert shown[first:last] == "V" * (last - first)
    assert shown.startswith("...")
    assert shown.endswith("...")
    assert last - first >= 30


def test_empty_part_is_marked_by_one_cell() -> None:
    assert window("a:", 2, 2, 40) == ("a:", 2, 3)
    assert window("", 0, 0, 40) == ("", 0, 1)


def test_part_outside_of_the_line_is_clamped() -> None:
    assert window("abc", 90, 95, 40) == ("abc", 3, 4)
    assert window("abc", -7, 2, 40) == ("abc", 0, 2)


def test_tab_takes_four_cells() -> None:
    assert window("\t{", 1, 2, 40) == ("    {", 4, 5)


@given(TEXT, st.integers(-5, 160), st.integers(-5, 160), st.integers(20, 90))
def test_window_never_exceeds_its_room(line: str, start: int, end: int, room: int) -> None:
    shown, first, last = window(line, start, end, room)
    assert width(shown) <= room
    assert shown.isprintable()
    assert 0 <= first < last <= room + 1


@given(TEXT, st.integers(8, 90))
def test_fitted_text_fits(text: str, room: int) -> None:
    assert width(fitted(text, room)) <= room


@given(st.lists(st.text("ab日", min_size=1, max_size=12), min_size=1), st.integers(30, 90))
def test_wrapped_lines_hold_every_word(words: list[str], room: int) -> None:
    lines = wrapped(" ".join(words), room)
    assert " ".join(lines).split(" ") == words
    assert all(width(line) <= room for line in lines)


def test_long_word_stays_whole() -> None:
    assert wrapped(f"see {'x' * 50} there", 20) == ["see", "x" * 50, "there"]


@pytest.mark.parametrize(
    ("text", "cells"),
    [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("日本", 4), ("🚀", 2), ("ｗ", 2), ("a日\u0301b", 4)],
)
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells
