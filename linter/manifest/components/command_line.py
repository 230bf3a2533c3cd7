"""A command line as the wording of a component: its words are looked at as texts, and placed when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property

from hullmark.linter.manifest.components import argv
from hullmark.linter.manifest.components.catalogue import settings
from hullmark.linter.manifest.components.setting import Occurrence
from hullmark.linter.manifest.components.word import ListedWords, Word
from hullmark.linter.manifest.components.wording import Brief, Wording
from hullmark.linter.manifest.components.written import Written, flag

_LONGEST = 1 << 12
"""Characters of flags by which a component is recognized."""


def key_of(component: str, briefs: Iterable[Brief]) -> Hashable:
    """What the rules of the settings table can see of flags: of those outside the table only that they are there."""
    known = settings(component)
    key = tuple([brief if brief[0] in known else brief[0] for brief in briefs])
    size = sum([len(brief[1]) for brief in key if type(brief) is tuple and brief[1] is not None])
    return key if size <= _LONGEST else None


class CommandLine(Wording):
    """Flags of a component; `words` makes the words that belong to `texts`."""

    def __init__(self, component: str, texts: Sequence[str], words: Callable[[], Sequence[Word] | ListedWords]) -> None:
        line = argv.line(component, texts)
        self.key = key_of(component, line.briefs)
        self.briefs = tuple(line.briefs)
        self._flags = line.flags
        self._strays = line.strays
        self._make = words

    @cached_property
    def _words(self) -> Sequence[Word] | ListedWords:
        return self._make()

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset([brief[0] for brief in self.briefs or ()])

    @property
    def strays(self) -> tuple[tuple[Word, str], ...]:
        """The words that are no flags, with the reason."""
        return tuple([(self._words[at], reason) for at, reason in self._strays]) if self._strays else ()

    def all(self) -> list[Written]:
        """Names and occurrences, in the order of the input."""
        return [flag(each, self._words) for each in self._flags]

    def of(self, name: str) -> list[Occurrence]:
        """Occurrences of one setting."""
        return [flag(each, self._words)[1] for each in self._flags if each[0].brief[0] == name]

    def says(self, name: str) -> bool:
        """Whether a setting is written."""
        return name in self._names
