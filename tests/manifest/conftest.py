"""Manifests as text in, resources out; places are shown as the text that they cover."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from hullmark.linter.manifest.file import ManifestFile, read_manifest
from hullmark.linter.manifest.place import Placed
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.text import Source

Reader = Callable[..., ManifestFile]


def read_text(text: str, path: str = "manifest.yaml") -> ManifestFile:
    return read_manifest(Source(path, dedent(text)))


@pytest.fixture
def read() -> Reader:
    """Reads a dedented text."""
    return read_text


@pytest.fixture
def one() -> Callable[[str], Resource]:
    """The only resource of a dedented text."""

    def only(text: str) -> Resource:
        (resource,) = read_text(text).resources
        return resource

    return only


@pytest.fixture
def shown() -> Callable[[Placed], str]:
    """What a place covers, after its line: `4: privileged`."""

    def show(thing: Placed) -> str:
        place = thing.place
        region = place.source.region(place.span)
        return f"{region.line}: {place.source.slice(place.span)}"

    return show
