"""Places for people and programs: lines, columns and a snippet, made from a span at the border."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from hullmark.linter.engine.veil import is_secret, veiled
from hullmark.linter.finding import Location
from hullmark.linter.manifest.place import Place
from hullmark.linter.patterns import regex
from hullmark.linter.text import Region, Source

SNIPPET = 240
"""Code points of a line that a report shows at most; minified JSON has lines of megabytes."""

_LEAD = 60
_KEY = regex(r"[\w.-]+[\"']?[:=][ \t]*[\"']?$")
_INK = regex(r"\S")
_ASTRAL = regex("[\U00010000-\U0010ffff]")


def location(place: Place, secret: bool = False) -> Location:
    """Where `place` is: cut to its first line, since that is what a pull request can show; a secret there is hidden."""
    source = place.source
    region = source.first_line_region(place.span)
    snippet, column = _snippet(source, region)
    snippet = _hidden(snippet, region.column - column) if secret or is_secret(place) else veiled(snippet)
    return Location(
        source.shown,
        region.line,
        region.column,
        region.end_line,
        region.end_column,
        *_utf16(source, region),
        snippet,
        column,
    )


def _hidden(snippet: str, start: int) -> str:
    """The snippet with stars in place of a secret, and of all else but the key before it: a line may hold several.

    There are as many stars as characters, so that columns stay.
    """
    before = snippet[:start]
    shown = _KEY.search(before)
    kept = len(before) - len(shown.group()) if shown else start
    return _INK.sub("*", before[:kept]) + before[kept:] + _INK.sub("*", snippet[start:])


def _snippet(source: Source, region: Region) -> tuple[str, int]:
    """The line, or the part of a very long line around the region, with its 1-based column."""
    starts = source.line_starts
    start = starts[region.line - 1]
    end = starts[region.line] if region.line < len(starts) else len(source.text)
    lead = 0 if end - start <= SNIPPET else max(0, region.column - 1 - _LEAD)
    return source.text[start + lead : min(end, start + lead + SNIPPET)].rstrip("\r\n"), lead + 1


def _utf16(source: Source, region: Region) -> tuple[int, int]:
    """Columns in UTF-16 units: one more for every code point beyond the basic plane before them."""
    astral = () if source.text.isascii() else _astral(source)
    if not astral:
        return region.column, region.end_column
    start = source.line_starts[region.line - 1]
    before = bisect_left(astral, start)
    first = start + region.column - 1
    last = start + region.end_column - 1
    return (
        region.column + bisect_left(astral, first) - before,
        region.end_column + bisect_left(astral, last) - before,
    )


@lru_cache(maxsize=8)
def _astral(source: Source) -> tuple[int, ...]:
    """Offsets of code points that take two UTF-16 units; once a file, for lines of any length."""
    return tuple(match.start() for match in _ASTRAL.finditer(source.text))
