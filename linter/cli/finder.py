"""Finds the modules of hullmark, of which a run imports two hundred, without the search that Python makes for any.

That search asks the disk three times about each, for extensions, sources and bytecode, in that order; here a folder is
listed once. What is not plainly there (an archive, a folder in two places, a module added meanwhile) is left to it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType

_OURS = "hullmark."


class Finder:
    """Stands before Python's own finders."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Where a module of ours is; None leaves it to the others."""
        if path is None or not name.startswith(_OURS) or len(path) != 1:
            return None
        folder, tail = path[0], name.rpartition(".")[2]
        names = _listed(folder)
        if f"{tail}.py" in names:
            return _spec(name, f"{folder}{os.sep}{tail}.py")
        if tail not in names:
            return None
        inner = f"{folder}{os.sep}{tail}"
        if "__init__.py" not in _listed(inner):
            return None
        spec = _spec(name, f"{inner}{os.sep}__init__.py")
        spec.submodule_search_locations = [inner]
        return spec


def install() -> None:
    """Has our modules found by the finder from now on."""
    if Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)


def _spec(name: str, file: str) -> ModuleSpec:
    spec = ModuleSpec(name, SourceFileLoader(name, file), origin=file)
    spec.has_location = True
    return spec


@cache
def _listed(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()
