"""Definitions of custom resources are read without their schemas, and only where nothing can hide in these."""

import pytest

from hullmark.linter.manifest.context import DEFAULT_CONTEXT
from hullmark.linter.manifest.file import ManifestFile, read_manifest
from hullmark.linter.model.linkable import linked
from hullmark.linter.text import Source
from hullmark.linter.yaml.heads import HeadDocument

DEFINITION = """\
# Made by a generator.
---
# Another comment.
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    made.by/version: v0.16.1
  name: widgets.example.com
spec:
  group: example.com
  names:
    kind: Widget
    plural: widgets
  scope: Cluster
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        description: |-
          Says [what] it is, "in" 'quotes' {and} brackets: all of it
        type: object
status:
  conditions: []
"""


def read(text: str, whole: bool = False) -> ManifestFile:
    return read_manifest(Source("a.yaml", text), DEFAULT_CONTEXT, (), whole)


def headed(text: str) -> bool:
    return any(isinstance(document, HeadDocument) for document in read(text).documents)


def test_definition_is_read_without_its_versions() -> None:
    manifest = read(DEFINITION)
    (resource,) = manifest.resources
    assert isinstance(manifest.documents[-1], HeadDocument)
    assert manifest.problems == ()
    spec = resource.cursor.get("spec")
    assert [name for name, _ in spec.entries()] == ["group", "names", "scope"]
    assert str(resource.ref) == "CustomResourceDefinition widgets.example.com"


def test_what_is_linked_is_the_same_as_of_the_whole() -> None:
    for text in (DEFINITION, DEFINITION.replace("  versions:\n", "  versions: []\n  other:\n")):
        short, whole = (next(iter(linked(read(text, whole).resources))) for whole in (False, True))
        for path in (("metadata", "name"), ("spec", "group"), ("spec", "names", "kind"), ("spec", "scope")):
            one, other = short.cursor.get(*path), whole.cursor.get(*path)
            assert (one.text, one.span, one.path) == (other.text, other.span, other.path)


def test_definition_is_read_whole_where_a_rule_asks_for_it() -> None:
    assert not any(isinstance(document, HeadDocument) for document in read(DEFINITION, whole=True).documents)


BROKEN = [
    DEFINITION.replace("type: object", "type: [object"),
    DEFINITION.replace("type: object", "type: object\n       badly: indented"),
    DEFINITION.replace("type: object", "\ttype: object"),
    DEFINITION.replace("        type: object", "        type: *nowhere"),
    DEFINITION.replace("type: object", "x: " + "[" * 3_000 + "]" * 3_000),
    DEFINITION.replace("type: object", "x: " + "[" * 200_000),
    DEFINITION.replace("          Says", "        Says").replace("{and}", "{and: ]"),
]


@pytest.mark.parametrize("text", BROKEN)
def test_broken_schema_gets_the_complaint_of_the_whole_document(text: str) -> None:
    assert read(text).problems == read(text, whole=True).problems != ()
    assert read(text).resources == ()


HIDING = {
    "another kind": DEFINITION + "kind: Pod\n",
    "another kind in quotes": DEFINITION + '"kind": Pod\n',
    "another kind in escapes": DEFINITION + '"ki\\u006ed": Pod\n',
    "another kind as a complex key": DEFINITION + "? kind\n: Pod\n",
    "another kind with a tag": DEFINITION + "!!str kind: Pod\n",
    "another kind with an anchor": DEFINITION + "&a kind: Pod\n",
    "another kind through a merge": DEFINITION + "<<: {kind: Pod}\n",
    "another kind after an alias": DEFINITION.replace("names:", "names: &kind") + "*kind : Pod\n",
    "a quoted text that looks like one": 'x: "\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n'
    'metadata: {}\nspec:\n  group: a\n  names: b\n  scope: c\n  versions:\n  - x\n"\napiVersion: v1\nkind: Pod\n',
    "a block text that looks like one": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n"
    + "".join(f"    {line}\n" for line in DEFINITION.splitlines()),
    "an indented root": DEFINITION.partition("---\n")[2].replace("\n", "\n ").replace("# Another", " # Another"),
    "a flow mapping": '{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": {}}\n',
    "a second document behind an end": DEFINITION + "...\nkind: Pod\n",
    "a waiver": DEFINITION.replace("type: object", "type: object # hullmark: ignore[a/b]"),
    "no scope": DEFINITION.replace("  scope: Cluster\n", ""),
    "a name below the versions": DEFINITION.replace("  scope: Cluster\n", "") + "  scope: Cluster\n",
    "a former version": DEFINITION.replace("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"),
    "carriage returns": DEFINITION.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("text", HIDING.values(), ids=HIDING)
def test_whatever_is_not_plainly_a_definition_is_read_whole(text: str) -> None:
    assert not headed(text)


def test_template_in_a_schema_is_still_no_template() -> None:
    text = DEFINITION.replace("Says", "Says {{ .Values.x }} and")
    assert headed(text)
    assert read(text).problems == ()
