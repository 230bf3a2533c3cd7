"""JSON documents: where they end, and nodes with places for those that libyaml cannot read as YAML.

kubectl reads what begins with a brace as a stream of JSON values. Most of JSON is YAML, so the C composer does the
work; surrogate pairs, keys above 1,024 characters and some line separators in strings need a reader of their own.
"""

from __future__ import annotations

from json import JSONDecodeError, JSONDecoder

from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml import limits
from hullmark.linter.yaml.compose import Composed
from hullmark.linter.yaml.raws import Origin, Raw

_SPACE = regex(r"[ \t\n\r]*+")
_DIFFERENT = regex("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\\\\u[dD][89a-fA-F]")
_WORD = regex(r'[^\s,:"\[\]{}]+')


def _refuse(constant: str) -> object:
    raise JSONDecodeError("not JSON", constant, 0)  # Python reads NaN and Infinity, JSON has none


_DECODER = JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse)


def values(text: str, span: Span, limit: int) -> list[Span]:
    """Places of the first `limit` JSON values with which `span` begins; empty when it does not begin with one."""
    found: list[Span] = []
    here = _skipped(text, span.start)
    while here < span.end and len(found) < limit:
        try:
            _, end = _DECODER.raw_decode(text, here)
        except ValueError:
            break
        except RecursionError:  # valid so far and far too deep: the rest is one document that will be refused
            end = span.end
        found.append(Span(here, end))
        here = _skipped(text, end)
    return found


def same_as_yaml(text: str, span: Span) -> bool:
    """Whether YAML reads the same values in this JSON text."""
    return _DIFFERENT.search(text, span.start, span.end) is None


def compose(text: str, span: Span) -> Composed:
    """Nodes of the one JSON value that `span` covers; it is known to be valid."""
    try:
        return Composed(_Reader(text, span).root, Origin(text, 0), ())
    except limits.RefusedError as refusal:
        return Composed(None, Origin(text, 0), (refusal.problem,))


def _skipped(text: str, here: int) -> int:
    return _SPACE.match(text, here).end()  # type: ignore[union-attr]  # it matches nothing too


class _Reader:
    """One pass over the tokens of a valid JSON value."""

    def __init__(self, text: str, span: Span) -> None:
        self.root: Raw = None
        self._opened: list[tuple[int, list[Raw]]] = []
        self._count = 0
        here = span.start
        while here < span.end:
            mark = text[here]
            if mark in ",: \t\r\n":
                here += 1
            elif mark in "}]":
                start, children = self._opened.pop()
                here += 1
                self._add((mark == "}", None, True, start, here, tuple(children), None))
            else:
                here = self._begin(text, here)

    def _begin(self, text: str, here: int) -> int:
        """Take the value that begins at `here`, and go on behind it or behind its bracket."""
        self._count += 1
        if len(self._opened) >= limits.MAX_DEPTH:
            raise limits.too_deep(here)
        if self._count > limits.MAX_NODES:
            raise limits.too_many(here)
        if text[here] in "{[":
            self._opened.append((here, []))
            return here + 1
        raw = _scalar(text, here)
        self._add(raw)
        return int(raw[4])

    def _add(self, raw: Raw) -> None:
        if self._opened:
            self._opened[-1][1].append(raw)
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
