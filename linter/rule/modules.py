"""The rules of one module, found when it is imported: a class of its own, or the rows of a table."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from hullmark.linter.patterns import regex
from hullmark.linter.rule.rule import Row, Rule

_HUMP = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def rules_of(module: str) -> tuple[Rule[Any], ...]:
    """Every rule of the module of this name, which is imported."""
    return rules_in(import_module(module))


def rules_in(module: ModuleType) -> tuple[Rule[Any], ...]:
    """Every rule of a module: what `RULES` lists, else an instance of each public rule class it defines."""
    rows = getattr(module, "RULES", None)
    if rows is not None:
        return tuple(rows)
    return tuple(
        found()
        for name, found in vars(module).items()
        if isinstance(found, type)
        and issubclass(found, Rule)
        and not issubclass(found, Row)
        and found.__module__ == module.__name__
        and not name.startswith("_")
    )


def dashed(name: str) -> str:
    """The name of a class as ids write it: `PrivilegedContainer` is `privileged-container`."""
    return _HUMP.sub("-", name).lower()
