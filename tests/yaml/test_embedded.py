"""Documents inside scalars: values of the inside, places of the file."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.text import Source
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.embedded import EmbeddedDocument, embedded
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar
from hullmark.linter.yaml.trees import to_python, walk


def _scalar(source: Source, *path: str) -> Scalar:
    node: Node | None = documents(source)[0].root
    for key in path:
        assert isinstance(node, Mapping)
        node = node.get(key)
    assert isinstance(node, Scalar)
    return node


def _inside(text: str, *path: str) -> tuple[Source, tuple[EmbeddedDocument, ...]]:
    source = Source("x.yaml", text)
    return source, embedded(_scalar(source, *path), source)


def _written(source: Source, document: EmbeddedDocument) -> list[str]:
    assert document.root is not None
    return [source.slice(node.span) for node in walk(document.root) if isinstance(node, Scalar)]


TEXT = """\
data:
  config.yaml: |
    kind: A   # one

    list: [x, "y"]
    deep:
      text: |
        inner: 1
    ---
    kind: B
other: 1
"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("header", ["|", "|-", "|+", "|2", "|2-"])
def test_literal_block_maps_exactly(line_break: str, header: str) -> None:
    source, (first, second) = _inside(
        TEXT.replace("|\n    kind", f"{header}\n    kind").replace("\n", line_break), "data", "config.yaml"
    )
    assert (first.place.exact, first.index, second.index) == (True, 0, 1)
    assert _written(source, first)[:3] == ["A", "x", '"y"']
    assert _written(source, second) == ["B"]
    assert first.source is source
    assert second.root is not None
    assert to_python(second.root) == {"kind": "B"}
    assert source.region(second.root.span) == (10, 5, 10, 12)


def test_documents_are_embedded_in_embedded_documents() -> None:
    source, (first, _) = _inside(TEXT, "data", "config.yaml")
    assert isinstance(first.root, Mapping)
    deep = first.root.get("deep")
    assert isinstance(deep, Mapping)
    text = deep.get("text")
    assert isinstance(text, Scalar)
    (inner,) = embedded(text, source)
    assert _written(source, inner) == ["1"]
    assert inner.root is not None
    assert source.region(inner.root.span) == (8, 9, 8, 17)


@pytest.mark.parametrize(
    ("text", "exact", "written"),
    [
        ('a: "b: 1\\nc: 2"\n', False, '"b: 1\\nc: 2"'),
        ("a: 'b: [1]\n\n  c: 2'\n", False, "'b: [1]\n\n  c: 2'"),
        ("a: '{b: ''1''}'\n", False, "'{b: ''1''}'"),
        ("a: '{b: 1}'\n", True, "1"),
        ('a: "b: 1"\n', True, "1"),
        ("a: b\n", True, "b"),
    ],
)
def test_place_inside_other_scalars_is_exact_or_the_scalar(text: str, exact: bool, written: str) -> None:
    source, (document,) = _inside(text, "a")
    assert document.place.exact is exact
    assert set(_written(source, document)) == {written}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a: >\n  {b: 1,\n  c: 1}\n", ["{b: 1,", "c: 1}"]),
        ("a: >-2\n   {b: 1,\n\n   c: 1}\n", ["{b: 1,", "c: 1}"]),
        ("a: >\n  b: 1\n\n  c:\n    d: 1\n    e: 1\n\n  f: 1\n", ["b: 1", "  d: 1", "  e: 1", "f: 1"]),
        ("a: >\r\n  b: 1\r\n\r\n  c: 1\r\n", ["b: 1", "c: 1"]),
    ],
)
def test_place_inside_a_folded_scalar_is_its_line(text: str, written: list[str]) -> None:
    source, (document,) = _inside(text, "a")
    assert _written(source, document) == written


def test_problem_inside_has_a_place_in_the_file() -> None:
    source, (document,) = _inside("a: |\n  b: 1\n  c: d: e\n", "a")
    (problem,) = document.problems
    assert document.broken
    assert document.root is None
    assert source.region(problem.span) == (3, 7, 3, 8)


def test_json_and_aliases_inside() -> None:
    source, (document,) = _inside('a: |\n  {"b": "\\ud83d\\ude00"}\n', "a")
    assert _written(source, document) == ['"\\ud83d\\ude00"']
    source, (document,) = _inside("a: |\n  x: &x [1]\n  z: *x\n", "a")
    assert isinstance(document.root, Mapping)
    entry = document.root.entry("z")
    assert entry is not None
    assert source.slice(entry.place) == "*x"
    assert document.root.get("x") is entry.value
    assert pickle.loads(pickle.dumps(document.root)).span == document.root.span


def test_empty_scalar_has_no_documents() -> None:
    assert _inside("a: ''\n", "a")[1] == ()
    assert _inside("a: |\n\nb: 1\n", "a")[1] == ()


LINES = st.lists(
    st.sampled_from(["k: v", "  deep: [1, 2]", "# c", "", "- x", "é: '😀'", "a:", "  ", "---", "x: |", "  y"]),
    min_size=1,
    max_size=8,
)


@given(LINES, st.integers(1, 5), st.sampled_from(["\n", "\r\n"]))
def test_every_scalar_inside_a_literal_block_is_sliced_as_written(
    lines: list[str], indent: int, line_break: str
) -> None:
    inner = "\n".join(["first: 1", *lines]) + "\n"
    text = "".join(
        [f"a:{line_break}  b: |{line_break}"]
        + [" " * (indent + 2) + line + line_break if line.strip() else line_break for line in inner.split("\n")]
    )
    source = Source("x.yaml", text)
    for document in embedded(_scalar(source, "a", "b"), source):
        assert document.place.exact
        assert document.root is None or document.inner.root is not None
        if document.root is None or document.inner.root is None:
            continue
        pairs = zip(walk(document.root), walk(document.inner.root), strict=True)
        for outer, inside in pairs:
            assert type(outer) is type(inside)
            if isinstance(inside, Scalar) and "\n" not in document.inner.source.slice(inside.span):
                assert source.slice(outer.span) == document.inner.source.slice(inside.span)
            start = document.inner.source.region(inside.span)
            there = source.region(outer.span)
            assert (there.line - 2, there.column - indent - 2) == (start.line, start.column)
