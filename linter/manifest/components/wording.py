"""What is written for a component, read only as far as somebody asks: most of it is in order, and nobody sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable

from hullmark.linter.manifest.components.setting import Occurrence

Brief = tuple[str, str | None, str]
"""A flag in brief: its canonical name, its value (None for a bare flag), what stands between the two."""


class Wording(ABC):
    """The settings of one component as they are written; occurrences are made for those that are asked for.

    `key` alone decides what the rules of the settings table find in order, and is None where nobody knows. `briefs`
    are all settings in order where they are flags and nothing else, else None.
    """

    key: Hashable = None
    briefs: tuple[Brief, ...] | None = None

    @abstractmethod
    def all(self) -> Iterable[tuple[str, Occurrence]]:
        """Names and occurrences, in the order of the input."""

    def of(self, name: str) -> list[Occurrence]:
        """Occurrences of one setting."""
        return [occurrence for each, occurrence in self.all() if each == name]

    def says(self, name: str) -> bool:
        """Whether a setting is written."""
        return any(each == name for each, _ in self.all())
