"""Literals are found as a plain search would find them, whatever was searched before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.manifest import line_memory
from hullmark.linter.manifest.secrets import needles
from hullmark.linter.manifest.secrets.formats import formats
from hullmark.linter.manifest.secrets.needles import Needles
from hullmark.linter.manifest.secrets.pairs import pairs
from hullmark.linter.manifest.secrets.words import _words, is_sensitive, may_promise

ROWS = tuple((needle, number) for number, needle in enumerate(("ab", "b", "ca-", "a b", "_x")))
REMEMBERING = Needles(ROWS)
TEXTS = st.text(st.sampled_from("abcABC- _x\n\rİ\u2028"), max_size=60)


@given(TEXTS)
def test_as_a_plain_search(text: str) -> None:
    plain = {number for needle, number in ROWS if needle in text.lower()}
    assert REMEMBERING.within(text) == plain
    assert REMEMBERING.within(text) == plain


def test_what_is_remembered_is_bounded() -> None:
    told = Needles(ROWS)
    for start in range(0, line_memory._MOST * 3, 1000):
        assert told.within("\n".join(f"key {number}: ab" for number in range(start, start + 1000))) == {0, 1}
    assert len(told._lines._telling) + len(told._lines._idle) <= line_memory._MOST + 1000
    assert len(told._texts) <= needles._TEXTS


def test_no_needle_of_the_table_spans_lines() -> None:
    assert not [needle for each in formats() for needle in each.needles if "\n" in needle or needle != needle.lower()]


@given(st.text(st.sampled_from("PassWordtokenAPIkey_-. :=1\n"), max_size=40))
def test_no_name_promises_what_its_text_cannot(text: str) -> None:
    if any(is_sensitive(pair.key) for pair in pairs(text)) or is_sensitive(text):
        assert may_promise(text)


@pytest.mark.parametrize("name", sorted(_words().sensitive))
def test_every_name_of_the_table_is_a_promise(name: tuple[str, ...]) -> None:
    for text in ("_".join(name), "".join(map(str.capitalize, name)) + "1", "-".join(name).upper()):
        assert may_promise(f"a: b\n{text}: c")
