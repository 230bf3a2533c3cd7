"""Which of many literals occur in a text, whatever their case.

Manifests repeat one another line by line, and no literal has a line break: a line is searched once, and remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from hullmark.linter.manifest.line_memory import LineMemory

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
        self._lines = LineMemory(self._searched)
        self._texts: dict[str, set[int]] = {}

    def is_idle(self, text: str) -> bool:
        """Whether the text is a line that is known to hold no literal."""
        return self._lines.is_idle(text)

    def fresh(self, texts: Iterable[str]) -> set[str]:
        """Those of the texts that are not known to hold no literal."""
        return self._lines.fresh(texts)

    def within(self, text: str) -> Set[int]:
        """Numbers of the literals that occur in the text."""
        if len(text) > _LONGEST:
            return self._lines.within(text)
        known = self._texts.get(text)
        if known is None:
            if len(self._texts) >= _TEXTS:
                self._texts.clear()
            known = self._texts[text] = self._lines.within(text)
        return known

    def _searched(self, lines: list[str]) -> dict[int, set[int]]:
        """The same of every line that holds something, by its number."""
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
        return found
