"""Every rule does on its own examples exactly what they show: findings at marked lines, silence, fixes."""

import re
from dataclasses import replace
from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.dev.trial import example_faults, judged
from hullmark.linter.finding import Finding
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


@RULES
def test_line_breaks_of_windows_change_nothing(rule: Rule[Any]) -> None:
    """Same lines, same columns, same words; an offset that forgets a carriage return shows here."""
    for example in rule.bad:
        windows = {path: text.replace("\n", "\r\n") for path, text in example.files.items()}
        ours, theirs = (judged(rule, files, example, REGISTRY).findings for files in (example.files, windows))
        assert [_seen(finding) for finding in theirs] == [_seen(finding) for finding in ours]


@RULES
def test_what_stands_above_moves_findings_and_nothing_else(rule: Rule[Any]) -> None:
    """A comment and another document above: lines move, columns and fingerprints stay."""
    above = "# written by hand\n---\napiVersion: v1\nkind: Lease\nmetadata: {name: above}\n---\n"
    for example in rule.bad:
        if len(example.files) > 1 or not re.search(r"^apiVersion:", example.clean, re.MULTILINE):
            continue  # what is no object (cloud-init, an installer's own file) is told by its first line
        below = {example.path: above + example.clean}
        before, after = (judged(rule, files, example, REGISTRY).findings for files in (example.files, below))
        moved = [replace(finding.location, line=finding.location.line + above.count("\n")) for finding in before]
        assert [finding.location.line for finding in after] == [location.line for location in moved]
        assert [finding.location.column for finding in after] == [location.column for location in moved]
        assert [finding.fingerprint for finding in after] == [finding.fingerprint for finding in before]


def _seen(finding: Finding) -> tuple[object, ...]:
    at = finding.location
    return (finding.message, at.path, at.line, at.column, at.end_line, at.end_column, finding.fingerprint)


def _faults(rule: Rule[Any], example: Any) -> list[str]:
    return list(example_faults(rule, example, REGISTRY))
