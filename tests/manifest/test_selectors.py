"""Label selectors against a naive reading of the API documentation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import documents


def selector(text: str) -> LabelSelector:
    source = Source("selector.yaml", text)
    (document,) = documents(source)
    return LabelSelector(Cursor(source, document.root, None, Span(0, 0)))


def oracle(wanted: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """The API documentation, sentence by sentence."""
    for key, value in wanted.get("matchLabels", {}).items():
        if key not in labels or labels[key] != value:
            return False
    for expression in wanted.get("matchExpressions", []):
        key, values = expression["key"], expression.get("values", [])
        has = key in labels
        if expression["operator"] == "In" and not (has and labels[key] in values):
            return False
        if expression["operator"] == "NotIn" and has and labels[key] in values:
            return False
        if expression["operator"] == "Exists" and not has:
            return False
        if expression["operator"] == "DoesNotExist" and has:
            return False
    return True


KEYS = st.sampled_from(["app", "tier", "x/y"])
VALUES = st.sampled_from(["", "a", "b", "true"])
LABELS = st.dictionaries(KEYS, VALUES)
EXPRESSIONS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries(
        {"key": KEYS, "operator": st.sampled_from(["In", "NotIn"]), "values": st.lists(VALUES, min_size=1, max_size=3)}
    ),
    st.fixed_dictionaries(
        {"key": KEYS, "operator": st.sampled_from(["Exists", "DoesNotExist"])},
        optional={"values": st.just([])},
    ),
)
SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(EXPRESSIONS, max_size=3)}
)


@given(SELECTORS, LABELS)
def test_agrees_with_the_documentation(wanted: dict[str, Any], labels: dict[str, str]) -> None:
    read = selector(json.dumps(wanted))
    assert read.matches(labels) is oracle(wanted, labels)
    if read.is_empty:
        assert oracle(wanted, labels)


@given(SELECTORS)
def test_empty_selector_is_the_one_that_demands_nothing(wanted: dict[str, Any]) -> None:
    assert selector(json.dumps(wanted)).is_empty == (not any(wanted.values()))


@given(SELECTORS, LABELS, LABELS)
def test_labels_under_other_keys_do_not_matter(
    wanted: dict[str, Any], one: dict[str, str], two: dict[str, str]
) -> None:
    read = selector(json.dumps(wanted))
    same = {key: one[key] for key in one if key in read.keys}
    other = {**{key: two[key] for key in two if key not in read.keys}, **same}
    assert read.matches(one) == read.matches(other)


@pytest.mark.parametrize(
    "text",
    [
        "{matchLabels: {app: 1}}",
        "{matchLabels: {app: '{{ x }}'}}",
        "{matchLabels: [app]}",
        "{matchExpressions: {key: app}}",
        "{matchExpressions: [{key: app, operator: Near, values: [a]}]}",
        "{matchExpressions: [{key: app, operator: In}]}",
        "{matchExpressions: [{key: app, operator: In, values: []}]}",
        "{matchExpressions: [{key: app, operator: In, values: ['${x}']}]}",
        "{matchExpressions: [{key: app, operator: Exists, values: [a]}]}",
        "{matchExpressions: [{operator: Exists}]}",
        "[]",
        "text",
    ],
)
def test_what_the_api_refuses_matches_nothing_for_sure(text: str) -> None:
    assert selector(text).matches({"app": "a"}) is None
    assert not selector(text).is_empty


def test_demand_that_fails_decides_beside_one_that_is_unknown() -> None:
    assert selector("{matchLabels: {app: '{{ x }}', tier: web}}").matches({"tier": "db"}) is False
    assert selector("{matchLabels: {app: '{{ x }}', tier: web}}").matches({"tier": "web"}) is None


def test_null_demands_nothing() -> None:
    assert selector("{matchLabels: null, matchExpressions: ~}").is_empty
    assert selector("{matchLabels: null, matchExpressions: ~}").matches({}) is True
