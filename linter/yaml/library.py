"""The C parser of ruamel.yaml, without the rest of that package.

The C module asks `ruamel.yaml` for a few modules of errors and nodes. The package itself imports everything that reads
and writes YAML in Python, which takes longer than all else of it: it is executed for whoever asks it for something.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_PACKAGE = "ruamel.yaml"


class MissingLibraryError(RuntimeError):
    """The C parser is not installed."""


def c_library() -> Any:
    """The C module, under the name that it has in either of its distributions."""
    _delay_package()
    for name in ("_ruamel_yaml", "_ruamel_yaml_clibz"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise MissingLibraryError(
        "the C part of ruamel.yaml is missing: install ruamel.yaml[oldlibyaml] or ruamel.yaml[libyaml]"
    )


class _Delayed(ModuleType):
    """A package that is executed when it is first asked for what is not there, and is an ordinary one from then on.

    `importlib.util.LazyLoader` does the same too early: it takes the search for modules in a package for a question.
    """

    def __getattr__(self, name: str) -> Any:
        spec = self.__spec__
        self.__class__ = ModuleType  # type: ignore[assignment]  # it loses nothing but this method
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module(self)
        return getattr(self, name)


def _delay_package() -> None:
    """Put the package where its modules are imported from, unless somebody did."""
    if _PACKAGE in sys.modules:
        return
    try:
        above = import_module("ruamel")
    except ImportError:
        return
    spec = PathFinder.find_spec(_PACKAGE, above.__path__)
    if spec is not None and spec.submodule_search_locations is not None:
        package = _delayed(spec, spec.submodule_search_locations)
        vars(above)["yaml"] = sys.modules[_PACKAGE] = package


def _delayed(spec: ModuleSpec, places: list[str]) -> ModuleType:
    package = _Delayed(spec.name)
    package.__spec__ = spec
    package.__loader__ = spec.loader
    package.__file__ = spec.origin
    package.__package__ = spec.name
    package.__path__ = places
    return package
