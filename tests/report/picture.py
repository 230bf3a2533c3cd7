"""A picture read back: words, nodes and lines with their places on the canvas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
# Advance widths of printable ASCII in thousandths of an em: Liberation Sans, which is as wide as Helvetica and Arial.
PLAIN = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778,
    722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278,
    278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
]  # fmt: skip
BOLD = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778,
    722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333,
    278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
]  # fmt: skip
SIZES = {"t": 16.0, "b": 13.0}


class Rect(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rect) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Rect) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


def measured(text: str, size: float, widths: list[int]) -> float:
    return sum(widths[ord(mark) - 32] if " " <= mark <= "~" else 1000 for mark in text) * size / 1000


class Picture:
    """Words and lines of a picture with their places on the canvas."""

    def __init__(self, source: str) -> None:
        self.root = ET.fromstring(source)
        self.words: list[tuple[str, Rect]] = []
        self.lines: list[Rect] = []
        self.risers: list[tuple[str, Rect]] = []
        self.nodes: list[Rect] = []
        self._visit(self.root, 0.0)

    def _visit(self, element: ET.Element, down: float) -> None:
        moved = re.fullmatch(r"translate\(0 ([\d.]+)\)", element.get("transform", ""))
        down += float(moved[1]) if moved else 0.0
        look = element.get("class", "")
        if element.tag == f"{SVG}text":
            self.words.append((element.text or "", _text_rect(element, down)))
        elif element.tag == f"{SVG}path" and look.startswith("e "):
            found = list(_segments(element.get("d", ""), down))
            self.lines += found
            self.risers += [(look, each) for each in found if each.right - each.left < 2 < each.bottom - each.top]
        elif element.tag == f"{SVG}rect" and look.split(" ")[0] in ("node", "zone") and element.get("height") != "12":
            x, y, w, h = (float(element.get(name, "")) for name in ("x", "y", "width", "height"))
            self.nodes.append(Rect(x, y + down, x + w, y + h + down))
        for child in element:
            self._visit(child, down)

    @property
    def canvas(self) -> Rect:
        return Rect(0, 0, float(self.root.get("width", "")), float(self.root.get("height", "")))


def _text_rect(element: ET.Element, down: float) -> Rect:
    look = element.get("class", "")
    size = SIZES.get(look, 11.0)
    wide = measured(element.text or "", size, BOLD if look in SIZES else PLAIN)
    x, y = float(element.get("x", "")), float(element.get("y", "")) + down
    left = x - wide if element.get("text-anchor") == "end" else x
    return Rect(left, y - 0.73 * size, left + wide, y + 0.21 * size)


def _segments(path: str, down: float) -> Iterator[Rect]:
    points: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MLQh])([^MLQh]*)", path):
        values = [float(each) for each in numbers.split()]
        if command == "h":
            points.append((points[-1][0] + values[0], points[-1][1]))
        else:
            points += zip(values[::2], values[1::2], strict=True)
    for (a, b), (c, d) in pairwise(points):
        yield Rect(min(a, c) - 0.7, min(b, d) - 0.7 + down, max(a, c) + 0.7, max(b, d) + 0.7 + down)


def assert_legible(source: str) -> Picture:
    picture = Picture(source)
    for (one, where), (other, there) in combinations(picture.words, 2):
        assert not where.meets(there), (one, other)
    for node, another in combinations(picture.nodes, 2):
        assert not node.meets(another)
    for text, where in picture.words:
        assert picture.canvas.holds(where), text
        assert not any(line.meets(where) for line in picture.lines), text
        assert all(node.holds(where) or not node.meets(where) for node in picture.nodes), text
    assert all(picture.canvas.holds(line) for line in picture.lines)
    for (look, up), (another_look, beside) in combinations(picture.risers, 2):
        assert look == another_look or not up.meets(beside), "lines to different pins lie upon each other"
    return picture
