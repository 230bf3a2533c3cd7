"""Subjects of bundles say in which kinds they occur, so that a run need not import what cannot occur."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from hullmark.linter.engine.api import lint_texts
from hullmark.linter.model.subject import BundleSubject
from hullmark.linter.rule.registry import Registry

# What a bundle as a whole is asked, whatever is in it.
WHOLE = {"hullmark.linter.model.bundle:Bundle"}


def _subjects(repository: Path) -> list[Any]:
    rows = json.loads((repository / "schemas" / "rules.json").read_text())["subjects"]
    found = [name.partition(":") for name, scope, *_ in rows if scope == "bundle" and name not in WHOLE]
    return [getattr(import_module(module), name) for module, _, name in found]


def test_every_subject_of_a_bundle_says_its_kinds(repository: Path) -> None:
    subjects = _subjects(repository)
    assert subjects
    for subject in subjects:
        assert issubclass(subject, BundleSubject)
        assert getattr(subject, "kinds", None), (
            f"{subject.__qualname__}: declare `kinds`, of which one has to be in a bundle"
        )


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n", "hullmark.linter.model.network"),
        ("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n", "hullmark.linter.model.rbac.written"),
    ],
)
def test_what_cannot_occur_is_not_asked(text: str, unwanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def remember(module: str) -> Any:
        asked.append(module)
        return import_module(module)

    monkeypatch.setattr("hullmark.linter.engine.dispatch.import_module", remember)
    lint_texts({"a.yaml": text}, Registry.packaged())
    assert asked
    assert not [module for module in asked if module.startswith(unwanted)]


def test_beside_unknown_kinds_every_subject_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def remember(module: str) -> Any:
        asked.append(module)
        return import_module(module)

    monkeypatch.setattr("hullmark.linter.engine.dispatch.import_module", remember)
    lint_texts({"a.yaml": "apiVersion: robots.example/v1\nkind: Robot\nmetadata: {name: a}\n"}, Registry.packaged())
    assert {"hullmark.linter.model.network.subjects", "hullmark.linter.model.rbac.written"} <= set(asked)


def test_pods_of_kinds_that_nobody_knows_are_judged_by_packaged_rules() -> None:
    text = (
        "apiVersion: robots.example/v1\nkind: Robot\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n"
        "      containers:\n        - {name: a, image: 'a:1.0.0', securityContext: {privileged: true}}\n"
    )
    report = lint_texts({"a.yaml": text}, Registry.packaged())
    assert "workload/privileged-container" in {finding.rule for finding in report.findings}
