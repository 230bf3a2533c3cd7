"""Expressions of the table of component documents, read once: what a field takes, and which fields a struct has.

The rows are in `schemas/facts/component_schemas.yaml`, whose head says how expressions are written.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from hullmark.linter.manifest.components.scalars import Misfit, Sort, misfit, wanted
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.facts import table
from hullmark.linter.yaml.nodes import Scalar

_MOST = 1024
"""Texts whose fit a shape remembers; whoever writes the input may write any number."""
_LONGEST = 64
"""Characters of a text that is worth remembering."""
_DOCUMENTS = 64
"""Documents of a form that are remembered."""
_PARTS = 256
"""Parts of such documents."""


class Shape:
    """What a field takes. An empty expression takes anything; `struct` names the struct of a mapping."""

    __slots__ = ("_plain", "_quoted", "expression", "inner", "is_list", "is_map", "is_text", "struct")

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.is_text = expression == "text"
        self.is_list = expression.startswith("[")
        self.is_map = expression.startswith("{")
        self.struct = expression[1:] if expression.startswith("@") else ""
        inner = expression[1:-1] if self.is_list or self.is_map else ""
        self.inner: Shape | None = shape(inner) if inner else None
        self._plain: set[str] = set()
        self._quoted: set[str] = set()

    def misfit(self, node: Scalar) -> Misfit | None:
        """What is wrong with a scalar; what a template fills in is not known. Files have the same few values."""
        if node.tag is not None:
            return self._misfit(node)
        fitting = self._quoted if node.style else self._plain
        if node.value in fitting:
            return None
        found = self._misfit(node)
        if found is None and len(node.value) <= _LONGEST:
            if len(fitting) >= _MOST:
                fitting.clear()
            fitting.add(node.value)
        return found

    def _misfit(self, node: Scalar) -> Misfit | None:
        value = node.resolved
        if value is None:
            return None  # a null is as good as nothing
        if self.is_list or self.is_map or self.struct:
            found: Misfit | None = Misfit(Sort.TYPE, wanted(self.expression))
        else:
            found = misfit(self.expression, value, node)
        return None if found is None or templated(node.value) else found


@cache
def shape(expression: str) -> Shape:
    """The shape of an expression; the table has few different ones."""
    return Shape(expression)


class Struct:
    """Fields of a struct by name, those of any other name (`rest`), and those that must be there.

    `newer` are fields that none of the target versions has yet, with their first and last minor.
    """

    def __init__(self, name: str, top: bool, former: dict[str, list[int]], minors: tuple[int, ...]) -> None:
        known = _table()["structs"].get(name, {"*": ""})
        self.fields = {field: shape(expression) for field, expression in known.items()}
        self.rest = self.fields.get("*")
        self.required: tuple[str, ...] = tuple(_table()["required"].get(name, ()))
        self._prefix = "" if top else f"#{name.rpartition('.')[2]}."
        self._former = former
        lives = {key.removeprefix(self._prefix): self.lived(key.removeprefix(self._prefix)) for key in former}
        self.newer = {
            field: span for field, span in lives.items() if span is not None and all(each < span[0] for each in minors)
        }

    def lived(self, field: str) -> tuple[int, int] | None:
        """First and last minor of a field that did not always exist."""
        span = self._former.get(self._prefix + field)
        return None if span is None else (span[0], span[1])


class Form:
    """A kind of document for certain target versions."""

    def __init__(self, title: str, minors: tuple[int, ...]) -> None:
        self.root = shape(_table()["kinds"][title])
        self.minors = minors
        self._former: dict[str, list[int]] = _table()["former"].get(title, {})
        self._structs: dict[tuple[str, bool], Struct] = {}
        self.faultless: set[str] = set()
        self.sound: set[tuple[str, str]] = set()

    def remember(self, text: str) -> None:
        """Keeps the text of a document without faults: repositories hold the same documents again and again."""
        if len(self.faultless) >= _DOCUMENTS:
            self.faultless.clear()
        self.faultless.add(text)

    def remember_part(self, part: tuple[str, str]) -> None:
        """Keeps the text of a part without faults, behind the expression of what it is: documents differ in little."""
        if len(self.sound) >= _PARTS:
            self.sound.clear()
        self.sound.add(part)

    def struct(self, name: str, top: bool) -> Struct:
        """A struct of the form; fields of the document itself (`top`) have histories of their own."""
        found = self._structs.get((name, top))
        if found is None:
            found = self._structs[name, top] = Struct(name, top, self._former, self.minors)
        return found


@lru_cache(maxsize=256)
def form(title: str, minors: tuple[int, ...]) -> Form:
    """The form of documents whose apiVersion and kind are this title."""
    return Form(title, minors)


def is_known(title: str) -> bool:
    """Whether the table has documents of this apiVersion and kind."""
    return title in _table()["kinds"]


def _table() -> dict[str, Any]:
    return table("component_schemas")
