"""Edits: what they change, and that they change nothing else."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.text import Source, Span
from hullmark.linter.yaml import writing
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.edit import (
    Conflict,
    Edit,
    apply,
    deleted_entry,
    deleted_item,
    inserted_entry,
    revalued,
    rewritten,
)
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar, Sequence
from hullmark.linter.yaml.trees import Plain, to_python, walk


def _at(source: Source, path: str) -> Node:
    node: Node | None = documents(source)[0].root
    for step in path.split(".") if path else []:
        if isinstance(node, Sequence):
            node = node.items[int(step)]
        else:
            assert isinstance(node, Mapping)
            node = node.get(step)
    assert node is not None
    return node


def _applied(text: str, edit: Edit | None) -> str | None:
    if edit is None:
        return None
    found = apply(text, [edit])
    assert isinstance(found, str)
    return found


def _without(text: str, path: str) -> str | None:
    source = Source("x.yaml", text)
    above, _, last = path.rpartition(".")
    owner = _at(source, above)
    if isinstance(owner, Sequence):
        return _applied(text, deleted_item(source, owner, int(last)))
    assert isinstance(owner, Mapping)
    entry = owner.entry(last)
    assert entry is not None
    return _applied(text, deleted_entry(source, owner, entry))


def _with(text: str, path: str, key: str, value: Plain) -> str | None:
    source = Source("x.yaml", text)
    owner = _at(source, path)
    assert isinstance(owner, Mapping)
    return _applied(text, inserted_entry(source, owner, key, value))


def test_edits_are_applied_together() -> None:
    edits = [Edit(Span(4, 5), "X"), Edit(Span(0, 1), ""), Edit(Span(2, 2), "_"), Edit(Span(4, 5), "X")]
    assert apply("abcdef", edits) == "b_cdXf"
    assert apply("abc", []) == "abc"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Edit(Span(0, 3), "x"), Edit(Span(2, 4), "y")),
        (Edit(Span(1, 2), "x"), Edit(Span(1, 2), "y")),
        (Edit(Span(1, 1), "x"), Edit(Span(1, 1), "y")),
        (Edit(Span(0, 4), ""), Edit(Span(2, 2), "y")),
        (Edit(Span(1, 1), "x"), Edit(Span(1, 2), "y")),
    ],
)
def test_edits_that_exclude_each_other_are_a_conflict(first: Edit, second: Edit) -> None:
    assert apply("abcdef", [second, first]) == Conflict(first, second)


@pytest.mark.parametrize(
    ("text", "value", "changed"),
    [
        ("a: true # c\n", False, "a: false # c\n"),
        ("a: 'true'\n", False, "a: false\n"),
        ("a: 'x'\n", "y's", "a: 'y''s'\n"),
        ('a: "x"\n', "y", 'a: "y"\n'),
        ("a: x\n", "z", "a: z\n"),
        ("a: x\n", "yes", 'a: "yes"\n'),
        ("a: x\n", "10", 'a: "10"\n'),
        ("a: x\n", "a: b", 'a: "a: b"\n'),
        ("a: x\n", "", 'a: ""\n'),
        ("a: 'x'\n", "y\n", 'a: "y\\n"\n'),
        ("a: x\n", "é😀\x85", 'a: "é😀\\u0085"\n'),
        ("a: &b !t x\n", "z", "a: &b !t z\n"),
        ("a: |\n  x\nb: 1\n", "z", "a: z\nb: 1\n"),
        ("a:\nb: 1\n", 5, "a: 5\nb: 1\n"),
        ("a: # c\nb: 1\n", None, "a: null # c\nb: 1\n"),
        ("a: http://x:80\n", "nginx:1.27", "a: nginx:1.27\n"),
        ("{a: x, b: 1}\n", "y,z", '{a: "y,z", b: 1}\n'),
    ],
)
def test_value_is_replaced_in_its_style(text: str, value: str | int | bool | None, changed: str) -> None:
    source = Source("x.yaml", text)
    scalar = _at(source, "a")
    assert isinstance(scalar, Scalar)
    assert _applied(text, revalued(source, scalar, value)) == changed
    assert to_python(_at(Source("x.yaml", changed), "a")) == value


def test_node_is_rewritten_as_given() -> None:
    text = "a:\n  b: 1\nc: 2\n"
    source = Source("x.yaml", text)
    assert _applied(text, rewritten(source, _at(source, "a"), "{}")) == "a:\n  {}\nc: 2\n"


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ("a: 1\nb: 2\n", "a", "b: 2\n"),
        ("a: 1\nb: 2 # c\n", "b", "a: 1\n"),
        ("a: 1\nb: 2", "b", "a: 1"),
        ("a: 1\r\nb: 2\r\nc: 3", "c", "a: 1\r\nb: 2"),
        ("a: 1\r\nb: 2\r\n", "a", "b: 2\r\n"),
        ("# x\na:\n  b: 1\n  # in\n  c: 2 # c\n# y\nd: 3\n", "a", "# x\n# y\nd: 3\n"),
        ("a: |\n  x\n\n  y\nb: 1\n", "a", "b: 1\n"),
        ("a: 1\n", "a", "{}\n"),
        ("x:\n  a: 1 # c\ny: 2\n", "x.a", "x:\n  {} # c\ny: 2\n"),
        ("x:\n- a: 1\n  # about b\n  b: 2\n", "x.0.a", "x:\n- # about b\n  b: 2\n"),
        ("x:\n- a: 1\n  b: 2\n- c: 3\n", "x.0.a", "x:\n- b: 2\n- c: 3\n"),
        ("x:\n- a: 1\n  b: 2\n- c: 3\n", "x.0.b", "x:\n- a: 1\n- c: 3\n"),
        ("x:\n-   a: 1\n    b: 2\n", "x.0.a", "x:\n-   b: 2\n"),
        ("a:\nb: 2\n", "a", "b: 2\n"),
        ("a: &x 1\nb: *x # c\nc: 2\n", "b", "a: &x 1\nc: 2\n"),
        ("{a: 1, b: 2, c: 3}\n", "a", "{b: 2, c: 3}\n"),
        ("{a: 1, b: 2, c: 3}\n", "b", "{a: 1, c: 3}\n"),
        ("{a: 1, b: 2, c: 3}\n", "c", "{a: 1, b: 2}\n"),
        ("{a: 1, b: 2,}\n", "b", "{a: 1,}\n"),
        ("{ a: 1, }\n", "a", "{}\n"),
        ('{\n  "a": 1,\n  "b": {"c": 2}\n}\n', "b", '{\n  "a": 1\n}\n'),
        ('{\n  "a": 1,\n  "b": {"c": 2}\n}\n', "a", '{\n  "b": {"c": 2}\n}\n'),
        ("{a: 1, # c\n b: 2}\n", "a", "{b: 2}\n"),
        ("? a\n: 1\nb: 2\n", "a", None),
        ("&k a: 1\nb: 2\n", "a", None),
        ("{a: 1, ? b : 2}\n", "b", None),
        ("{a: 1, &x b: 2}\n", "a", None),
        ("- 1\n- 2 # c\n- 3\n", "1", "- 1\n- 3\n"),
        ("- 1\n- a: 1\n  b: 2\n# c\n- 3\n", "1", "- 1\n# c\n- 3\n"),
        ("-\n-  # c\n- x\n", "1", "-\n- x\n"),
        ("x:\n  - 1\n", "x.0", "x:\n  []\n"),
        ("- - a\n  - b\n- c\n", "0.0", "- - b\n- c\n"),
        ("- - a\n  - b\n- c\n", "0.1", "- - a\n- c\n"),
        ("- &x a\n- *x\n- b", "1", "- &x a\n- b"),
        ("- !t |\n  x\n\n- b\n", "0", "\n- b\n"),
        ("[1, 2, 3]", "0", "[2, 3]"),
        ("[1, [2], 3]", "1", "[1, 3]"),
        ("[1]", "0", "[]"),
    ],
)
def test_deletion_takes_the_line_and_leaves_the_rest(text: str, path: str, left: str | None) -> None:
    assert _without(text, path) == left


@pytest.mark.parametrize(
    ("text", "path", "changed"),
    [
        ("a: 1\n", "", "a: 1\nk: v\n"),
        ("a: 1", "", "a: 1\nk: v"),
        ("a: 1 # c\n# d\n", "", "a: 1 # c\nk: v\n# d\n"),
        ("a: 1\r\nb: 2\r\n", "", "a: 1\r\nb: 2\r\nk: v\r\n"),
        ("x:\n    a:\n      - 1\ny: 2\n", "x", "x:\n    a:\n      - 1\n    k: v\ny: 2\n"),
        ("x:\n- a: 1\n- b: 2\n", "x.0", "x:\n- a: 1\n  k: v\n- b: 2\n"),
        ("x:\n-   a: 1\n", "x.0", "x:\n-   a: 1\n    k: v\n"),
        ("- - a: 1\n", "0.0", "- - a: 1\n    k: v\n"),
        ("x:\n  a: |\n    text\n\ny: 1\n", "x", "x:\n  a: |\n    text\n  k: v\n\ny: 1\n"),
        ("x:\n  a: |+\n    text\n\ny: 1\n", "x", "x:\n  k: v\n  a: |+\n    text\n\ny: 1\n"),
        ("x:\n- a:\n    b: >+\n      text\n\n", "x.0", "x:\n- k: v\n  a:\n    b: >+\n      text\n\n"),
        ("a:\n", "", "a:\nk: v\n"),
        ("x: &m\n  a: 1\n", "x", "x: &m\n  a: 1\n  k: v\n"),
        ("x: {}\n", "x", "x: {k: v}\n"),
        ("x: {a: 1}\n", "x", "x: {a: 1, k: v}\n"),
        ("x: { a: 1 }\n", "x", "x: { a: 1, k: v }\n"),
        ('{"a": 1}', "", '{"a": 1, "k": "v"}'),
        ('{\n  "a": {\n    "b": 1\n  }\n}\n', "a", '{\n  "a": {\n    "b": 1,\n    "k": "v"\n  }\n}\n'),
        ("{a: 1,}\n", "", None),
        ("? a\n: 1\n", "", None),
    ],
)
def test_insertion_follows_the_style_of_the_mapping(text: str, path: str, changed: str | None) -> None:
    assert _with(text, path, "k", "v") == changed


def test_inserted_collections_are_indented() -> None:
    value: Plain = {"b": {"c": [1, {"d": "x", "e": []}], "f": {}}}
    assert _with("x:\n  - a: 1\n", "x.0", "k", value) == (
        "x:\n  - a: 1\n    k:\n      b:\n        c:\n"
        "          - 1\n          - d: x\n            e: []\n        f: {}\n"
    )
    assert _with("x: {a: 1}\n", "x", "k", value) == "x: {a: 1, k: {b: {c: [1, {d: x, e: []}], f: {}}}}\n"


PLAIN: st.SearchStrategy[Plain] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=6)
    | st.sampled_from(["on", "1", "~", "a: b"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=4), below, max_size=3),
    max_leaves=10,
)
OBJECT = st.dictionaries(st.text(max_size=4), PLAIN, min_size=1, max_size=4)


@given(PLAIN)
def test_written_data_is_read_back(value: Plain) -> None:
    for text in ("\n".join(writing.block(value)), writing.flow(value), "x: " + writing.flow(value, as_json=True)):
        (document,) = documents(Source("x.yaml", text))
        assert document.problems == ()
        assert document.root is not None
        found = to_python(document.root)
        assert found == ({"x": value} if text.startswith("x: ") else value)


def _commented(lines: list[str], numbers: list[int]) -> str:
    """The lines with a comment behind some of them and above others."""
    parts = []
    for number, line in enumerate(lines):
        choice = numbers[number % len(numbers)] if numbers else 0
        parts += [f"  # above {number}"] if choice == 1 else []
        parts.append(f"{line}  # behind {number}" if choice == 2 else line)
    return "\n".join(parts) + "\n"


def _owners(root: Node) -> list[Mapping | Sequence]:
    return [
        node for node in walk(root) if not isinstance(node, Scalar) and (not isinstance(node, Sequence) or node.items)
    ]


PICK = st.integers(0, 1000)
NUMBERS = st.lists(st.integers(0, 2), max_size=7)


def _edited(text: str, pick: int, change: Callable[[Source, Mapping | Sequence], tuple[Edit | None, Plain]]) -> None:
    """Apply one change somewhere: values must be as the same change of plain data makes them, comments must stay."""
    source = Source("x.yaml", text)
    root = documents(source)[0].root
    assert root is not None
    owners = _owners(root)
    if not owners:
        return
    owner = owners[pick % len(owners)]
    edit, expected = change(source, owner)
    if edit is None:
        return
    changed = apply(text, [edit])
    assert isinstance(changed, str)
    document, *rest = documents(Source("x.yaml", changed))
    assert document.problems == ()
    assert all(other.empty for other in rest)  # a comment behind JSON
    assert document.root is not None
    after = _owners(document.root)
    whole = [to_python(node) for node in after]
    assert expected in whole or expected == []
    gone = set(re.findall(r"# \w+ \d+", text)) - set(re.findall(r"# \w+ \d+", changed))
    deleted = source.slice(edit.span)
    assert all(comment in deleted for comment in gone)
    assert to_python(document.root) == _replaced(to_python(root), root, owner, expected)


def _replaced(value: Plain, root: Node, owner: Node, expected: Plain) -> Plain:
    if root is owner:
        return expected
    if isinstance(root, Mapping) and isinstance(value, dict):
        return {e.name: _replaced(value[e.name], e.value, owner, expected) for e in root.entries}
    if isinstance(root, Sequence) and isinstance(value, list):
        return [_replaced(v, item, owner, expected) for v, item in zip(value, root.items, strict=True)]
    return value


@given(OBJECT, NUMBERS, PICK, PICK)
def test_deleting_anything_leaves_everything_else(
    value: dict[str, Plain], numbers: list[int], pick: int, which: int
) -> None:
    def change(source: Source, owner: Mapping | Sequence) -> tuple[Edit | None, Plain]:
        before = to_python(owner)
        if isinstance(owner, Sequence):
            assert isinstance(before, list)
            position = which % len(before)
            return deleted_item(source, owner, position), before[:position] + before[position + 1 :]
        assert isinstance(before, dict)
        if not before:
            return None, before
        entry = owner.entries[which % len(before)]
        return deleted_entry(source, owner, entry), {k: v for k, v in before.items() if k != entry.name}

    _edited(_commented(writing.block(value), numbers), pick, change)
    _edited(writing.flow(value), pick, change)


@given(OBJECT, NUMBERS, PICK, st.text(max_size=4), PLAIN)
def test_inserting_anything_leaves_everything_else(
    value: dict[str, Plain], numbers: list[int], pick: int, key: str, new: Plain
) -> None:
    def change(source: Source, owner: Mapping | Sequence) -> tuple[Edit | None, Plain]:
        before = to_python(owner)
        if not isinstance(owner, Mapping) or not isinstance(before, dict) or key in before:
            return None, before
        return inserted_entry(source, owner, key, new), {**before, key: new}

    _edited(_commented(writing.block(value), numbers), pick, change)
    _edited(writing.flow(value), pick, change)
    _edited(writing.flow(value, as_json=True), pick, change)
