"""Documents of literal blocks are read where they stand: the same tree as out of the scalar, node by node."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from hullmark.linter.manifest.components.embedded import inside
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.embedded import embedded
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar

KUBELET = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
PLAIN = (
    "readOnlyPort: 0\nauthentication:\n  anonymous:\n    enabled: false\n",
    "clusterDNS:\n- 10.96.0.10\n- 10.96.0.11\n\n# a remark\ntlsCipherSuites: [TLS_AES_128_GCM_SHA256, 'a b']\n",
    "a: &x {b: 1}\nc: *x\nd: &y\n  e: 2\nf:\n  <<: *y\n",
    "a: |\n  one\n\n    two\n  three\nb: >-\n  folded\n  text\nc: |2\n    deep\nd: |+\n  kept\n\n",
    "a: plain text\n  in two lines\nb: 'quoted\n\n  text'\nc: \"with \\\n  escapes \\u00e9\"\n",
    "é: ünïcode\n? complex key\n: value\n? [a, b]\n: c\nn: ~\ne:\n",
    "a: !!str 1\nb: !custom {c: d}\na: twice\n",
)
TRICKY = (
    "a: 1\n---\nb: 2\n",
    "a: 1\n...\nb: 2\n",
    "a: 'x\n--- y'\n",
    "%TAG ! tag:x,2000:\na: 1\n",
    "a:\n\tb: 1\n",
    "a: 1\u2028b: 2\n",
    "\ufeffa: 1\n",
    "- a\n- b\n",
    "a: [1\n",
    '{"a": 1}\n',
    "   a: 1\n  b: 2\n",
    "just text\n",
)


def _walk(node: Node | None) -> Iterator[tuple[object, ...]]:
    if isinstance(node, Scalar):
        yield node.value, node.style, node.tag, node.start, node.end
    elif isinstance(node, Mapping):
        yield "mapping", node.start, node.end, node.tag, node.flow
        for entry in node.written:
            yield entry.name, tuple(entry.key.span), entry.is_alias and tuple(entry.place)
            yield from _walk(entry.value)
    elif node is not None:
        yield "sequence", node.start, node.end, node.tag, node.flow
        for position, item in enumerate(node.items):
            yield tuple(node.place(position))
            yield from _walk(item)


def _resource(text: str, indent: int, header: str, behind: str, blank: str = "") -> Resource:
    body = "".join((" " * indent + line if line.strip() else blank) + "\n" for line in text.split("\n")[:-1])
    whole = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  kubelet: {header}\n{body}{behind}"
    source = Source("a.yaml", whole)
    return Resource(Cursor(source, documents(source)[0].root, None, Span(0, 0)))


def _both(resource: Resource) -> tuple[list[list[tuple[object, ...]]], list[list[tuple[object, ...]]]]:
    cursor = resource.cursor.get("data", "kubelet")
    if not isinstance(cursor.node, Scalar):
        return [], []
    roots = [document.root for document in embedded(cursor.node, cursor.source)]
    expected = [list(_walk(root)) for root in roots if isinstance(root, Mapping) and "kind" in root]
    return [list(_walk(inner.resource.cursor.node)) for inner in inside(resource)], expected


@pytest.mark.parametrize("indent", [3, 4, 7])
@pytest.mark.parametrize("header", ["|", "|-", "|+"])
@pytest.mark.parametrize("text", [*PLAIN, *TRICKY])
def test_same_tree(text: str, header: str, indent: int) -> None:
    for behind in ("", "\n\n", "immutable: true\n"):
        found, expected = _both(_resource(KUBELET + text, indent, header, behind))
        assert found == expected


def test_same_tree_of_mangled_texts() -> None:
    dice = random.Random(3)
    compared = 0
    for _ in range(1_500):
        text = KUBELET + "".join(dice.sample((*PLAIN, *TRICKY[:6]), 2))
        for _ in range(dice.randrange(3)):
            at = dice.randrange(len(KUBELET), len(text))
            text = (
                text[:at] + dice.choice(["\n", " ", "\t", ":", "-", "'", "#", "&a ", "*a", "|\n", "---\n"]) + text[at:]
            )
        found, expected = _both(_resource(text, dice.choice([3, 4, 6]), dice.choice(["|", "|-", "|+"]), "", " "))
        assert found == expected, text
        compared += len(expected)
    assert compared > 300


def test_ordinary_documents_are_read_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("hullmark.linter.manifest.components.embedded.embedded")
    (inner,) = inside(_resource(KUBELET + PLAIN[0], 4, "|", ""))
    port = inner.resource.cursor.get("readOnlyPort")
    assert port.source.region(port.span)[:2] == (8, 19)
