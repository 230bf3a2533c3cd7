"""Every rule and family below `checks`, found by importing it: for the tools and tests, never for a run."""

from __future__ import annotations

import traceback
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.modules import rules_of
from hullmark.linter.rule.rule import CHECKS, Rule


class Shelf(NamedTuple):
    """All rules in the order of their ids, one sentence a family, and what could not be imported, as lines."""

    rules: tuple[Rule[Any], ...]
    modules: dict[str, str]
    """Name of the module of every rule, by id."""
    families: dict[str, str]
    faults: tuple[str, ...]


def shelf() -> Shelf:
    """What is in `checks` now."""
    rules: list[Rule[Any]] = []
    modules: dict[str, str] = {}
    families: dict[str, str] = {}
    faults: list[str] = []
    for family in iter_modules(import_module(CHECKS).__path__, f"{CHECKS}."):
        name = family.name.removeprefix(f"{CHECKS}.").replace("_", "-")
        try:
            package = import_module(family.name)
            sentence = (package.__doc__ or "").strip().partition("\n")[0]
            found = [
                (module.name, rules_of(module.name)) for module in iter_modules(package.__path__, f"{family.name}.")
            ]
        except (ImportError, SyntaxError, AttributeError, LookupError, TypeError, ValueError) as error:
            faults.append(f"{name}: cannot be imported: {_where(error)}")
            continue
        if not sentence:
            faults.append(
                f"{name}: checks/{name.replace('-', '_')}/__init__.py has no docstring to describe the family"
            )
        families[name] = sentence
        for module_name, held in found:
            faults += [f"{rule.id}: is kept in the folder of family {name}" for rule in held if rule.family != name]
            modules.update((rule.id, module_name) for rule in held)
            rules += held
    return Shelf(tuple(sorted(rules, key=lambda rule: rule.id)), modules, families, tuple(faults))


def _where(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({last.filename.rpartition('/')[2]}:{last.lineno})"
