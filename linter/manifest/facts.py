"""Fact tables of `schemas/facts`, read from their packed form the first time somebody asks.

The readable tables and their provenance are in `schemas/facts`; `python -m hullmark.linter.dev generate`
packs them.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from pkgutil import get_data
from typing import Any

_FOLDER = "facts/packed"


@cache
def table(name: str) -> dict[str, Any]:
    """The table called `name`; shared by all callers, who must not change it.

    Values are whatever the table holds (its head says what): this is the border where packed data
    becomes Python, so the type stays open.
    """
    # pkgutil asks the package's loader, as importlib.resources does, at a tenth of its import time.
    packed = get_data("hullmark.schemas", f"{_FOLDER}/{name}.json.z")
    if packed is None:
        raise LookupError(f"no fact table called {name!r}")
    found: dict[str, Any] = json.loads(zlib.decompress(packed))
    return found
