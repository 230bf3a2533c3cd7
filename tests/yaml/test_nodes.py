"""Nodes: what they hold, where they stand, and how they travel."""

import pickle

import pytest

from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar, Sequence
from hullmark.linter.yaml.trees import to_python, walk


def _root(text: str) -> Node:
    root = documents(Source("x.yaml", text))[0].root
    assert root is not None
    return root


def _mapping(text: str) -> Mapping:
    root = _root(text)
    assert isinstance(root, Mapping)
    return root


def _sequence(node: Node | None) -> Sequence:
    assert isinstance(node, Sequence)
    return node


TEXT = """\
# head
name: web   # comment
list:
- 1
- "two"   # comment

# between
-

flow: {a: [1, 2], b: }
text: |
  one

  two


# tail
last:
"""


def test_spans_are_tight() -> None:
    root = _mapping(TEXT)
    written = {entry.name: TEXT[entry.value.start : entry.value.end] for entry in root.entries}
    assert written == {
        "name": "web",
        "list": '- 1\n- "two"   # comment\n\n# between\n-',
        "flow": "{a: [1, 2], b: }",
        "text": "|\n  one\n\n  two",
        "last": "",
    }
    assert TEXT[root.start : root.end] == TEXT.removeprefix("# head\n").removesuffix("\n")


def test_empty_value_stands_behind_its_indicator() -> None:
    root = _mapping(TEXT)
    last = root.get("last")
    assert last is not None
    assert last.span == Span(len(TEXT) - 1, len(TEXT) - 1)
    item = _sequence(root.get("list")).items[2]
    assert TEXT[item.start - 1] == "-"
    assert item.start == item.end


def test_entry_spans_from_key_to_value() -> None:
    root = _mapping(TEXT)
    entry = root.entry("flow")
    assert entry is not None
    assert TEXT[entry.span.start : entry.span.end] == "flow: {a: [1, 2], b: }"
    assert (entry.name, entry.key.value, entry.is_alias, entry.is_merge) == ("flow", "flow", False, False)


def test_styles_and_plainness() -> None:
    root = _mapping("a: 1\nb: '1'\nc: \"1\"\nd: |\n  1\ne: >\n  1\nf: !!str 1\ng: ! 1\n")
    found = {entry.name: (entry.value.style, entry.value.is_plain, entry.value.resolved) for entry in root.entries}  # type: ignore[union-attr]
    assert found == {
        "a": ("", True, 1),
        "b": ("'", False, "1"),
        "c": ('"', False, "1"),
        "d": ("|", False, "1\n"),
        "e": (">", False, "1\n"),
        "f": ("", False, "1"),
        "g": ("", False, "1"),
    }


@pytest.mark.parametrize(
    ("text", "written", "tag"),
    [
        ("&a !!str x", "x", "tag:yaml.org,2002:str"),
        ("!local {a: 1}", "{a: 1}", "!local"),
        ("!<tag:x> [1]", "[1]", "tag:x"),
        ("! 'q'", "'q'", None),
        ("&a\n# c\nk: v", "k: v", None),
        ("&m\n&k k: v", "&k k: v", None),
        ("&a\n  - 1\n", "- 1", None),
        ("!!str", "", "tag:yaml.org,2002:str"),
        ("!!str |\n  x\n", "|\n  x", "tag:yaml.org,2002:str"),
    ],
)
def test_anchor_and_tag_are_not_part_of_the_span(text: str, written: str, tag: str | None) -> None:
    root = _root(text)
    assert (text[root.start : root.end], root.tag) == (written, tag)
    assert pickle.loads(pickle.dumps(root)).span == root.span


def test_keys_become_text_as_in_json() -> None:
    root = _mapping("on: 1\n010: 2\n'on': 3\n1.50: 4\n")
    assert root.keys == ("true", "8", "on", "1.5")
    assert [entry.key.value for entry in root.entries] == ["on", "010", "on", "1.50"]
    assert "on" in root
    assert "off" not in root


def test_last_duplicate_wins_and_every_duplicate_is_told() -> None:
    root = _mapping("a: 1\nb: 2\n'a': 3\nyes: 4\ntrue: 5\na: 6\n")
    assert to_python(root) == {"a": 6, "b": 2, "true": 5}
    assert root.keys == ("a", "b", "true")
    assert [(first.key.start, later.key.start) for first, later in root.duplicates] == [(0, 10), (17, 24), (0, 32)]
    assert len(root.written) == 6
    assert len(root.entries) == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x: &x {a: 1, b: 2}\nm: {<<: *x, b: 3}\n", {"a": 1, "b": 3}),
        ("x: &x {a: 1, b: 2}\nm: {b: 3, <<: *x}\n", {"a": 1, "b": 2}),
        ("x: &x {a: 1}\nz: &z {a: 2, c: 3}\nm: {<<: [*x, *z]}\n", {"a": 1, "c": 3}),
        ("x: &x {a: 1}\nz: &z {<<: *x, c: 3}\nm: {<<: *z}\n", {"a": 1, "c": 3}),
        ("m: {<<: {a: 1}, <<: {a: 2}}\n", {"a": 2}),
        ("m: {'<<': {a: 1}}\n", {"<<": {"a": 1}}),
        ("m: {!!merge <<: {a: 1}}\n", {"a": 1}),
        ("m: {<<: [], b: 1}\n", {"b": 1}),
    ],
)
def test_merge_keys_are_applied_in_the_order_of_the_document(text: str, value: object) -> None:
    """As go-yaml 2 does: what stands below overwrites what stands above, whether it is merged or explicit."""
    merged = _mapping(text).get("m")
    assert merged is not None
    assert to_python(merged) == value
    assert to_python(pickle.loads(pickle.dumps(merged))) == value


def test_merge_keys_are_seen_as_written_too() -> None:
    text = "x: &x {a: 1}\nm:\n  b: 2\n  <<: *x\n"
    merged = _mapping(text).get("m")
    assert isinstance(merged, Mapping)
    (merge,) = merged.merges
    assert (text[merge.key.start : merge.key.end], text[merge.place.start : merge.place.end]) == ("<<", "*x")
    assert [entry.name for entry in merged.written] == ["b", "<<"]
    assert merged.duplicates == ()
    inherited = merged.entry("a")
    assert inherited is not None
    assert inherited.key.start == text.index("a: 1")


def test_long_chain_of_merges_needs_no_recursion() -> None:
    chain = "".join(f"m{n}: &m{n}\n  <<: *m{n - 1}\n  k{n}: {n}\n" for n in range(1, 60))
    last = _mapping("m0: &m0 {k0: 0}\n" + chain).get("m59")
    assert isinstance(last, Mapping)
    assert len(last.entries) == 60


ALIASED = """\
a: &one [1, {b: 2}]
b: *one
c:
  - *one
  - x
  - &two w
  - *two
d: {e: *two, f: [*one , *two]}
*two : *one
"""


def test_node_behind_an_alias_is_shared_and_the_use_has_a_place() -> None:
    root = _mapping(ALIASED)
    first = root.get("a")
    assert root.get("b") is first
    assert _sequence(root.get("c")).items[0] is first
    places = {entry.name: ALIASED[entry.place.start : entry.place.end] for entry in root.entries}
    assert places["b"] == "*one"
    assert places["a"] == "[1, {b: 2}]"
    assert places["w"] == "*one"
    assert [entry.name for entry in root.entries if entry.is_alias] == ["b", "w"]
    c = _sequence(root.get("c"))
    assert [ALIASED[p.start : p.end] for p in map(c.place, range(4))] == ["*one", "x", "w", "*two"]
    assert ALIASED[c.start : c.end] == "- *one\n  - x\n  - &two w\n  - *two"
    d = root.get("d")
    assert isinstance(d, Mapping)
    assert [ALIASED[e.place.start : e.place.end] for e in d.entries] == ["*two", "[*one , *two]"]
    assert ALIASED[root.start : root.end] == ALIASED.rstrip("\n")


def test_pickled_node_is_the_same_tree() -> None:
    root = _mapping(ALIASED)
    thawed = pickle.loads(pickle.dumps(root))
    assert thawed.get("b") is thawed.get("a")
    assert [entry.place for entry in thawed.entries] == [entry.place for entry in root.entries]
    assert [(type(n), n.span) for n in walk(thawed)] == [(type(n), n.span) for n in walk(root)]
    assert pickle.dumps(pickle.loads(pickle.dumps(thawed))) == pickle.dumps(thawed)


def test_pickled_subtree_is_independent_of_the_text() -> None:
    text = "a:\n  b: [x, 'y']\n" + "z: " + "long " * 1000 + "\n"
    node = _mapping(text).get("a")
    data = pickle.dumps(node)
    assert len(data) < 300
    assert b"long" not in data


def test_pickled_entry_keeps_key_value_and_place() -> None:
    entry = _mapping(ALIASED).entry("b")
    assert entry is not None
    thawed = pickle.loads(pickle.dumps(entry))
    assert (thawed.name, thawed.key.span, thawed.place) == (entry.name, entry.key.span, entry.place)
    assert to_python(thawed.value) == to_python(entry.value)
    assert b"&two" not in pickle.dumps(entry)


def test_deepest_tree_that_is_read_can_be_pickled() -> None:
    text = "[" * 200 + "]" * 200
    assert to_python(pickle.loads(pickle.dumps(_root(text)))) == to_python(_root(text))
    deep = "\n".join(" " * n + "a:" for n in range(199))
    assert pickle.loads(pickle.dumps(_root(deep))).span == _root(deep).span


def test_walk_visits_each_node_once_in_order() -> None:
    assert [type(node).__name__ for node in walk(_root("- &a [1]\n- *a\n- {b: *a, c: 2}\n"))] == [
        "Sequence",
        "Sequence",
        "Scalar",
        "Mapping",
        "Scalar",
    ]


def test_lookup_touches_one_level_only() -> None:
    root = _mapping("a:\n  b:\n    c: 1\nd: 2\n")
    below = root.get("a")
    assert isinstance(below, Mapping)
    assert below._written is None
    assert root.get("x") is None
    assert root.entry("x") is None


def test_nodes_are_true_and_compared_by_identity() -> None:
    root = _mapping("a: {}\nb: []\nc: ''\n")
    assert all(root.get(key) for key in "abc")
    assert _root("a") != _root("a")


def test_invalid_keys_are_left_out_and_told() -> None:
    text = "a: 1\n~: 2\n? [x]\n: 3\n? {y: 1}\n: 4\n"
    root = _mapping(text)
    assert to_python(root) == {"a": 1}
    assert [text[key.start : key.end] for key in root.invalid_keys] == ["~", "[x]", "{y: 1}"]


def test_node_classes_can_be_matched() -> None:
    for text, expected in (("a", "scalar"), ("a: 1", "mapping"), ("- a", "sequence")):
        match _root(text):
            case Scalar(value=value):
                assert (expected, value) == ("scalar", "a")
            case Mapping(flow=flow):
                assert (expected, flow) == ("mapping", False)
            case Sequence(items=items):
                assert (expected, len(items)) == ("sequence", 1)
