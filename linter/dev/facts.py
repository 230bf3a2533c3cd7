"""Fact tables as they are shipped: compressed JSON of the readable YAML, the same for the same content.

The tables are YAML 1.2, where `N` is a letter: they are not read as kubectl reads manifests.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class FactsError(ValueError):
    """A table that cannot be packed; the message says where and why."""


def tables(folder: Path) -> dict[str, bytes]:
    """Packed tables by the name of their file, from the readable ones in `folder`."""
    return {f"{path.stem}.json.z": packed(path) for path in sorted(folder.iterdir()) if path.suffix in _READERS}


def packed(path: Path) -> bytes:
    """One table as compressed JSON."""
    try:
        content = _READERS[path.suffix](path.read_text(encoding="utf-8"))
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_day)
    except (YAMLError, ValueError, TypeError) as error:
        raise FactsError(f"{path.name}: {error}") from error
    return zlib.compress(text.encode("utf-8"), 9)


def unpacked(data: bytes) -> bytes:
    """The JSON in `data`, empty where there is none. Versions of zlib write differently and read alike."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def _yaml(text: str) -> object:
    found: object = YAML(typ="safe", pure=True).load(text)
    return found


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_READERS: dict[str, Callable[[str], object]] = {".yaml": _yaml, ".json": json.loads}
