"""Mappings put together from entries of other mappings: what a merge or an excerpt would read like."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.text import Span
from hullmark.linter.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence, frozen, thaw


class Part(NamedTuple):
    """One key and value with the places that they were written at; `alias` is the alias that stands for the value."""

    key: Scalar
    value: Node
    alias: Span | None = None


def part(entry: Entry) -> Part:
    """An entry of a mapping, ready to be put into another one."""
    return Part(entry.key, entry.value, entry.place if entry.is_alias else None)


def assembled(parts: Iterable[Part], like: Mapping) -> Mapping:
    """A mapping of `parts`, of which the last one with a key wins. It claims the place of `like`."""
    children: list[Any] = []
    aliases: list[Span | None] = []
    for each in parts:
        children += (frozen(each.key), frozen(each.value))
        aliases.append(each.alias)
    places = tuple(aliases) if any(alias is not None for alias in aliases) else None
    node = thaw((True, None, like.flow, like.start, like.end, tuple(children), places), places is not None)
    assert isinstance(node, Mapping)  # noqa: S101  # the first element says so
    return node


def excerpt(mapping: Mapping, names: Collection[str]) -> Mapping:
    """The mapping with only the keys that are named."""
    return assembled((part(entry) for entry in mapping.entries if entry.name in names), mapping)


def joined(sequences: Collection[Sequence]) -> Sequence | None:
    """One sequence of the items of several. It claims the place of the last one; None for none."""
    if not sequences:
        return None
    *_, like = sequences
    children = tuple([frozen(item) for sequence in sequences for item in sequence.items])
    node = thaw((False, None, like.flow, like.start, like.end, children, None), False)
    assert isinstance(node, Sequence)  # noqa: S101  # the first element says so
    return node


def sequence(items: Iterable[Node], like: Node) -> Sequence:
    """A sequence of `items`, which keep their places. It claims the place of `like`."""
    node = thaw((False, None, True, like.start, like.end, tuple([frozen(item) for item in items]), None), False)
    assert isinstance(node, Sequence)  # noqa: S101  # the first element says so
    return node
