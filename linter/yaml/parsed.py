"""What the C composer makes of a document: nodes of our own, which it fills instead of those of ruamel.yaml.

It finds their classes by name in its own module whenever it makes a node. Those of ruamel.yaml take two to four calls
of Python to come into being, and ask at each what kind of tag they have; that is half of what composing costs.
"""

from __future__ import annotations

from typing import Any


class RawScalar:
    """One scalar. `tag` is an explicit one, and empty or None where there is none; marks know offsets and lines."""

    __slots__ = ("end_mark", "start_mark", "style", "tag", "value")

    id = "scalar"

    def __init__(self, tag: str | None, value: str, start_mark: Any, end_mark: Any, style: str) -> None:
        self.tag = tag
        self.value = value
        self.start_mark = start_mark
        self.end_mark = end_mark
        self.style = style


class RawSequence:
    """Items in order, which the composer adds one by one; `end_mark` comes last."""

    __slots__ = ("end_mark", "flow_style", "start_mark", "tag", "value")

    id = "sequence"

    def __init__(self, tag: str | None, value: list[Any], start_mark: Any, end_mark: Any, flow_style: bool) -> None:
        self.tag = tag
        self.value = value
        self.start_mark = start_mark
        self.end_mark = end_mark
        self.flow_style = flow_style


class RawMapping(RawSequence):
    """Pairs of keys and values, likewise."""

    __slots__ = ()

    id = "mapping"


_OURS = {"MappingNode": RawMapping, "ScalarNode": RawScalar, "SequenceNode": RawSequence}


def composed(parser: Any, names: dict[str, Any]) -> Any:
    """The root of the next document; `names` are those of the C module, which keeps its own classes for others."""
    theirs = {name: names[name] for name in _OURS}
    names.update(_OURS)
    try:
        return parser.get_node()
    finally:
        names.update(theirs)
