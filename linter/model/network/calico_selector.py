"""The selector language of Calico: parsed into a tree, evaluated over sets or over one object's labels.

https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from hullmark.linter.model.network.bits import Bits
from hullmark.linter.model.network.selection import CONTAINS, ENDS, EXISTS, IN, NOT_IN, STARTS, Demand
from hullmark.linter.patterns import regex
from hullmark.linter.records import record

_TOKEN = regex(
    r"""\s*(?:
        (?P<text>"[^"]*"|'[^']*')
      | (?P<word>all\(\s*\)|global\(\s*\)|not\s+in\b|starts\s+with\b|ends\s+with\b)
      | (?P<has>has\(\s*(?P<key>[\w./\\:-]+)\s*\))
      | (?P<sign>==|!=|&&|\|\||[!(){},])
      | (?P<name>[\w./:-]+)
    )""",
    re.VERBOSE,
)
_DEEPEST = 50
_NEVER = Demand("\0never", IN)


@record
class Expression:
    """A tree: `operator` is all, global, demand, not, and, or."""

    operator: str
    parts: tuple[Expression, ...] = ()
    demand: Demand = _NEVER

    @property
    def is_global(self) -> bool:
        """Whether it names objects without a namespace."""
        return self.operator == "global"

    def select(self, everything: int, satisfying: Callable[[Demand], Bits]) -> Bits:
        """Objects that it selects, given those that satisfy one condition."""
        match self.operator:
            case "all":
                return Bits(everything, everything)
            case "demand":
                return satisfying(self.demand)
            case "not":
                return Bits(everything, everything).without(self.parts[0].select(everything, satisfying))
            case "and":
                found = Bits(everything, everything)
                for part in self.parts:
                    found = found.both(part.select(everything, satisfying))
                return found
            case "or":
                found = Bits(0, 0)
                for part in self.parts:
                    found = found.either(part.select(everything, satisfying))
                return found
        return Bits(0, 0)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether one object's labels satisfy it."""
        match self.operator:
            case "all":
                return True
            case "demand":
                value = labels.get(self.demand.key)
                return self.demand.holds_without if value is None else self.demand.holds(value)
            case "not":
                return not self.parts[0].matches(labels)
            case "and":
                return all(part.matches(labels) for part in self.parts)
            case "or":
                return any(part.matches(labels) for part in self.parts)
        return False


EVERYTHING = Expression("all")


@lru_cache(maxsize=4096)
def parsed(text: str) -> Expression | None:
    """The tree of a selector, None where it is none; an empty text selects everything."""
    if not text.strip():
        return EVERYTHING
    tokens = _tokens(text)
    if tokens is None:
        return None
    parser = _Parser(tokens)
    found = parser.either(0)
    return found if found is not None and parser.at == len(tokens) else None


def _tokens(text: str) -> list[tuple[str, str]] | None:
    found, here, text = [], 0, text.strip()
    while here < len(text):
        match = _TOKEN.match(text, here)
        if match is None or match.end() == here:
            return None
        kind = "has" if match["has"] else match.lastgroup or ""
        value = match["key"] if kind == "has" else match[kind]
        found.append((kind, " ".join(value.split()).replace("( ", "(") if kind == "word" else value))
        here = match.end()
    return found


class _Parser:
    """Recursive descent; every method gives None where the text is no selector."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def _next(self, *values: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at][1] in values and self.tokens[self.at][0] != "text":
            self.at += 1
            return True
        return False

    def either(self, depth: int) -> Expression | None:
        return self._chain("||", "or", self._both, depth)

    def _both(self, depth: int) -> Expression | None:
        return self._chain("&&", "and", self._single, depth)

    def _chain(
        self, sign: str, operator: str, inner: Callable[[int], Expression | None], depth: int
    ) -> Expression | None:
        parts = [inner(depth + 1)]
        while self._next(sign):
            parts.append(inner(depth + 1))
        known = tuple(part for part in parts if part is not None)
        if len(known) != len(parts):
            return None
        return known[0] if len(known) == 1 else Expression(operator, known)

    def _single(self, depth: int) -> Expression | None:
        if depth > _DEEPEST or self.at >= len(self.tokens):
            return None
        if self._next("!"):
            part = self._single(depth + 1)
            return None if part is None else Expression("not", (part,))
        if self._next("("):
            inside = self.either(depth + 1)
            return inside if self._next(")") else None
        if self._next("all()"):
            return EVERYTHING
        if self._next("global()"):
            return Expression("global")
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind == "has":
            return _demand(value, EXISTS)
        return self._comparison(value) if kind == "name" else None

    def _comparison(self, key: str) -> Expression | None:
        if self._next("=="):
            return self._with_text(key, IN)
        if self._next("!="):
            return self._with_text(key, NOT_IN)
        if self._next("contains"):
            return self._with_text(key, CONTAINS)
        if self._next("starts with"):
            return self._with_text(key, STARTS)
        if self._next("ends with"):
            return self._with_text(key, ENDS)
        if self._next("in"):
            return self._with_set(key, IN)
        if self._next("not in"):
            return self._with_set(key, NOT_IN)
        return None

    def _text(self) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "text":
            self.at += 1
            return self.tokens[self.at - 1][1][1:-1]
        return None

    def _with_text(self, key: str, operator: str) -> Expression | None:
        text = self._text()
        return None if text is None else _demand(key, operator, text)

    def _with_set(self, key: str, operator: str) -> Expression | None:
        if not self._next("{"):
            return None
        values = []
        while not self._next("}"):
            text = self._text()
            if text is None:
                return None
            values.append(text)
            if not self._next(",") and not (self.at < len(self.tokens) and self.tokens[self.at][1] == "}"):
                return None
        return _demand(key, operator, *values)


def _demand(key: str, operator: str, *values: str) -> Expression:
    return Expression("demand", demand=Demand(key, operator, frozenset(values)))
