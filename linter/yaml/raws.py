"""What nodes are made of: the parser's own nodes, or plain tuples for everything that did not come from it.

The C composer leaves ruamel nodes with marks relative to the text it was given; documents composed in other ways
(`events`, `json_text`, embedded ones, unpickled ones) are tuples with offsets in the file:

* scalar: `(value, style, tag, start, end)`
* collection: `(is_mapping, tag, flow, start, end, children, places)`; keys and values alternate in the children of a
  mapping; `places` has, for each value or item, the span of the alias that it is used through or None, and is None
  itself where there is no alias

Only this module and `compose` know both shapes.
"""

from __future__ import annotations

from typing import Any

from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml import scalars

Raw = Any  # a ruamel.yaml node or one of the tuples above: the border to an untyped library
Places = tuple[Span | None, ...] | None

MERGE = "<<"
_MERGE_TAG = "tag:yaml.org,2002:merge"
_BREAKS = r"\r\n\x85\u2028\u2029"  # of YAML 1.1; Python's \s knows other blanks, which are text in YAML
_SPACE = rf"[ \t{_BREAKS}]"
_COMMENT = rf"#[^{_BREAKS}]*+"
_NAME = r"[0-9A-Za-z_-]"
_PROPERTY = rf"(?:&{_NAME}*+|![^ \t{_BREAKS}]*+)"
_PROPERTIES = regex(rf"(?:{_PROPERTY}(?:{_SPACE}++(?:{_COMMENT})?)*+)++")
_ALIAS = regex(rf"(?:[ \t{_BREAKS},:?\-\[{{]++|{_PROPERTY}|(?<={_SPACE}){_COMMENT})*+(\*{_NAME}+)")
SKIPPED = regex(rf"(?:{_SPACE}++|{_COMMENT})*+")
"""Blanks, line breaks and comments."""

_BLANKS = regex(r"[ \t]*")
_TELLING = frozenset((*scalars.WORDS, MERGE))
"""Keys that may be something else than their text."""


class Origin:
    """Where raw nodes come from: the text of the file, and the offset of the part that was composed.

    `decorated`: anchors or tags may occur. `shared`: nodes made so far by identity of their raw node, where aliases
    occur; the raw root is kept alive with it. `end`: composing `text[base:end]` makes the same root again; negative
    where nothing that short does.
    """

    __slots__ = ("base", "decorated", "end", "root", "shared", "text")

    def __init__(
        self,
        text: str,
        base: int,
        decorated: bool = False,
        aliased: bool = False,
        root: Raw = None,
        end: int = -1,
    ) -> None:
        self.text = text
        self.base = base
        self.decorated = decorated
        self.shared: dict[int, Any] | None = {} if aliased else None
        self.root = root
        self.end = end


def is_scalar(raw: Raw) -> bool:
    """Whether the raw node is a scalar."""
    return len(raw) == 5 if type(raw) is tuple else type(raw.value) is str


def is_mapping(raw: Raw) -> bool:
    """Whether the raw node is a mapping."""
    if type(raw) is tuple:
        return len(raw) != 5 and raw[0]
    return bool(raw.id == "mapping")


def is_flow(raw: Raw) -> bool:
    """Whether the raw collection is written with brackets."""
    return bool(raw[2] if type(raw) is tuple else raw.flow_style)


def tag(raw: Raw) -> str | None:
    """Explicit tag of a raw collection, `!!` written out."""
    found: str | None = raw[1] if type(raw) is tuple else raw.tag or None
    return found


def pairs(raw: Raw) -> list[tuple[Raw, Raw]]:
    """Keys and values of a raw mapping."""
    if type(raw) is tuple:
        children = raw[5]
        return list(zip(children[::2], children[1::2], strict=True))
    return raw.value  # type: ignore[no-any-return]


def items(raw: Raw) -> list[Raw]:
    """Items of a raw sequence."""
    return list(raw[5]) if type(raw) is tuple else raw.value


def children(raw: Raw) -> list[Raw]:
    """Keys and values, or items."""
    if type(raw) is tuple:
        return list(raw[5])
    if raw.id == "mapping":
        return [child for pair in raw.value for child in pair]
    return raw.value  # type: ignore[no-any-return]


def name(raw: Raw, origin: Origin) -> str | None:
    """Text of the JSON key that a raw node becomes as a key of a mapping; None where kubectl refuses it."""
    if type(raw) is tuple:
        return key_text(raw[0], raw[1], raw[2]) if len(raw) == 5 else None
    value = raw.value
    if type(value) is not str:
        return None
    return key_text(value, raw.style, scalar_tag(raw, origin) if origin.decorated else None)


def simple_index(raw: Raw, origin: Origin) -> dict[str, tuple[Raw, Raw]] | None:
    """Key and value by `name` of the key, in file order; None where that takes a closer look.

    That is where keys are not what they say, nothing is merged, and no name occurs twice: nearly everywhere.
    """
    if origin.decorated or origin.shared is not None or type(raw) is tuple:
        return None
    index: dict[str, tuple[Raw, Raw]] = {}
    found = raw.value
    try:
        for pair in found:
            index[pair[0].value] = pair
    except TypeError:  # a key is a list or a mapping
        return None
    if len(index) != len(found):
        return None
    # The least text tells whether one may be a number: of all first characters of numbers `9` is the last.
    if index and (min(index) < ":" or not _TELLING.isdisjoint(index)):
        return None
    return index


def key_text(value: str, style: str, tag: str | None) -> str | None:
    """`name` of a scalar key."""
    if tag is None:
        if style or (value not in scalars.WORDS and value[0] not in scalars.NUMERIC_START):
            return value
        return scalars.key_text(value)
    resolved = scalars.resolve_tagged(tag, value)
    return resolved if isinstance(resolved, str) else scalars.key_text(value)


def is_merge(raw: Raw) -> bool:
    """Whether a raw key spelled `<<` is a merge key, and not a quoted one."""
    return is_merge_scalar(raw[1], raw[2]) if type(raw) is tuple else is_merge_scalar(raw.style, raw.tag or None)


def is_merge_scalar(style: str, tag: str | None) -> bool:
    """`is_merge`, from style and tag."""
    return tag == _MERGE_TAG or (tag is None and not style)


def start(raw: Raw, origin: Origin) -> int:
    """Offset of the first character of the node proper, after anchor and tag."""
    if type(raw) is tuple:
        return int(raw[3])
    found: int = raw.start_mark.index + origin.base
    if origin.decorated and origin.text.startswith(("&", "!"), found):
        stop = raw.end_mark.index
        if type(raw.value) is not str:  # a first key with an anchor of its own is inside
            first = next((child.start_mark.index for child in children(raw)), -1)
            stop = first if first >= raw.start_mark.index else stop
        return after_properties(origin.text, found, stop + origin.base)
    return found


def end(raw: Raw, origin: Origin) -> int:
    """Offset behind the last character written for the node.

    libyaml ends a block collection at the next token, which may be many comments later: its last descendant tells.
    """
    while True:
        if type(raw) is tuple:
            return int(raw[4])
        if type(raw.value) is str:
            if raw.style in ("|", ">"):
                return scalar_span(raw, origin)[1]
            return int(raw.end_mark.index + origin.base)
        if raw.flow_style or not raw.value:
            return int(raw.end_mark.index + origin.base)
        used = places(raw, origin) if origin.shared is not None else None
        if used is not None and used[-1] is not None:
            return used[-1].end
        last = raw.value[-1]
        if type(last) is tuple:
            last = last[1]
        raw = last


def scalar_span(raw: Raw, origin: Origin) -> tuple[int, int]:
    """Offsets of a ruamel scalar, quotes or block header included."""
    base = origin.base
    return trimmed(origin.text, raw.start_mark.index + base, raw.end_mark.index + base, raw.style)


def trimmed(text: str, begin: int, stop: int, style: str) -> tuple[int, int]:
    """The parser's range of a scalar without its anchor and tag, and without the blank lines after a block scalar."""
    if text.startswith(("&", "!"), begin):
        begin = after_properties(text, begin, stop)
    if style in ("|", ">"):
        size = len(text[begin:stop].rstrip(" \t\r\n\x85\u2028\u2029"))
        stop = _BLANKS.match(text, begin + size, stop).end()  # type: ignore[union-attr]  # it matches nothing too
    return begin, stop


def scalar_tag(raw: Raw, origin: Origin) -> str | None:
    """Explicit tag of a ruamel scalar; `!` alone is one (it makes any text a string) though libyaml drops it."""
    found: str | None = raw.tag or None
    if found is None and not raw.style:
        begin: int = raw.start_mark.index + origin.base
        if origin.text.startswith(("&", "!"), begin):
            head = origin.text[begin : scalar_span(raw, origin)[0]]
            return "!" if "!" in head.split() else None
    return found


def after_properties(text: str, begin: int, stop: int) -> int:
    """Offset behind anchor and tag at `begin`, not beyond `stop`."""
    found = _PROPERTIES.match(text, begin)
    return min(found.end(), stop) if found else begin


def places(raw: Raw, origin: Origin) -> Places:
    """For each value of a raw mapping or item of a raw sequence the span of the alias it is used through, or None.

    The composer does not keep aliases. They are found again by going through the children in order: one that starts
    before the last one ended can only be written elsewhere.
    """
    if type(raw) is tuple:
        found: Places = raw[6]
        return found
    here: int = raw.start_mark.index + origin.base
    result: list[Span | None] = []
    for child in children(raw):
        if child.start_mark.index + origin.base >= here and child is not raw:
            here = child.end_mark.index + origin.base
            result.append(None)
            continue
        alias = _ALIAS.match(origin.text, here)
        span = Span(*alias.span(1)) if alias else Span(here, here)
        here = span.end
        result.append(span)
    if is_mapping(raw):
        result = result[1::2]
    return tuple(result) if any(result) else None


def freeze(root: Raw, origin: Origin) -> Raw:
    """The same subtree as tuples, without any tie to the parser or the text: small, quick to pickle, still lazy."""
    if type(root) is tuple:
        return root
    if origin.shared is None and not origin.decorated:
        return _frozen_simply(root, origin)
    order, waiting = [], [root]
    while waiting:
        raw = waiting.pop()
        order.append(raw)
        if type(raw.value) is not str:
            waiting += children(raw)
    frozen: dict[int, Raw] = {}
    for raw in reversed(order):
        if id(raw) not in frozen:
            frozen[id(raw)] = _frozen(raw, origin, frozen)
    return frozen[id(root)]


def _frozen_simply(raw: Raw, origin: Origin) -> Raw:
    """`freeze` without anchors and tags: recursion is as deep as the composer lets nodes be."""
    value, base = raw.value, origin.base
    if type(value) is str:
        style = raw.style
        if style == "|" or style == ">":
            return (value, style, None, *scalar_span(raw, origin))
        return (value, style, None, raw.start_mark.index + base, raw.end_mark.index + base)
    is_map = raw.id == "mapping"
    below = [child for pair in value for child in pair] if is_map else value
    inside = tuple([_frozen_simply(child, origin) for child in below])
    flow = bool(raw.flow_style)
    stop = raw.end_mark.index + base if flow or not inside else inside[-1][4]
    return (is_map, raw.tag or None, flow, start(raw, origin), stop, inside, None)


def _frozen(raw: Raw, origin: Origin, frozen: dict[int, Raw]) -> Raw:
    if type(raw.value) is str:
        begin, stop = scalar_span(raw, origin)
        return (raw.value, raw.style, scalar_tag(raw, origin), begin, stop)
    inside = tuple([frozen[id(child)] for child in children(raw)])
    used = places(raw, origin) if origin.shared is not None else None
    if raw.flow_style or not inside:
        stop = raw.end_mark.index + origin.base
    else:
        stop = used[-1].end if used and used[-1] else inside[-1][4]
    return (raw.id == "mapping", raw.tag or None, bool(raw.flow_style), start(raw, origin), stop, inside, used)
