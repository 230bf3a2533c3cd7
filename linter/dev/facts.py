"""Fact tables as they are shipped: compressed JSON of the readable YAML, the same bytes for the same content."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from hullmark.linter.text import Source
from hullmark.linter.yaml.decode import decode
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.trees import to_python


class FactsError(ValueError):
    """A table that cannot be packed; the message says where and why."""


def tables(folder: Path) -> dict[str, bytes]:
    """Packed tables by the name of their file, from the readable ones in `folder`."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.yaml")):
        found[f"{path.stem}.json.z"] = packed(_plain(path))
    for path in sorted(folder.glob("*.json")):
        found[f"{path.stem}.json.z"] = packed(json.loads(path.read_bytes()))
    return found


def packed(content: object) -> bytes:
    """`content` as compressed JSON."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8"), 9)


def unpacked(data: bytes) -> bytes:
    """The JSON in `data`. Versions of zlib differ in what they write, not in what they read."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def _plain(path: Path) -> object:
    decoded = decode(path.read_bytes())
    source = Source(path.name, decoded.text)
    found = documents(source, decoded.problems)
    for document in found:
        for problem in document.problems:
            raise FactsError(f"{path.name}:{source.region(problem.span).line}: {problem.message}")
    roots = [document.root for document in found if document.root is not None]
    if len(roots) != 1:
        raise FactsError(f"{path.name}: a table is one document, this file holds {len(roots)}")
    return to_python(roots[0])
