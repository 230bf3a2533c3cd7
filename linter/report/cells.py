"""Text measured in terminal cells: wide and combining characters, tabs, windows into long lines."""

from __future__ import annotations

from unicodedata import category, east_asian_width

from hullmark.linter.report.escape import code, visible

_TAB = 4
_MORE = "..."


def width(text: str) -> int:
    """Cells that visible text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(mark: str) -> int:
    if mark.isascii():
        return 1
    if category(mark) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(mark) in "WF" else 1


def fitted(text: str, room: int) -> str:
    """Visible text cut to `room` cells, with dots where something is missing."""
    if width(text) <= room:
        return text
    taken = 0
    for index, mark in enumerate(text):
        taken += _cells(mark)
        if taken > room - len(_MORE):
            return text[:index] + _MORE
    return text


def wrapped(text: str, room: int) -> list[str]:
    """Visible text in lines of at most `room` cells; a longer word stays whole, so that it can be copied."""
    if len(text) <= room and width(text) <= room:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def window(line: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """A line of a file as it can be shown in `room` cells, and the cells where the marks begin and end.

    `start` and `end` are 0-based code points of `line`. The marked part is kept in sight: its head,
    where it is longer than the room. At least one cell is marked, behind the line if need be.
    """
    start = min(max(start, 0), len(line))
    end = min(max(end, start), len(line))
    if line.isascii() and line.isprintable():
        return _cut(line, start, max(end, start + 1), room)
    pieces = ["" if mark == "\r" else _shown(mark, index) for index, mark in enumerate(line)]
    first = sum(map(width, pieces[:start]))
    last = first + sum(map(width, pieces[start:end]))
    return _cut(_by_cell(pieces), first, max(last, first + 1), room)


def _shown(mark: str, index: int) -> str:
    # A tab is as wide as editors show it; its exact stop does not matter here.
    if mark == "\t":
        return " " * _TAB
    # A combining mark would join what stands in front of the line.
    return code(mark) if index == 0 and _cells(mark) == 0 else visible(mark)


def _by_cell(pieces: list[str]) -> list[str]:
    """One string for each cell: a wide character is followed by an empty one, marks join the cell before."""
    cells: list[str] = []
    for piece in pieces:
        size = width(piece)
        if size == len(piece):
            cells.extend(piece)
        elif size:
            cells += [piece, *[""] * (size - 1)]
        else:
            cells[-1 if cells[-1] else -2] += piece
    return cells


def _cut(cells: list[str] | str, first: int, last: int, room: int) -> tuple[str, int, int]:
    size = len(cells)
    if size <= room:
        return "".join(cells), first, last
    dots = len(_MORE)
    left = 0
    if last > room - dots:
        inner = room - 2 * dots
        context = max(0, min(inner // 3, inner - (last - first)))
        left = min(first - context, size - (room - dots))
        left = 0 if left <= dots else left
    head = _MORE if left else ""
    right = left + room - len(head)
    if right < size:
        right -= dots
    tail = _MORE if right < size else ""
    offset = len(head) - left
    body = list(cells[left:right])
    # A wide character that the cut would halve is left out whole.
    body[0] = body[0] or " "
    if right < size and not cells[right]:
        body[-1] = " "
    return head + "".join(body) + tail, first + offset, max(min(last, right), first + 1) + offset
