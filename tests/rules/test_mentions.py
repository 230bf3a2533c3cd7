"""Words that rules look for: what they find mentions one, however it is spelt."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from hullmark.linter.dev.cases import cases
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.dev.trial import settings_of
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Rule

FOLDER = Path(__file__).resolve().parents[1] / "cases"
LISTENING = [rule for rule in shelf().rules if rule.mentions]
CASES: dict[str, list[Example]] = {}
for _case in cases(FOLDER):
    CASES.setdefault(_case.rule, []).append(_case.example)
EACH = pytest.mark.parametrize("rule", LISTENING, ids=lambda rule: rule.id)
KNOWN = Registry.of(shelf().rules)


def _found(rule: Rule[Any], files: Mapping[str, str], example: Example, rules: Registry) -> list[tuple[str, int, str]]:
    settings = settings_of(rule, example, KNOWN)
    report = lint_texts(files, rules, select=(rule.id,), settings=settings, today=example.today)
    return [(each.location.path, each.location.line, each.message) for each in report.findings]


def test_there_are_rules_that_listen() -> None:
    assert len(LISTENING) > 40


@EACH
def test_nothing_is_left_out_for_its_words(rule: Rule[Any]) -> None:
    """Asked as in a run, and asked whatever is written, a rule finds the same: with the words of all others about."""
    run = Registry.of(LISTENING)
    for example in (*rule.bad, *rule.good, *CASES.get(rule.id, ())):
        words, rule.mentions = rule.mentions, ()
        try:
            always = _found(rule, example.files, example, Registry.of([rule]))
        finally:
            rule.mentions = words
        assert _found(rule, example.files, example, run) == always


@EACH
def test_escapes_hide_nothing(rule: Rule[Any]) -> None:
    """Bad examples as JSON in which every character is escaped: whoever decodes it sees what he saw before."""
    seen = 0
    for example in rule.bad:
        files = {path: "---\n".join(_escaped(text)) for path, text in example.files.items()}
        plain = {path: "---\n".join(_plain(text)) for path, text in example.files.items()}
        before = sorted(message for _, _, message in _found(rule, plain, example, Registry.of([rule])))
        after = sorted(message for _, _, message in _found(rule, files, example, Registry.of([rule])))
        assert after == before
        seen += len(before)
    assert seen


def _plain(text: str) -> Iterator[str]:
    for document in YAML(typ="safe", pure=True).load_all(text):
        yield json.dumps(document) + "\n"


def _escaped(text: str) -> Iterator[str]:
    for document in YAML(typ="safe", pure=True).load_all(text):
        yield _spelt(document) + "\n"


def _spelt(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_spelt(str(key))}: {_spelt(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_spelt, value)) + "]"
    return '"' + "".join(f"\\u{ord(each):04x}" for each in value) + '"' if isinstance(value, str) else json.dumps(value)
