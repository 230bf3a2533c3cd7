"""Plain data as YAML text that kubectl reads back as the same data: the smallest writer that fixes need."""

from __future__ import annotations

import json

from hullmark.linter.patterns import regex
from hullmark.linter.yaml import scalars
from hullmark.linter.yaml.trees import Plain

# Words that need no quotes in any context of YAML, in block and flow style.
_SAFE = regex(r"[A-Za-z0-9_./$][A-Za-z0-9_./$@+=~-]*(?::[A-Za-z0-9_./$@+=~-]+)*")


def flow(value: Plain, as_json: bool = False) -> str:
    """`value` on one line; `as_json` quotes as JSON does."""
    if isinstance(value, dict):
        inside = ", ".join(f"{key(name, as_json)}: {flow(below, as_json)}" for name, below in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow(item, as_json) for item in value)}]"
    return scalar(value, '"' if as_json else "")


def block(value: Plain) -> list[str]:
    """`value` as lines in block style, without indentation; empty collections and scalars stay on one line."""
    if isinstance(value, dict) and value:
        lines = []
        for name, below in value.items():
            lines += attached(f"{key(name)}:", below)
        return lines
    if isinstance(value, list) and value:
        lines = []
        for item in value:
            first, *rest = block(item)
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
        return lines
    return [flow(value)]


def attached(head: str, value: Plain) -> list[str]:
    """Lines of `head` (a key with its colon) and its value."""
    lines = block(value)
    if isinstance(value, dict | list) and value:
        return [head, *(f"  {line}" for line in lines)]
    return [f"{head} {lines[0]}"]


def key(name: str, as_json: bool = False) -> str:
    """A key."""
    return scalar(name, '"' if as_json else "")


def scalar(value: scalars.Value, style: str = "") -> str:
    """A scalar on one line in the wanted quotes, or in double quotes where the wanted style cannot hold the value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style == "" and _SAFE.fullmatch(value) and scalars.resolve(value) == value:
        return value
    return _double_quoted(value)


def _double_quoted(value: str) -> str:
    """JSON, with every character escaped that YAML would not print; pairs of surrogates become one escape."""
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(ord(char)) for char in quoted)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
