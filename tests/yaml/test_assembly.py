"""Mappings and sequences put together from parts of a document."""

from hullmark.linter.text import Source
from hullmark.linter.yaml.assembly import assembled, excerpt, joined, part, sequence
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.nodes import Mapping, Sequence
from hullmark.linter.yaml.trees import to_python

TEXT = "a: &x {b: 1}\nc: *x\nd: [1, 2]\ne: [3]\n"


def _root() -> Mapping:
    root = documents(Source("x.yaml", TEXT))[0].root
    assert isinstance(root, Mapping)
    return root


def test_assembled_mapping_keeps_places_and_aliases() -> None:
    root = _root()
    made = assembled([part(entry) for entry in root.entries], root)
    assert to_python(made) == to_python(root)
    assert made.span == root.span
    assert [TEXT[entry.place.start : entry.place.end] for entry in made.entries] == ["{b: 1}", "*x", "[1, 2]", "[3]"]
    assert [entry.is_alias for entry in made.entries] == [False, True, False, False]


def test_last_part_with_a_key_wins() -> None:
    root = _root()
    first, *_ = root.entries
    assert to_python(assembled([part(first), part(first)], root)) == {"a": {"b": 1}}


def test_excerpt_has_the_named_keys() -> None:
    assert excerpt(_root(), {"c", "e", "none"}).keys == ("c", "e")


def test_sequences_are_joined() -> None:
    root = _root()
    lists = [node for key in "de" if isinstance(node := root.get(key), Sequence)]
    found = joined(lists)
    assert found is not None
    assert to_python(found) == [1, 2, 3]
    assert found.span == lists[1].span
    assert joined([]) is None
    assert to_python(sequence([root, lists[0]], root)) == [to_python(root), [1, 2]]
