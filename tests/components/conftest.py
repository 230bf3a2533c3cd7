"""Judging texts by the rules about components, without the engine."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.rule.rule import Rule
from hullmark.linter.text import Source
from tests.components.node_carriers import CARRIERS

FAMILIES = (
    "admission",
    "apiserver",
    "audit",
    "controller_manager",
    "encryption",
    "etcd",
    "kube_proxy",
    "kubelet",
    "scheduler",
)
CUSTOM = ("apiserver.identity", "etcd.shadowed", "admission.plugin_list")
Judge = Callable[..., list[tuple[str, int]]]


@pytest.fixture(scope="session")
def rows() -> list[Rule[Any]]:
    """Every rule that is a row of the settings table."""
    modules = [f"{family}.settings" for family in FAMILIES] + list(CUSTOM)
    return [rule for module in modules for rule in import_module(f"hullmark.checks.{module}").RULES]


@pytest.fixture(scope="session")
def carriers() -> Any:
    """Every format of the matrix."""
    return CARRIERS


@pytest.fixture(scope="session")
def judge(rows: list[Rule[Any]]) -> Judge:
    """Rule and line of every finding of the rows in a text; `only` is a rule or a family."""

    def found(
        text: str, path: str = "file.yaml", only: str = "", context: Context | None = None
    ) -> list[tuple[str, int]]:
        return sorted(set(_hits(rows, text, path, only, context or Context())))

    return found


def _hits(rules: list[Rule[Any]], text: str, path: str, only: str, context: Context) -> Iterator[tuple[str, int]]:
    manifest = read_manifest(Source(path, text), context)
    for resource in manifest.resources:
        for rule in rules:
            if not rule.id.startswith(only):
                continue
            for subject in rule.subject.of(resource):
                for hit in rule.check(subject):
                    yield rule.id, hit.place.source.region(hit.place.span).line
