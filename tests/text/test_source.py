"""Offsets become lines and columns as editors count them, whatever the line breaks."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.text import Region, Source, Span

TEXTS = st.text(alphabet="ab \n\r\u2028\x85\x0b\U0001f511", max_size=40)


@given(TEXTS)
def test_lines_begin_after_every_break(text: str) -> None:
    breaks = re.finditer("\r\n|\n|\r", text)
    assert list(Source("a", text).line_starts) == [0, *(found.end() for found in breaks)]


@given(TEXTS, st.integers(0, 40), st.integers(0, 40))
def test_regions_lead_back_to_the_text(text: str, one: int, other: int) -> None:
    span = Span(min(one, other, len(text)), min(max(one, other), len(text)))
    source = Source("a", text)
    region = source.region(span)
    starts = source.line_starts
    assert starts[region.line - 1] + region.column - 1 == span.start
    assert starts[region.end_line - 1] + region.end_column - 1 == span.end
    first = source.first_line_region(span)
    assert (first.line, first.column, first.end_line) == (region.line, region.column, region.line)
    assert source.line(region.line) == source.slice(source.line_span(region.line))


def test_region_of_several_lines() -> None:
    assert Source("a", "ab\r\ncd\ref").region(Span(1, 8)) == Region(1, 2, 3, 2)
    assert Source("a", "ab\r\ncd\ref").first_line_region(Span(1, 8)) == Region(1, 2, 1, 3)
