"""JSON documents: where they end, and nodes with places for those that libyaml cannot read as YAML.

kubectl reads what begins with a brace as a stream of JSON values. Most of JSON is YAML, so the C composer does the
work; surrogate pairs, keys above 1,024 characters and some line separators in strings need a reader of their own.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder

from hullmark.linter.text import Span
from hullmark.linter.yaml.compose import MAX_DEPTH, Composed
from hullmark.linter.yaml.problems import Kind, Problem
from hullmark.linter.yaml.raws import Origin, Raw

_SPACE = re.compile(r"[ \t\n\r]*+")
_DIFFERENT = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\\\\u[dD][89a-fA-F]")
_WORD = re.compile(r'[^\s,:"\[\]{}]+')


def _refuse(constant: str) -> object:
    raise JSONDecodeError("not JSON", constant, 0)  # Python reads NaN and Infinity, JSON has none


_DECODER = JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse)


def values(text: str, span: Span) -> list[Span]:
    """Places of the JSON values with which `span` begins; empty when it does not begin with one."""
    found = []
    here = _skipped(text, span.start)
    while here < span.end:
        try:
            _, end = _DECODER.raw_decode(text, here)
        except (ValueError, RecursionError):
            break
        found.append(Span(here, end))
        here = _skipped(text, end)
    return found


def same_as_yaml(text: str, span: Span) -> bool:
    """Whether YAML reads the same values in this JSON text."""
    return _DIFFERENT.search(text, span.start, span.end) is None


def compose(text: str, span: Span) -> Composed:
    """Nodes of the one JSON value that `span` covers; it is known to be valid."""
    reader = _Reader(text, span)
    return Composed(reader.root, Origin(text, 0), reader.problems)


def _skipped(text: str, here: int) -> int:
    return _SPACE.match(text, here).end()  # type: ignore[union-attr]  # it matches nothing too


class _Reader:
    """One pass over the tokens of a valid JSON value."""

    def __init__(self, text: str, span: Span) -> None:
        self.root: Raw = None
        self.problems: tuple[Problem, ...] = ()
        opened: list[tuple[int, list[Raw]]] = []
        here = span.start
        while here < span.end:
            mark = text[here]
            if mark in ",: \t\r\n":
                here += 1
            elif mark not in "}]" and len(opened) >= MAX_DEPTH:
                fault = Problem(Kind.NESTING, f"nested deeper than {MAX_DEPTH} levels", Span(here, here + 1))
                self.root, self.problems = None, (fault,)
                return
            elif mark in "{[":
                opened.append((here, []))
                here += 1
            elif mark in "}]":
                start, children = opened.pop()
                here += 1
                self._add(opened, (mark == "}", None, True, start, here, tuple(children), None))
            else:
                raw = _scalar(text, here)
                here = raw[4]
                self._add(opened, raw)

    def _add(self, opened: list[tuple[int, list[Raw]]], raw: Raw) -> None:
        if opened:
            opened[-1][1].append(raw)
        else:
            self.root = raw


def _scalar(text: str, here: int) -> Raw:
    if text[here] == '"':
        value, end = _DECODER.raw_decode(text, here)
        if not value.isascii():  # half a surrogate pair becomes the replacement character, as in Go
            value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return (value, '"', None, here, end)
    word = _WORD.match(text, here)
    end = word.end() if word else here + 1
    return (text[here:end], "", None, here, end)
