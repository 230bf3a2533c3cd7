"""Fixes that give a field another name and leave its value where it is."""

from __future__ import annotations

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.rule.hit import Fix, Offer
from hullmark.linter.text import Edit
from hullmark.linter.yaml.nodes import Mapping


def renamed(field: Cursor, name: str, *, safe: bool = False) -> Offer:
    """The field called `name`; None where it is merged from elsewhere or the name is taken."""
    holder = field.holder
    if field.key is None or not isinstance(holder, Mapping) or holder.entry(name) is not None:
        return None
    if not any(entry.key.span == field.key for entry in holder.written):
        return None
    return Fix(f"rename {field.path[-1]} to {name}", ((field.source, Edit(field.key, name)),), safe)
