"""Whole trees of nodes: in order, as plain data, and what kubectl refuses in them. Nothing here recurses."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hullmark.linter.yaml import scalars
from hullmark.linter.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence, Value
from hullmark.linter.yaml.problems import Kind, Problem

Plain = Value | list["Plain"] | dict[str, "Plain"]
"""Python data without places."""


def walk(root: Node) -> Iterator[Node]:
    """`root` and every value below it as written, in document order, each once; keys are in `Mapping.written`."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        yield node
        below: tuple[Node, ...] = ()
        if isinstance(node, Mapping):
            below = tuple([entry.value for entry in node.written])
        elif isinstance(node, Sequence):
            below = node.items
        for child in reversed(below):
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)


def to_python(root: Node) -> Plain:
    """Plain data as kubectl sends it. A node that is used twice gives one object that is used twice."""
    done: dict[int, Plain] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        if id(node) in done:
            waiting.pop()
            continue
        if isinstance(node, Scalar):
            done[id(node)] = node.resolved
            continue
        below = _values(node)
        missing = [child for child in below if id(child) not in done]
        if missing:
            waiting.extend(missing)
            continue
        values = [done[id(child)] for child in below]
        done[id(node)] = dict(zip(node.keys, values, strict=True)) if isinstance(node, Mapping) else values
    return done[id(root)]


def _values(node: Node) -> list[Node]:
    if isinstance(node, Mapping):
        return [entry.value for entry in node.entries]
    return list(node.items) if isinstance(node, Sequence) else []


def faults(root: Node) -> Iterator[Problem]:
    """Values and keys for which kubectl refuses the whole document though it is valid YAML; it looks at every node."""
    for node in walk(root):
        if isinstance(node, Mapping):
            for key in node.invalid_keys:
                yield Problem(Kind.VALUE, "a key cannot be null, a list, a mapping or above 64 bits", key.span)
            for entry in node.written:
                message = _fault(entry.key, is_key=True)
                if message:
                    yield Problem(Kind.VALUE, message, entry.key.span)
                if entry.is_merge and not _merges_mappings(entry):
                    yield Problem(Kind.VALUE, "only mappings can be merged with '<<'", entry.key.span)
        elif isinstance(node, Scalar):
            message = _fault(node)
            if message:
                yield Problem(Kind.VALUE, message, node.span)


def _merges_mappings(entry: Entry) -> bool:
    """Whether a merge key has what kubectl can merge: a mapping, an alias of one, or a list of those."""
    value = entry.value
    if isinstance(value, Sequence) and not entry.is_alias:
        return all(isinstance(item, Mapping) for item in value.items)
    return isinstance(value, Mapping)


def _fault(scalar: Scalar, is_key: bool = False) -> str:
    if scalar.tag is not None and scalars.misfit(scalar.tag, scalar.value):
        return "the text does not fit its tag"
    value = scalar.resolved
    if not is_key and isinstance(value, float) and not math.isfinite(value):
        return "infinity and NaN cannot become JSON"
    return ""
