"""Which of the known names was probably meant by one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 64


def nearest(name: str, known: Iterable[str]) -> str:
    """The field that was probably meant: the same but for case and dashes, else the closest within two edits."""
    names = [each for each in known if each != "*"]
    plain = folded(name)
    for each in names:
        if folded(each) == plain:
            return each
    if len(name) > _LONGEST:
        return ""
    ranked = sorted((edits(name.lower(), each.lower()), each) for each in names if abs(len(each) - len(name)) <= 2)
    if ranked and ranked[0][0] <= min(2, len(name) // 3):
        return ranked[0][1]
    return ""


def folded(name: str) -> str:
    """A name without case, dashes and underscores."""
    return name.lower().replace("_", "").replace("-", "")


def edits(one: str, other: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that make one text of the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, start=1):
        here = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, here[-1] + 1, last[column - 1] + (char != wanted))
            if row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, last = last, here
    return last[-1]
