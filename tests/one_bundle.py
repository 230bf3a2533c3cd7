"""Small clusters that tests make of objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source


def bundle_of(objects: Iterable[Mapping[str, Any]]) -> Bundle:
    """The bundle of objects that are applied together, as one file holds them."""
    text = "\n---\n".join(json.dumps(each) for each in objects)
    (found,) = build_workspace(read_manifest(Source("cluster.yaml", text)).resources).bundles
    return found
