"""JSON documents are read as kubectl reads them, with places."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.text import Source
from hullmark.linter.yaml.documents import Document, documents
from hullmark.linter.yaml.nodes import Mapping, Scalar
from hullmark.linter.yaml.problems import Kind
from hullmark.linter.yaml.trees import to_python, walk


def _read(text: str) -> tuple[Document, ...]:
    return documents(Source("x.json", text))


def _values(text: str) -> list[object]:
    return [None if document.root is None else to_python(document.root) for document in _read(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('\n\t {"a":\t1,\r\n "b":[true,null,-1.5e3]}\n', [{"a": 1, "b": [True, None, -1500]}]),
        ('{"a":1}{"b":2}\n{"c":3}', [{"a": 1}, {"b": 2}, {"c": 3}]),
        ('{"a":1}\n---\n{"b":2}\n---\nc: 3\n', [{"a": 1}, {"b": 2}, {"c": 3}]),
        ('{"a":1}\nb: 2\n', [{"a": 1}, {"b": 2}]),
        ('{"a":1}\n# comment\n', [{"a": 1}, None]),
        ('{"a":1} # comment\n', [{"a": 1}, None]),
        ('{"a":"\\ud83d\\ude00 \\/ \\u00e9"}', [{"a": "😀 / é"}]),
        ('{"a":"\\ud83d"}', [{"a": "\ufffd"}]),
        ('{"\\ud83d\\ude00": {"\\ud83d\\ude01": [1, "x"]}}', [{"😀": {"😁": [1, "x"]}}]),
        ('{"a":"x\u2028y\x85z\x7f\ufeff"}', [{"a": "x\u2028y\x85z\x7f\ufeff"}]),
        ('{"' + "k" * 3000 + '": 1}', [{"k" * 3000: 1}]),
        ('{"a": "on", "on": 1, "<<": {"b": 1}}', [{"a": "on", "on": 1, "<<": {"b": 1}}]),
        ('{"a": 1, "a": 2}', [{"a": 2}]),
        ("{a: 1, b: x:y}", [{"a": 1, "b": "x:y"}]),
        ("{}", [{}]),
        ('{"a": NaN}', [{"a": "NaN"}]),
    ],
)
def test_values(text: str, values: list[object]) -> None:
    assert _values(text) == values
    assert [problem for document in _read(text) for problem in document.problems] == []


def test_text_that_is_no_further_object_is_dropped_aloud() -> None:
    for text, dropped in (('{"a":1} x', "x"), ('{"a":1}{"b":2}\n} more \nx', "} more")):
        source = Source("x.json", text)
        *_, last = documents(source)
        (problem,) = last.problems
        assert (problem.kind, problem.fatal, source.slice(problem.span)) == (Kind.DROPPED, False, dropped)
        assert last.root is not None


def test_broken_json_is_told_as_yaml() -> None:
    (document,) = _read('{"a": 1,, "b" 2}')
    assert document.broken


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=5), below, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.booleans(), st.sampled_from([None, 2, "\t"]))
def test_any_json_object_is_read_with_places(
    value: dict[str, object], ascii_only: bool, indent: int | str | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    source = Source("x.json", text)
    (document,) = documents(source)
    assert document.problems == ()
    root = document.root
    assert root is not None
    assert to_python(root) == json.loads(text)
    for node in walk(root):
        assert json.loads(source.slice(node.span)) == to_python(node)
        if isinstance(node, Mapping):
            assert [json.loads(source.slice(entry.key.span)) for entry in node.written] == list(node.keys)
        if isinstance(node, Scalar):
            assert node.style in ("", '"')
