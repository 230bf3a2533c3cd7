"""The other shape of arguments: a map of kubeadm as a list of name and value, and back.

https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/#kubeadm-k8s-io-v1beta4-Arg
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.patterns import regex
from hullmark.linter.rule.hit import Fix, put_off
from hullmark.linter.text import Edit, Span

_Pair = tuple[str, str, Span]
_ENTRY = regex(r"[ ]*(?:- +)?\S[^#\n]*")
_NO_TEXT = regex(r"(?:true|false|yes|no|on|off|null|~|[-+.]?[0-9].*)", re.IGNORECASE)


@put_off
def reshaped(arguments: Cursor) -> Fix | None:
    """The fix that writes a block of arguments in the other shape; None where comments or flow style would be lost."""
    pairs = list(_of_map(arguments) if arguments.is_mapping else _of_list(arguments))
    node, text = arguments.node, arguments.source.text
    if node is None or not pairs or any(not name for name, _, _ in pairs):
        return None
    start = text.rfind("\n", 0, node.start) + 1
    end = text.find("\n", pairs[-1][2].end)
    span = Span(start, len(text) if end < 0 else end)
    if any(_ENTRY.fullmatch(line) is None for line in text[start : span.end].split("\n")):
        return None
    indent = " " * (len(text[start : span.end]) - len(text[start : span.end].lstrip(" ")))
    lines = list(_as_list(pairs, indent) if arguments.is_mapping else _as_map(pairs, indent, arguments))
    if not lines:
        return None
    what = "a list of name and value" if arguments.is_mapping else "a map"
    return Fix(f"write {what}", ((arguments.source, Edit(span, "\n".join(lines))),))


def _of_map(arguments: Cursor) -> Iterator[_Pair]:
    for name, value in arguments.entries():
        yield (name, _raw(value), value.span) if value.text is not None else ("", "", value.span)


def _of_list(arguments: Cursor) -> Iterator[_Pair]:
    for item in arguments.items():
        keys = sorted(key for key, _ in item.entries())
        name, value = item.get("name"), item.get("value")
        readable = keys == ["name", "value"] and name.text is not None and value.text is not None
        end = item.node.end if item.node is not None else item.span.end
        last = max(value.span.end, name.span.end) if item.source.text[end - 1 : end] != "}" else end
        yield (name.text or "", _raw(value), Span(item.span.start, last)) if readable else ("", "", item.span)


def _raw(value: Cursor) -> str:
    """A scalar as it is written; kubeadm takes texts only."""
    raw = value.source.slice(value.span)
    return f'"{raw}"' if _NO_TEXT.fullmatch(raw) else raw


def _as_list(pairs: list[_Pair], indent: str) -> Iterator[str]:
    for name, value, _ in pairs:
        yield f"{indent}- name: {name}"
        yield f"{indent}  value: {value}"


def _as_map(pairs: list[_Pair], indent: str, arguments: Cursor) -> Iterator[str]:
    """Nothing where a name is given twice, which a map cannot say; a list may stand as far left as its key."""
    names = [name for name, _, _ in pairs]
    key = arguments.key
    if len(set(names)) < len(names) or key is None:
        return
    column = key.start - arguments.source.text.rfind("\n", 0, key.start) - 1
    inner = indent if len(indent) > column else " " * (column + 2)
    for name, value, _ in pairs:
        yield f"{inner}{name}: {value}"
