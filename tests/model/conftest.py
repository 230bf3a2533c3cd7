"""Workspaces of texts by path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import dedent
from typing import Any

import pytest

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.workspace import Workspace, build_workspace
from hullmark.linter.text import Source


@pytest.fixture
def workspace() -> Callable[..., Workspace]:
    """The workspace of dedented texts by path; further arguments go to `build_workspace`."""

    def built(files: Mapping[str, str], **more: Any) -> Workspace:
        resources = [
            each for path, text in files.items() for each in read_manifest(Source(path, dedent(text))).resources
        ]
        return build_workspace(resources, **more)

    return built
