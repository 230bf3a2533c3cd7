"""Regular expressions that are compiled when they are first asked: a run imports three hundred, and needs a third.

Compiling all of them took a fifth of the start, and asking one costs no more than asking a compiled one.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern of a text; errors in it show when it is first asked, and in the tests, which ask all of them."""
    return cast("re.Pattern[AnyStr]", Regex(text, flags))


class _Method:
    """Compiles the pattern of its owner, which has the compiled methods in its own place from then on."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, owner: Regex, _kind: type[Regex]) -> Any:
        return getattr(owner.compiled(), self.name)


class Regex:
    """What has the methods of a compiled pattern; made by `regex`."""

    search = _Method("search")
    match = _Method("match")
    fullmatch = _Method("fullmatch")
    finditer = _Method("finditer")
    findall = _Method("findall")
    sub = _Method("sub")
    subn = _Method("subn")
    split = _Method("split")

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern = text
        self.flags = flags

    def compiled(self) -> re.Pattern[Any]:
        """The compiled pattern."""
        found: re.Pattern[Any] = re.compile(self.pattern, self.flags)
        self.__dict__.update({name: getattr(found, name) for name in _METHODS})
        return found

    def __repr__(self) -> str:
        return f"regex({self.pattern!r})"
