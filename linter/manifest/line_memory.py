"""What occurs in lines of text, remembered line by line: manifests repeat one another, and most lines hold nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 1 << 14
"""Lines that are remembered; whoever writes the input may write any number."""
_WIDEST = 256
"""Characters of a line that is worth remembering."""


class LineMemory(Generic[T]):
    """Things that never span two lines. `search` finds them in lines that were not seen before, by their number."""

    def __init__(self, search: Callable[[list[str]], Mapping[int, set[T]]]) -> None:
        self._search = search
        self._idle: set[str] = set()
        self._telling: dict[str, set[T]] = {}

    def is_idle(self, line: str) -> bool:
        """Whether the text is a line that is known to hold nothing."""
        return line in self._idle

    def fresh(self, lines: Iterable[str]) -> set[str]:
        """Those of the lines that are not known to hold nothing."""
        return {*lines} - self._idle

    def within(self, text: str) -> set[T]:
        """What occurs in the text."""
        found: set[T] = set()
        fresh: list[str] = []
        telling = self._telling
        for line in {*text.split("\n")} - self._idle:
            known = telling.get(line)
            if known is None:
                fresh.append(line)
            else:
                found |= known
        if fresh:
            there = self._search(fresh)
            self._remember(fresh, there)
            found.update(*there.values())
        return found

    def _remember(self, lines: list[str], found: Mapping[int, set[T]]) -> None:
        if len(self._idle) + len(self._telling) > _MOST:
            self._idle.clear()
            self._telling.clear()
        for at, line in enumerate(lines):
            if len(line) > _WIDEST:
                continue
            if at in found:
                self._telling[line] = found[at]
            else:
                self._idle.add(line)
