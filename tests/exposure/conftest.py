"""Bundles of texts."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source

Bundled = Callable[..., Bundle]


@pytest.fixture
def bundled() -> Bundled:
    """The one bundle of dedented texts; `options` are configuration keys."""

    def made(*texts: str, **options: object) -> Bundle:
        text = "---\n".join(dedent(each).strip("\n") + "\n" for each in texts)
        resources = read_manifest(Source("a.yaml", text)).resources
        return build_workspace(resources, Context(options=options)).bundles[0]

    return made
