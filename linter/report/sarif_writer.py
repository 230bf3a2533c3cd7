"""Objects of the SARIF model as plain JSON values.

jschema-to-python, the serializer that goes with sarif-om, leaves out every property that equals its
default: `level: warning` of a result is lost and the rule's own level takes its place. It also copies
the whole tree at each level. Here only what is absent is left out.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import attr


def plain(value: Any) -> Any:
    """A model object, or anything made of them, as dictionaries, lists and scalars."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    found = {}
    for attribute, name, absent in _fields(value.__class__):
        each = getattr(value, attribute)
        if each is not None and (absent is None or each != absent):
            found[name] = each if isinstance(each, str) else plain(each)
    return found


@cache
def _fields(kind: Any) -> tuple[tuple[str, str, float | None], ...]:
    """Attribute, property name, and the number that stands for "not given", if any."""
    return tuple(
        (field.name, field.metadata["schema_property_name"], -1 if field.default == -1 else None)
        for field in attr.fields(kind)
    )
