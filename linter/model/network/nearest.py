"""What a selector may have meant: the label of a pod that is spelt like one that it demands."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from hullmark.linter.manifest.cursor import Cursor

_ALIKE = 0.75


def nearest_label(selector: Cursor, pairs: AbstractSet[str]) -> str:
    """`key: value` of some pod that resembles a demanded pair most; empty where none does."""
    from difflib import get_close_matches  # takes long to import, and is asked for only once something is wrong

    there = sorted(pairs)
    wanted = selector.get("matchLabels") if selector.is_mapping else selector
    for key, at in wanted.entries():
        near = get_close_matches(f"{key}: {at.text}", there, 1, _ALIKE)
        if near and near[0] != f"{key}: {at.text}":
            return near[0]
    return ""
