"""The same object under other metadata: clusters, environments and replicas of a chart hold many of them."""

from __future__ import annotations

from typing import Self

from hullmark.linter.manifest.components.same_text import LARGEST, same_text
from hullmark.linter.manifest.definitions import DEFINITIONS
from hullmark.linter.manifest.resource import BARE, Resource
from hullmark.linter.manifest.secrets.formats import is_telling
from hullmark.linter.manifest.secrets.words import is_sensitive
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.nodes import Entry, Mapping, Scalar

_OTHER = frozenset({"name", "generateName", "labels"})
"""What of the metadata rules about the content of an object do not read; labels are remembered where they do."""
_NO_CREDENTIAL = 10
"""Characters of a text that is too short for a credential."""

Content = tuple[str, ...]
"""Everything that an object says but its name and its labels, as it is written."""


class Beside(NamedTuple):
    """A place outside of metadata: counted from the first key of the object or, behind metadata, back from its end.

    What is absent is shown where the object is (`Cursor.anchor`), by its name: that is no `edge` to count from.
    """

    offset: int
    length: int
    edge: str

    @classmethod
    def of(cls, span: Span, resource: Resource) -> Self:
        """Where a span is in the content of a resource."""
        if span == resource.cursor.anchor:
            return cls(0, 0, "")
        root = resource.cursor.node
        metadata = root.entry("metadata") if isinstance(root, Mapping) else None
        edge = "end" if metadata is not None and span.start > metadata.key.start else "start"
        return cls(span.start - _at(edge, resource), span.end - span.start, edge)

    def span_in(self, resource: Resource) -> Span:
        """Where the same is in a resource with the same content."""
        if not self.edge:
            return resource.cursor.anchor
        start = _at(self.edge, resource) + self.offset
        return Span(start, start + self.length)


def _at(edge: str, resource: Resource) -> int:
    root = resource.cursor.node
    if not isinstance(root, Mapping):
        return 0
    return root.extent.end if edge == "end" else root.start


def content(resource: Resource) -> Content | None:
    """What the object has in common with the same one under other metadata.

    None where name and labels may say more, or something outside of the document does: nothing is like that.
    """
    at, envelope = resource.cursor, resource.envelope
    root, source = at.node, at.source
    if type(root) is not Mapping or at.path or envelope is not BARE or resource.gk in DEFINITIONS:
        return None
    whole = root.extent
    # An alias stands for what is written elsewhere, and so may a tag.
    if whole.end - whole.start > LARGEST or source.mentions("&", "!"):
        return None
    start = root.start
    head = source.text[source.text.rfind("\n", 0, start) + 1 : start]
    metadata = root.entry("metadata")
    if metadata is None or type(metadata.value) is not Mapping:
        return (head, source.text[start : whole.end])
    inner = metadata.value
    if _may_tell(inner):
        return None
    before, behind = source.text[start : metadata.key.start], source.text[inner.end : whole.end]
    return (head, before, behind, *[_written(entry, source) for entry in inner.entries if entry.name not in _OTHER])


def _may_tell(metadata: Mapping) -> bool:
    """Whether something other than plain texts, or a credential, stands in what is left out."""
    left_out = [metadata[name] for name in ("name", "generateName") if name in metadata]
    if "labels" in metadata:
        labels = metadata["labels"].value
        if type(labels) is not Mapping or any(is_sensitive(label.name) for label in labels.entries):
            return True
        left_out += labels.entries
    found: list[str] = []
    for each in left_out:
        value = each.value
        if type(value) is not Scalar or type(value.resolved) is not str:
            return True
        found += (each.name, value.value)
    return any(len(text) > _NO_CREDENTIAL for text in found) and is_telling("\n".join(found))


def _written(entry: Entry, source: Source) -> str:
    value = entry.value
    if isinstance(value, Scalar):
        return f"{entry.name} {value.style} {value.value}"
    # Between brackets, columns mean nothing.
    return f"{entry.name} {source.text[value.start : value.end] if value.flow else same_text(value, source)}"


def written_labels(resource: Resource) -> str:
    """The labels of an object that has content, as they are written."""
    labels = resource.cursor.get("metadata", "labels").node
    return "" if labels is None else same_text(labels, resource.cursor.source)
