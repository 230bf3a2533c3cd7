"""Documents inside a resource: the resource itself, and whatever its texts hold."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.resource import Resource


def documents(resource: Resource) -> Iterator[Resource]:
    """The resource, then every component document in its texts, with places in the outer file."""
    yield resource
