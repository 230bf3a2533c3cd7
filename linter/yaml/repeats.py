"""Trees of texts that occur again and again: clusters have files and documents in common, word for word.

What the parser leaves is never changed and knows its places relative to the text that it was given, so one tree
serves every document with that text, wherever it stands.
"""

from __future__ import annotations

from hullmark.linter.yaml.raws import Raw

_LARGEST = 1 << 14
"""Code points of a text that is worth remembering: large documents hardly ever occur twice."""
_MOST_TREES = 64
_MOST_SEEN = 1 << 16

_trees: dict[str, Raw] = {}
_seen: set[int] = set()


def known(text: str) -> Raw | None:
    """The tree of a text that occurred at least twice before; None for all others."""
    return _trees.get(text) if len(text) <= _LARGEST else None


def keep(text: str, root: Raw) -> None:
    """Remembers a text, and its tree from the second time on; of many the latest are kept."""
    if len(text) > _LARGEST:
        return
    mark = hash(text)
    if mark not in _seen:
        if len(_seen) >= _MOST_SEEN:
            _seen.clear()
        _seen.add(mark)
        return
    if len(_trees) >= _MOST_TREES:
        del _trees[next(iter(_trees))]
    _trees[text] = root
