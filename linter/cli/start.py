"""`hullmark init`: a configuration to begin with, in which every key is explained and nothing is decided."""

from __future__ import annotations

import os
import sys

from hullmark.linter.cli.outputs import write
from hullmark.linter.cli.settings import NAMES
from hullmark.linter.cli.stop import StopError
from hullmark.linter.config.starter import starter_text
from hullmark.linter.load.root import git_root


def init(force: bool) -> int:
    """Writes hullmark.yaml at the root of the repository, else here."""
    current = os.getcwd()
    root = git_root(current) or current
    for name in NAMES:
        if os.path.lexists(os.path.join(root, name)) and not (force and name == NAMES[0]):
            hint = "; --force replaces it" if name == NAMES[0] else ""
            raise StopError(f"there is {os.path.join(root, name)!r} already{hint}")
    path = os.path.join(root, NAMES[0])
    write(path, starter_text())
    sys.stdout.write(f"wrote {os.path.relpath(path, current)}: every key is explained in it, and none is set\n")
    return 0
