"""Rows of a table are rules like others: index, documents and trial take them."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.dev.outputs import docs_of
from hullmark.linter.dev.trial import example_faults
from hullmark.linter.docs.explain import explain_text
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo
from hullmark.linter.rule.index import module_of, packaged_index
from hullmark.linter.rule.modules import dashed, rules_in
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule


def test_row_states_everything_for_itself(table: tuple[Row[Any], ...]) -> None:
    first, second, _ = table
    assert (first.id, first.family, first.title) == ("house/first", "house", "Object is called first.")
    assert (first.why, first.remedy) == ("That is bad.", "Call it otherwise.")
    assert first.profile is not second.profile
    assert Row.severity is Rule.severity
    assert not first.fixable


def test_rows_pass_their_trial(table: tuple[Row[Any], ...]) -> None:
    registry = Registry.of(table)
    faults = [
        fault for row in table for example in (*row.bad, *row.good) for fault in example_faults(row, example, registry)
    ]
    assert faults == []


def test_row_explains_itself(table: tuple[Row[Any], ...]) -> None:
    text = explain_text(RuleDoc.of(table[0]))
    assert text.startswith("house/first\nObject is called first.\n")


@pytest.fixture
def house(table: tuple[Row[Any], ...], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("hullmark.checks.house.names")
    module.RULES = table  # type: ignore[attr-defined]  # that is what makes it a table
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_registry_takes_rows_from_their_table(house: ModuleType, table: tuple[Row[Any], ...]) -> None:
    assert rules_in(house) == table
    infos = {row.id: RuleInfo.of(row, house.__name__) for row in table}
    assert module_of("house/first", "names") == house.__name__
    registry = Registry(packaged_index()._replace(infos=infos), {}, {}, (Registry.packaged, ()))
    assert registry.rule("house/second") is table[1]


def test_every_packaged_rule_is_found_in_its_module() -> None:
    """The index is made from these; a rule that moves into a table keeps its id."""
    found = shelf()
    for doc in docs_of(found):
        assert doc.id in {rule.id for rule in rules_in(sys.modules[doc.info.module])}


def test_class_of_a_table_is_no_rule_by_itself() -> None:
    module = ModuleType("somewhere")
    kind = type("Special", (Row,), {"__module__": "somewhere"})
    vars(module).update(Special=kind, Rule=Rule, text="x", path=Path)
    assert rules_in(module) == ()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("PrivilegedContainer", "privileged-container"),
        ("DNSPolicy", "dns-policy"),
        ("IPv4Only", "i-pv4-only"),
        ("A", "a"),
    ],
)
def test_class_names_become_ids(name: str, written: str) -> None:
    assert dashed(name) == written
