"""The root of a document that was released, or that comes from another process, is composed again."""

import pickle

import pytest

from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.nodes import Mapping, Node
from hullmark.linter.yaml.trees import to_python, walk

TEXTS = (
    "a: 1\nb: [x, {y: 'z'}]\n",
    "# before\n---\na: |\n  text\n\n# after\n---\nb: 2\n",
    "\ufeffa: 1\n",
    "%YAML 1.1\n---\na: !!str 1\n",
    "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n",
    '{"a": [1, 2]}\n',
    "a: [http://example]\n",
    "a: &x 1\nb: &x 2\nc: *x\n",
    "a: 1\n... \n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_root_is_the_same_however_it_is_come_by(text: str) -> None:
    roots = [document.root for document in documents(Source("a.yaml", text)) if not document.empty]
    assert roots
    for root in roots:
        assert isinstance(root, Mapping)
        before = _told(root)
        root.release()
        assert _told(root) == before
        root.release()
        arrived = pickle.loads(pickle.dumps(root))
        assert _told(arrived) == before
        assert _told(pickle.loads(pickle.dumps(arrived))) == before


def test_texts_that_occur_again_have_their_own_places() -> None:
    text = "a: 1\nb: |\n  text\n\nc: {d: [e, 'f']}\n"
    (alone,) = documents(Source("alone.yaml", text))
    assert alone.root is not None
    expected = _told(alone.root)
    many = documents(Source("many.yaml", f"---\n{text}" * 5))
    for document in many:
        assert document.root is not None
        plain, nodes = _told(document.root)
        moved = [(kind, span.shifted(-document.span.start), tag) for kind, span, tag in nodes]
        assert (plain, moved) == expected
    assert len({document.root for document in many}) == len(many)


def test_a_document_travels_as_its_text() -> None:
    text = "".join(f"key{number}: {{a: 1, b: [2, 3]}}\n" for number in range(200))
    (document,) = documents(Source("a.yaml", text))
    assert len(pickle.dumps(document.root)) < len(text) + 200


def _told(root: Node) -> tuple[object, list[tuple[type[Node], Span, str | None]]]:
    return (to_python(root), [(type(node), node.span, node.tag) for node in walk(root)])
