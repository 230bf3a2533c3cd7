"""Which of many literals occur in a text, whatever their case.

Manifests repeat one another line by line, and no literal has a line break: a line is searched once, and remembered.
"""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 1 << 14
"""Lines that are remembered; whoever writes the input may write any number."""
_WIDEST = 256
"""Characters of a line that is worth remembering."""


class Needles:
    """Literals in lower case, each with the number of what it may be a part of."""

    def __init__(self, needles: Iterable[tuple[str, int]]) -> None:
        self._needles = tuple(needles)
        self._idle: set[str] = set()
        self._telling: dict[str, frozenset[int]] = {}

    def within(self, text: str) -> set[int]:
        """Numbers of the literals that occur in the text."""
        found: set[int] = set()
        fresh: list[str] = []
        telling = self._telling
        for line in {*text.split("\n")} - self._idle:
            known = telling.get(line)
            if known is None:
                fresh.append(line)
            else:
                found |= known
        if fresh:
            found |= self._searched(fresh)
        return found

    def _searched(self, lines: list[str]) -> frozenset[int]:
        """The same for lines that were not seen before: most hold nothing, and are searched as one text."""
        lower = "\n".join(lines).lower()
        occurring = [(needle, number) for needle, number in self._needles if needle in lower]
        if len(self._idle) + len(self._telling) > _MOST:
            self._idle.clear()
            self._telling.clear()
        for line in lines:
            if len(line) <= _WIDEST:
                self._remember(line, occurring)
        return frozenset(number for _, number in occurring)

    def _remember(self, line: str, occurring: list[tuple[str, int]]) -> None:
        lower = line.lower()
        numbers = frozenset(number for needle, number in occurring if needle in lower)
        if numbers:
            self._telling[line] = numbers
        else:
            self._idle.add(line)
