"""Whether a scalar is what a field of a component document takes, told by the field's expression in the table.

The components turn YAML into JSON before they decode it, so a plain `true` is a boolean and never a text, and a quoted
number is a text and never a number: https://pkg.go.dev/sigs.k8s.io/yaml
"""

from __future__ import annotations

from enum import StrEnum

from hullmark.linter.manifest.components.spelling import nearest
from hullmark.linter.manifest.components.values import duration
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.yaml.nodes import Scalar, Value

_RANGES = {"int32": 1 << 31, "int64": 1 << 63}
_NAMES = {
    "text": "a text",
    "bool": "true or false",
    "int32": "an integer",
    "int64": "an integer",
    "number": "a number",
    "duration": "a duration such as 30s",
    "bytes": "a text in base64",
    "time": "a time",
}
_TEXTUAL = ("text", "duration", "bytes", "time")


class Sort(StrEnum):
    """What can be wrong with a field."""

    UNKNOWN = "unknown"
    TYPE = "type"
    VALUE = "value"
    FORMAT = "format"
    MISSING = "missing"
    NEWER = "newer"
    REMOVED = "removed"


class Misfit(NamedTuple):
    """What is wrong with a value: `wanted` says what the field takes, `near` is what could be written instead."""

    sort: Sort
    wanted: str
    near: str = ""


def misfit(expression: str, value: Value, node: Scalar) -> Misfit | None:
    """What is wrong with the `value` of a scalar; None where nothing is. An empty text means the default."""
    if " or " not in expression:
        return _misfit(expression, value, node)
    first, *others = [_misfit(way, value, node) for way in expression.split(" or ")]
    if first is None or None in others:
        return None
    return first._replace(wanted=wanted(expression))


def wanted(expression: str) -> str:
    """What a field takes, as people say it."""
    if expression.startswith("="):
        return "one of " + ", ".join(expression[1:].strip("|").split("|"))
    if expression.startswith(("@", "{")):
        return "a mapping"
    if expression.startswith("["):
        return "a list"
    return " or ".join(_NAMES[way] for way in expression.split(" or "))


def _misfit(way: str, value: Value, node: Scalar) -> Misfit | None:
    if way.startswith("=") or way in _TEXTUAL:
        if not isinstance(value, str):
            return Misfit(Sort.TYPE, wanted(way), _quoted(node))
        return _text(way, value)
    if way == "bool":
        return None if isinstance(value, bool) else Misfit(Sort.TYPE, wanted(way), _bare(node, ("true", "false")))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Misfit(Sort.TYPE, wanted(way), _number(node))
    if way == "number":
        return None
    if value != int(value):
        return Misfit(Sort.TYPE, wanted(way))
    limit = _RANGES[way]
    return None if -limit <= value < limit else Misfit(Sort.FORMAT, f"an integer of {way[3:]} bits")


def _text(way: str, value: str) -> Misfit | None:
    if way.startswith("="):
        accepted = way[1:].split("|")
        if value in accepted or not value:
            return None
        return Misfit(Sort.VALUE, wanted(way), nearest(value, accepted))
    if way == "duration" and duration(value) is None:
        return Misfit(Sort.FORMAT, wanted(way))
    return None


def _quoted(node: Scalar) -> str:
    """The same characters as a text; nothing where they would not stay the same."""
    return f'"{node.value}"' if node.is_plain and node.value.isprintable() and '"' not in node.value else ""


def _bare(node: Scalar, accepted: tuple[str, ...]) -> str:
    return node.value if node.style in ("'", '"') and node.value in accepted else ""


def _number(node: Scalar) -> str:
    plain = node.value.removeprefix("-")
    simple = plain.isascii() and plain.isdigit() and (plain == "0" or not plain.startswith("0"))
    return node.value if node.style in ("'", '"') and simple else ""
