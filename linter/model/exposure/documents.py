"""Documents inside texts of resources: objects in an annotation, the configuration of a program in a ConfigMap."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.text import Span
from hullmark.linter.yaml.embedded import embedded
from hullmark.linter.yaml.nodes import Scalar

_MOST = 100_000


def documents_in(resource: Resource, field: StrField) -> Iterator[Cursor]:
    """Roots of the documents in a text of the resource, with places in its file; none in templates and long texts.

    Closing braces alone are no template: YAML in braces ends with them.
    """
    scalar, source = field.cursor.node, resource.cursor.source
    if not isinstance(scalar, Scalar) or "{{" in scalar.value or len(scalar.value) > _MOST:
        return
    for document in embedded(scalar, source):
        root = document.root
        if root is not None:
            yield Cursor(source, root, None, Span(root.start, root.start), field.cursor.path, resource.ref)
