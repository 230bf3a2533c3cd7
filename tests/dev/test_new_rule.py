"""A new rule is one file, and that file is a rule once its gaps are filled."""

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

from hullmark.linter.dev.__main__ import main
from hullmark.linter.dev.template import RuleNameError, new_rule, text
from hullmark.linter.dev.trial import example_faults
from hullmark.linter.rule.modules import rules_in
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.validation import validate


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "checks/rbac").mkdir(parents=True)
    (tmp_path / "checks/rbac/__init__.py").write_text('"""Roles."""\n')
    monkeypatch.setattr("hullmark.linter.dev.__main__.repository", lambda: tmp_path)
    return tmp_path


def test_one_file_is_written(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-rule", "rbac", "loud-role"]) == 0
    assert capsys.readouterr().out == "checks/rbac/loud_role.py\n"
    assert "class LoudRole(" in (checkout / "checks/rbac/loud_role.py").read_text()
    assert (checkout / "checks/rbac/__init__.py").read_text() == '"""Roles."""\n'


def test_new_family_gets_a_docstring_to_fill(checkout: Path) -> None:
    written = new_rule(checkout, "kube_proxy", "loud")
    assert [path.relative_to(checkout).as_posix() for path in written] == [
        "checks/kube_proxy/__init__.py",
        "checks/kube_proxy/loud.py",
    ]
    assert "family kube-proxy" in written[0].read_text()


def test_rule_that_exists_is_left_alone(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_rule(checkout, "rbac", "loud")
    assert main(["new-rule", "rbac", "loud"]) == 2
    assert capsys.readouterr().err == "checks/rbac/loud.py exists\n"


@pytest.mark.parametrize("name", ["Loud", "../loud", "loud/er", "", "-loud", "loud--er", "1loud"])
def test_names_are_dashed_words(checkout: Path, name: str) -> None:
    with pytest.raises(RuleNameError):
        new_rule(checkout, "rbac", name)
    with pytest.raises(RuleNameError):
        new_rule(checkout, name, "loud")
    assert [path.name for path in checkout.rglob("*.py")] == ["__init__.py"]


def test_gaps_are_faults_until_they_are_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = text("privileged-thing")
    ast.parse(template)
    assert template.count("TODO") >= 6
    filled = (
        template.replace("TODO state the fact in at most 60 characters, with a full stop.", "Thing is privileged.")
        .replace("TODO say what an attacker gains.", "It may do everything.")
        .replace("TODO say what to type instead.", "Remove it.")
        .replace("{TODO: true}  # ! part of the message", "{privileged: true}  # ! has all rights")
        .replace("{TODO: false}", "{privileged: false}")
        .replace("TODO says what is wrong, lower case, no full stop", "has all rights")
    )
    faults = _faults(tmp_path, "privileged_thing", template, monkeypatch)
    assert any("example 1" in fault for fault in faults)
    assert _faults(tmp_path, "privileged_thing", filled, monkeypatch) == []


def _faults(folder: Path, name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is wrong with a rule file, as validation and its trial tell."""
    full = f"hullmark.checks.house.{name}"
    path = folder / f"{name}.py"
    path.write_text(code)
    spec = importlib.util.spec_from_file_location(full, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, full, module)
    spec.loader.exec_module(module)
    (rule,) = rules_in(module)
    registry = Registry.of([rule])
    trials = [
        f"example {number}: {fault}"
        for number, example in enumerate((*rule.bad, *rule.good), start=1)
        for fault in example_faults(rule, example, registry)
    ]
    return validate([rule]) + trials
