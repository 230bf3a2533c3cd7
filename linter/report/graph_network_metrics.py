"""How wide text is at most, in the fonts that viewers are likely to take; and text cut to fit."""

from __future__ import annotations

from unicodedata import category, east_asian_width

# Advance widths of printable ASCII, the wider of DejaVu Sans and Liberation Sans, rounded up, in hundredths of an em.
_ASCII = (
    32,
    41,
    46,
    84,
    64,
    95,
    78,
    28,
    39,
    39,
    50,
    84,
    32,
    37,
    32,
    34,
    64,
    64,
    64,
    64,
    64,
    64,
    64,
    64,
    64,
    64,
    34,
    34,
    84,
    84,
    84,
    56,
    102,
    69,
    69,
    73,
    77,
    67,
    62,
    78,
    76,
    30,
    50,
    67,
    56,
    87,
    75,
    79,
    67,
    79,
    73,
    67,
    62,
    74,
    69,
    99,
    69,
    67,
    69,
    39,
    34,
    39,
    84,
    56,
    50,
    62,
    64,
    55,
    64,
    62,
    36,
    64,
    64,
    28,
    28,
    58,
    28,
    98,
    64,
    62,
    64,
    64,
    42,
    53,
    40,
    64,
    60,
    82,
    60,
    60,
    53,
    64,
    34,
    64,
    84,
)
_BOLD = 1.13
MORE = "…"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that the text takes at most."""
    hundredths = sum(_width(mark) for mark in text)
    return hundredths * size / 100 * (_BOLD if bold else 1)


def _width(mark: str) -> int:
    if " " <= mark <= "~":
        return _ASCII[ord(mark) - ord(" ")]
    if category(mark) in ("Mn", "Me"):
        return 0
    return 105 if east_asian_width(mark) in "WF" else 100


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of its ends as fits with dots between: names differ at the end as often as at the head."""
    if text_width(text, size, bold=bold) <= room:
        return text
    keep = len(text) - 1
    while keep > 1:
        head = (keep + 1) * 2 // 3
        tail = keep - head
        cut = f"{text[:head]}{MORE}{text[len(text) - tail :] if tail else ''}"
        if text_width(cut, size, bold=bold) <= room:
            return cut
        keep -= 1
    return MORE
