"""Which rules judge which subjects: rule modules are imported when their subject occurs, not before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import import_module
from typing import Any

from hullmark.linter.engine.plan import Rules
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule.rule import Rule

Subject = Any
"""A subject class. Its protocol (inside a resource, among a bundle) is asked for where it is called."""


class Rulebook:
    """The enabled rules of one subject."""

    __slots__ = ("_registry", "_rules", "ids", "subject")

    def __init__(self, subject: Subject, ids: Iterable[str], registry: Rules) -> None:
        self.subject = subject
        self.ids = tuple(ids)
        self._registry = registry
        self._rules: dict[str, Rule[Any]] = {}

    def rule(self, rule_id: str) -> Rule[Any]:
        """One of the rules, imported when first asked for."""
        rule = self._rules.get(rule_id)
        if rule is None:
            rule = self._rules[rule_id] = self._registry.rule(rule_id)
        return rule


class Dispatch:
    """Rules by what they judge. One is made in every process."""

    def __init__(self, ids: Iterable[str], registry: Rules) -> None:
        self._registry = registry
        self._names: dict[str, list[str]] = {}
        for rule in sorted(ids):
            self._names.setdefault(registry.info(rule).subject, []).append(rule)
        self._by_kind: dict[tuple[str, str], tuple[Rulebook, ...]] = {}

    @cached_property
    def _books(self) -> tuple[Rulebook, ...]:
        return tuple(
            Rulebook(subject_class(name, ids[0], self._registry), ids, self._registry)
            for name, ids in sorted(self._names.items())
        )

    @cached_property
    def _of_resource(self) -> tuple[Rulebook, ...]:
        return tuple(book for book in self._books if hasattr(book.subject, "of"))

    def within(self, resource: Resource) -> tuple[Rulebook, ...]:
        """Rules about subjects inside one resource, by its group and kind."""
        found = self._by_kind.get(resource.gk)
        if found is None:
            found = tuple(
                book for book in self._of_resource if book.subject.kinds is None or resource.gk in book.subject.kinds
            )
            self._by_kind[resource.gk] = found
        return found

    def among(self) -> Iterator[Rulebook]:
        """Rules about subjects that only several resources together make."""
        return (book for book in self._books if hasattr(book.subject, "among"))

    def about(self, subject: Subject) -> Rulebook | None:
        """Rules about exactly this class."""
        return next((book for book in self._books if book.subject is subject), None)


def subject_class(name: str, rule: str, registry: Rules) -> Subject:
    """The class that `module:qualname` names; a class inside a function is reached through its rule."""
    module, _, qualname = name.partition(":")
    if "<locals>" in qualname:
        return registry.rule(rule).subject
    found: Any = import_module(module)
    for part in qualname.split("."):
        found = getattr(found, part)
    return found
