"""Every rule does on its own examples exactly what they show: findings at marked lines, silence, fixes."""

from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.dev.trial import example_faults
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Rule
from hullmark.linter.rule.validation import validate

SHELF = shelf()
REGISTRY = Registry.of(SHELF.rules)
RULES = pytest.mark.parametrize("rule", SHELF.rules, ids=lambda rule: rule.id)


def test_there_are_rules() -> None:
    assert len(SHELF.rules) > 1


def test_every_family_can_be_imported() -> None:
    assert SHELF.faults == ()


def test_rules_are_valid_as_a_whole() -> None:
    assert validate(SHELF.rules) == []


@RULES
def test_bad_examples_show_what_the_rule_finds(rule: Rule[Any]) -> None:
    faults = [f"example {n}: {fault}" for n, example in enumerate(rule.bad, 1) for fault in _faults(rule, example)]
    assert faults == []


@RULES
def test_good_examples_are_silent(rule: Rule[Any]) -> None:
    faults = [f"example {n}: {fault}" for n, example in enumerate(rule.good, 1) for fault in _faults(rule, example)]
    assert faults == []


def _faults(rule: Rule[Any], example: Any) -> list[str]:
    return list(example_faults(rule, example, REGISTRY))
