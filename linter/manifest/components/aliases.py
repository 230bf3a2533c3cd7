"""Columns of the settings table whose cells are more than a path: kOps fields and kubespray variables."""

from __future__ import annotations

import re
from functools import cache

from hullmark.linter.manifest.components.catalogue import SET, settings
from hullmark.linter.manifest.components.values import Typed
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_REMARK = regex(r"\s*\(([^)]*)\)")
_MEANS = regex(r"(true|false) = (\w+)")
_DEAD = ("ignored", "overwritten")


class Alias(NamedTuple):
    """Where a setting lives: a field path, or the name of a variable, and what its booleans stand for."""

    setting: str
    path: tuple[str, ...]
    means: tuple[tuple[bool, Typed], ...]


@cache
def aliases(component: str, form: str) -> tuple[Alias, ...]:
    """Aliases of a component's settings in a format; those that the installer ignores are left out."""
    found = []
    for known in settings(component).values():
        cell = known.aliases.get(form, "")
        if not cell or "{" in cell:
            continue
        for part in re.split(r", | or ", _REMARK.sub("", cell)):
            remark = " ".join(_REMARK.findall(cell))
            if not remark.startswith(_DEAD):
                found.append(Alias(known.name, tuple(part.strip().split(".")), _meanings(remark)))
    return tuple(found)


def _meanings(remark: str) -> tuple[tuple[bool, Typed], ...]:
    match = _MEANS.search(remark)
    if match is None:
        return ((False, None),) if remark.startswith("true only") else ()
    value: Typed = SET if match[2] == "set" else match[2]
    return ((match[1] == "true", value),)
