"""The directory that paths in reports are relative to."""

from __future__ import annotations

import os
from collections.abc import Iterable


def root_of(paths: Iterable[str], current: str) -> str:
    """The git root around all `paths`, else `current` where it holds them all, else their nearest common directory."""
    places = [_directory(os.path.join(current, path)) for path in paths if path != "-"]
    if not places:
        return git_root(current) or os.path.realpath(current)
    top = os.path.commonpath(places) if _one_drive(places) else places[0]
    here = os.path.realpath(current)
    return git_root(top) or (here if is_below(top, here) else top)


def git_root(directory: str) -> str | None:
    """The nearest directory upwards that holds `.git` (a file in worktrees and submodules)."""
    here = os.path.realpath(directory)
    while True:
        if os.path.lexists(os.path.join(here, ".git")):
            return here
        parent = os.path.dirname(here)
        if parent == here:
            return None
        here = parent


def is_below(path: str, directory: str) -> bool:
    """Whether a real path is `directory` or lies in it."""
    return path == directory or path.startswith(directory if directory.endswith(os.sep) else directory + os.sep)


def _directory(path: str) -> str:
    real = os.path.realpath(path)
    return real if os.path.isdir(real) else os.path.dirname(real)


def _one_drive(places: list[str]) -> bool:
    return len({os.path.splitdrive(place)[0] for place in places}) == 1
