"""Which of many literals occur in a text, whatever their case.

Manifests repeat one another line by line, and no literal has a line break: a line is searched once, and remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

_MOST = 1 << 14
"""Lines that are remembered; whoever writes the input may write any number."""
_WIDEST = 256
"""Characters of a line that is worth remembering."""
_TEXTS = 256
_LONGEST = 1 << 13
"""Texts that are remembered as a whole, and characters of one: documents and entries occur again, word for word."""
_RAREST_FIRST = '$"=+/qzjx_0123456789wkvybgf.:pmhu-dclosnirate '
"""Characters of literals, roughly by how many lines of manifests have them."""


class Needles:
    """Literals in lower case, each with the number of what it may be a part of."""

    def __init__(self, needles: Iterable[tuple[str, int]]) -> None:
        self._groups: dict[str, list[tuple[str, int]]] = {}
        for needle, number in needles:
            self._groups.setdefault(min(needle, key=_RAREST_FIRST.find), []).append((needle, number))
        self._idle: set[str] = set()
        self._telling: dict[str, set[int]] = {}
        self._texts: dict[str, set[int]] = {}

    def is_idle(self, text: str) -> bool:
        """Whether the text is a line that is known to hold no literal."""
        return text in self._idle

    def fresh(self, texts: Iterable[str]) -> set[str]:
        """Those of the texts that are not known to hold no literal."""
        return {*texts} - self._idle

    def within(self, text: str) -> Set[int]:
        """Numbers of the literals that occur in the text."""
        if len(text) > _LONGEST:
            return self._within(text)
        known = self._texts.get(text)
        if known is None:
            if len(self._texts) >= _TEXTS:
                self._texts.clear()
            known = self._texts[text] = self._within(text)
        return known

    def _within(self, text: str) -> set[int]:
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
            found.update(*self._searched(fresh))
        return found

    def _searched(self, lines: list[str]) -> Iterable[set[int]]:
        """The same of every line that holds something; the lines were not seen before, and most hold nothing."""
        lower = [line.lower() for line in lines]
        together = "\n".join(lower)
        found: dict[int, set[int]] = {}
        for mark, rows in self._groups.items():
            if mark not in together:
                continue
            for needle, number in rows:
                if needle in together:
                    for at, line in enumerate(lower):
                        if needle in line:
                            found.setdefault(at, set()).add(number)
        self._remember(lines, found)
        return found.values()

    def _remember(self, lines: list[str], found: dict[int, set[int]]) -> None:
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
