"""The quick look at a text never overlooks what the whole one would find."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hullmark.linter.manifest.secrets.formats import Format, formats, is_telling

# Rows with a context are tried under names that promise them, whatever the text looks like.
ROWS = [each for each in formats() if not each.context]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_form_is_worth_a_look(row: Format) -> None:
    @settings(max_examples=3)
    @given(st.from_regex(row.pattern, fullmatch=True))
    def holds(text: str) -> None:
        more = " kind: Config service_account private_key: &sv=1" if row.with_ is not None else ""
        assert is_telling(f"x: y\n{text}{more} kind: config client-key-data\n"), text

    holds()


@pytest.mark.parametrize(
    "text", ["", "a" * 13, "the quick brown fox", "registry.example/shop/app:1.4.2", "2026-01-15T00:00:00Z"]
)
def test_ordinary_texts_are_not(text: str) -> None:
    assert not is_telling(text)
