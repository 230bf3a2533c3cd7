"""Every rule of the settings table in every format that can carry its setting: one verdict, at the right line."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.aliases import aliases
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.rule.examples import marks, without_marks
from hullmark.linter.rule.rule import Rule
from hullmark.linter.rule.settings.formats import Written
from hullmark.linter.rule.settings.samples import Sample, marked, sample
from hullmark.linter.text import Source

ADDED = {"rke2", "talos", "kops"}
# Their condition is that a setting is there at all, whatever its value.
BY_PRESENCE = {"apiserver/conflicting-auth-settings", "etcd/flags-shadowed-by-config-file"}


class Case(NamedTuple):
    """One generated input with what is due."""

    rule: Rule[Any]
    carrier: Any
    text: str
    due: list[int]


def carries(carrier: Any, component: str, names: list[str]) -> bool:
    if component not in carrier.components:
        return False
    if not carrier.column:
        return all(catalogue.setting(component, name).flags for name in names)
    if carrier.column in ("kops", "kubespray"):
        simple = {
            alias.setting for alias in aliases(component, carrier.column) if not alias.means and len(alias.path) != 2
        }
        return set(names) <= simple
    return set(names) <= set(catalogue.fields(component, carrier.column))


def expected(row: dict[str, Any], carrier: Any, shown: Sample) -> bool:
    """Whether the bad sample fires in this carrier."""
    if row.get("role") and carrier.role != row["role"]:
        return False
    if carrier.origin in row.get("not_origins", ()) or ("flag" in row.get("carriers", ()) and carrier.column):
        return False
    # Another setting would be enough, and nobody knows whether it is set.
    if row["op"] == "any-present" and not carrier.complete:
        return False
    # Ciphers of older versions do not matter to Talos, which demands TLS 1.3.
    if carrier.origin == "talos" and row["op"] == "subset-of" and component_default(row):
        return False
    # An empty text in a typed field is unset, and these origins fill it in or say nothing.
    return not (carrier.column and "" in shown.bad.values())


def component_default(row: dict[str, Any]) -> bool:
    return any("talos" in each.origins for each in catalogue.setting(row["component"], "tls-min-version").defaults)


def cases(rule: Any, carriers: Any) -> Iterator[Case]:
    row, shown = rule.row, rule.about.sample or sample(rule.row)
    component = row["component"]
    names = [*shown.bad, *(name for name in shown.beside if name not in shown.bad)]
    for carrier in carriers:
        if not shown.bad or not carries(carrier, component, [*names, *shown.good]):
            continue
        if carrier.origin in ADDED and row["op"] == "contains":
            continue
        # kOps proves that an audit backend is unset, where other formats leave that open.
        if carrier.origin == "kops" and "" in shown.bad.values():
            continue
        # A list that lacks a name is wrong as a whole: findings point at its key.
        if carrier.column == "kubespray" and row["op"] in ("contains", "custom"):
            continue
        beside = [Written(name, text) for name, text in shown.beside.items()]
        fires = expected(row, carrier, shown)
        wanted = shown.marks if shown.marks is not None else tuple(shown.bad)
        bad = [marked(row, component, name, text, fires and name in wanted) for name, text in shown.bad.items()]
        yield made(rule, carrier, component, [*bad, *beside])
        if row["id"] not in BY_PRESENCE:
            yield made(rule, carrier, component, [Written(name, text) for name, text in shown.good.items()] + beside)
            yield made(rule, carrier, component, [Written(name, "${VALUE}") for name in shown.bad] + beside)


def made(rule: Rule[Any], carrier: Any, component: str, settings: list[Written]) -> Case:
    text = carrier.write(component, settings)
    return Case(rule, carrier, without_marks(text), [mark.line for mark in marks("x", text)])


def lines(case: Case) -> list[int]:
    found = []
    for resource in read_manifest(Source(case.carrier.path, case.text)).resources:
        for subject in case.rule.subject.of(resource):
            for hit in case.rule.check(subject):
                if not hit.message.count("does not"):
                    found.append(hit.place.source.region(hit.place.span).line)
    return sorted(found)


@pytest.fixture(scope="module")
def matrix(rows: list[Any], carriers: Any) -> list[Case]:
    return [case for rule in rows for case in cases(rule, carriers)]


def test_the_matrix_is_large(matrix: list[Case], carriers: Any) -> None:
    assert len(matrix) >= 3000
    assert {case.carrier.name for case in matrix} == {carrier.name for carrier in carriers}


def test_same_verdict_at_the_right_line_in_every_format(matrix: list[Case]) -> None:
    wrong = [case for case in matrix if lines(case) != case.due]
    shown = [
        f"{case.rule.id} in {case.carrier.name}: due {case.due}, found {lines(case)}\n{case.text}" for case in wrong
    ]
    assert not shown, f"{len(shown)} of {len(matrix)}\n" + "\n".join(shown[:40])
