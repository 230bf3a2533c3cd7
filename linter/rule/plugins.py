"""Rules that installed distributions add; which ones do, loaders find out."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.modules import dashed, rules_in
from hullmark.linter.rule.rule import Row, Rule

GROUP = "hullmark.rules"
"""The group of entry points that name packages of rules, each under the name of a family."""


class Plugin(NamedTuple):
    """One family of a third party: entry point name, module that it names, distribution it comes from."""

    family: str
    module: str
    distribution: str


def plugin_rules(plugin: Plugin) -> tuple[Rule[Any], ...]:
    """Rules of a plugin. Ids are `family/name`: rows say theirs, a class is named by its dashed class name."""
    module = import_module(plugin.module)
    rules = [rule for each in (module, *_below(module)) for rule in rules_in(each)]
    for rule in rules:
        if not isinstance(rule, Row):
            rule.id = f"{plugin.family}/{dashed(type(rule).__name__)}"
    return tuple(rules)


def _below(package: ModuleType) -> Iterator[ModuleType]:
    from pkgutil import walk_packages  # few runs have plugins

    for module in walk_packages(getattr(package, "__path__", ()), f"{package.__name__}."):
        yield import_module(module.name)
