"""The line hashes by which GitHub recognises an alert again after an edit.

The algorithm is that of GitHub's upload action (github/codeql-action, src/fingerprints.ts): blanks
are dropped, line breaks become LF, and a line is identified by the 100 UTF-16 units that start at
it, read as digits to the base 37 modulo 2^64, with a number for its occurrence in the file. Here the
polynomial is evaluated for the lines that are asked for, not rolled over every unit of the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from sys import byteorder

_WINDOW = 100
_BASE = 37
_BITS = (1 << 64) - 1
_POWERS = tuple(pow(_BASE, _WINDOW - 1 - n, 1 << 64) for n in range(_WINDOW))
_END = b"\xff\xff" + b"\0" * 2 * _WINDOW
_BLANKS = {ord(" "): None, ord("\t"): None}


class LineHashes:
    """Hashes of the lines of one file, given its bytes as they lie in the repository."""

    __slots__ = ("_keys",)

    def __init__(self, content: bytes) -> None:
        # The action reads every file as UTF-8, whatever it is, and keeps a byte order mark.
        text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS)
        self._keys = tuple(_numbered(_windows(text)))

    def __len__(self) -> int:
        return len(self._keys)

    def line(self, number: int) -> str | None:
        """The hash of a 1-based line; None when there is no such line."""
        if not 1 <= number <= len(self._keys):
            return None
        window, occurrence = self._keys[number - 1]
        return f"{_value(window):x}:{occurrence}"


def _windows(text: str) -> Iterator[bytes]:
    """The 100 units that start at each line, as UTF-16 bytes."""
    lines = text.split("\n")
    units = text.encode("utf-16-le", "surrogatepass") + _END
    start = 0
    for line in lines:
        yield units[start : start + 2 * _WINDOW]
        width = len(line) if line.isascii() else len(line.encode("utf-16-le", "surrogatepass")) // 2
        start += 2 * (width + 1)


def _numbered(windows: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Each window with the number of times that it was seen so far."""
    seen: dict[bytes, int] = {}
    for window in windows:
        seen[window] = occurrence = seen.get(window, 0) + 1
        yield window, occurrence


def _value(window: bytes) -> int:
    units = array("H", window)
    if byteorder == "big":
        units.byteswap()
    return sum(unit * power for unit, power in zip(units, _POWERS, strict=True)) & _BITS
