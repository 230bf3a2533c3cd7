"""The C parser of ruamel.yaml, without the rest of that package.

The C module asks `ruamel.yaml` for errors, tokens, events and nodes. The package itself, and the modules of most of the
errors, import everything that reads and writes YAML in Python, which takes longer than all else of it: they are
executed for whoever asks them for something.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_PACKAGE = "ruamel.yaml"
_ERRORS = {
    "reader": "ReaderError",
    "scanner": "ScannerError",
    "parser": "ParserError",
    "composer": "ComposerError",
    "constructor": "ConstructorError",
    "emitter": "EmitterError",
    "serializer": "SerializerError",
    "representer": "RepresenterError",
}
"""Modules of which the C module wants an error and nothing else."""


class MissingLibraryError(RuntimeError):
    """The C parser is not installed."""


def c_library() -> Any:
    """The C module, under the name that it has in either of its distributions."""
    _delay_package()
    with _errors_alone():
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


@contextmanager
def _errors_alone() -> Iterator[None]:
    """Meanwhile modules of which only an error is wanted are that error: what they hold beside it takes 10 ms.

    They are the same errors to whoever catches `YAMLError`. Afterwards the modules are imported as usual.
    """
    try:
        errors = import_module(f"{_PACKAGE}.error")
    except ImportError:
        yield
        return
    stand_ins = {}
    for module, error in _ERRORS.items():
        name = f"{_PACKAGE}.{module}"
        if name not in sys.modules:
            base = errors.YAMLError if module == "reader" else errors.MarkedYAMLError
            stand_ins[name] = ModuleType(name)
            setattr(stand_ins[name], error, type(error, (base,), {"__module__": name}))
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]


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
