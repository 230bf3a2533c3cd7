"""Lays out `.dev/hullmark` for editable installs, so that imports are `hullmark.` plus the path from here."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = ("linter", "checks", "schemas")


class NamespaceHook(BuildHookInterface):  # type: ignore[type-arg]  # the parameter names a builder's configuration
    """Links the three source folders under `.dev/hullmark`; the editable install's .pth file points at `.dev`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the links; a built wheel (version "standard") needs none."""
        if version != "editable":
            return
        root = Path(self.root)
        namespace = root / ".dev" / "hullmark"
        namespace.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            link = namespace / part
            if link.is_symlink() or link.exists():
                link.unlink()
            link.symlink_to(os.path.relpath(root / part, namespace), target_is_directory=True)
