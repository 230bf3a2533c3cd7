"""Templates are told from broken files and from files that only mention templates."""

import pytest

from hullmark.linter.engine.unrendered import is_unrendered
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.text import Source

HEAD = "apiVersion: v1\nkind: ConfigMap\n"

TEMPLATES = [
    HEAD + "metadata:\n  name: {{ .Values.name }}\n",
    HEAD + "metadata: {name: {{ .Values.name }}}\n",
    "{{- if .Values.on }}\n" + HEAD + "{{- end }}\n",
    HEAD + '{{ include "labels" . | nindent 2 }}\nmetadata: {}\n',
    HEAD + "metadata:\n  labels:\n    {{- toYaml .Values.labels | nindent 4 }}\n  name: a\n",
    HEAD + "items:\n  - {{ .x }}\n",
    HEAD + "{% if on %}\nmetadata: {}\n{% endif %}\n",
    HEAD + "---\n" + HEAD + "metadata: {name: {{ x }}}\n",
    HEAD + "metadata: {name: ${NAME}}\n",
]

PLAIN = [
    HEAD + "data:\n  a: '{{ .Values.name }}'\n",
    HEAD + "data:\n  a: |\n    {{- if .x }}\n    y: {{ .z }}\n",
    HEAD + "data:\n  a: prefix-{{ x }}\n",
    HEAD + "data: {}\n# {{ not here }}\n",
    HEAD + "data:\n  a: [{x: {y: z}}, {}]\n",
    HEAD + 'data: {"a":{"b":{}}}\n',
    HEAD + "data:\n  a: [\nb: '{{ x }}'\n",
    HEAD + "a: b: c\nd: {{ x }}\n",
    HEAD + "a: ${X}\nb: c: d\n",
]


@pytest.mark.parametrize("text", TEMPLATES)
def test_template_is_recognised(text: str) -> None:
    assert is_unrendered(read_manifest(Source("a.yaml", text)))


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_is_no_template(text: str) -> None:
    assert not is_unrendered(read_manifest(Source("a.yaml", text)))
