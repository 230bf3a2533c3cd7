"""Fact tables of `schemas/facts`, read from their packed form the first time somebody asks.

The readable tables and their provenance are in `schemas/facts`; `python -m hullmark.linter.dev generate`
packs them.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from importlib import import_module
from typing import Any

_FOLDER = "facts/packed"


@cache
def table(name: str) -> dict[str, Any]:
    """The table called `name`; shared by all callers, who must not change it.

    Values are whatever the table holds (its head says what): this is the border where packed data
    becomes Python, so the type stays open.
    """
    try:
        packed = packaged(f"{_FOLDER}/{name}.json.z")
    except OSError:
        raise LookupError(f"no fact table called {name!r}") from None
    found: dict[str, Any] = json.loads(zlib.decompress(packed))
    return found


def packaged(name: str) -> bytes:
    """A file of `schemas`, by its path there; OSError where there is none.

    The package's loader is asked, as `importlib.resources` and `pkgutil` do, without their import time.
    """
    package = import_module("hullmark.schemas")
    loader: Any = package.__loader__
    found: bytes = loader.get_data(f"{package.__path__[0]}/{name}")
    return found
