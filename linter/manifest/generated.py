"""Files of which kustomizations make Secrets and ConfigMaps: lists of variables, and contents of entries.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator/ and
https://github.com/kubernetes-sigs/kustomize/blob/master/api/kv/kv.go
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath

from hullmark.linter.manifest.context import Context, Generated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Envelope, Resource
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.nodes import Scalar

GENERATED = "generator input"
"""The kind that stands for such a file."""

_GENERATORS = (("secretGenerator", True), ("configMapGenerator", False))


def generators(kustomization: Cursor) -> Iterator[tuple[Cursor, bool]]:
    """Every generator, and whether it makes a Secret."""
    for field, secret in _GENERATORS:
        for item in kustomization.get(field).items():
            yield item, secret


def generator_inputs(kustomization: Cursor) -> Iterator[tuple[str, Generated]]:
    """Paths of the files that generators read, and what becomes of each."""
    folder = dirname(kustomization.source.path)
    for item, secret in generators(kustomization):
        name, kind = item.get("name").text or "", item.get("type").text or "Opaque"
        for listed in (*item.get("envs").items(), item.get("env")):
            if listed.text:
                yield normpath(join(folder, listed.text)), Generated(secret, name, kind)
        for listed in item.get("files").items():
            key, _, path = (listed.text or "").rpartition("=")
            if path:
                yield normpath(join(folder, path)), Generated(secret, name, kind, key or basename(path))


def generated(source: Source, context: Context) -> tuple[Resource, ...]:
    """The resource of a file that a generator reads, none for other files."""
    if not source.text or not source.tells(context.generated.__contains__):
        return ()
    whole = Scalar(source.text, "", None, 0, len(source.text))
    return (Resource(Cursor(source, whole, None, Span(0, 0)), context, Envelope("", GENERATED)),)
