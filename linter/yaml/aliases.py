"""Bounds on aliases: a document that contains itself, or that is small to write and huge to read, is refused."""

from __future__ import annotations

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.text import Span
from hullmark.linter.yaml import raws
from hullmark.linter.yaml.limits import MAX_ALIASED, MAX_DEPTH
from hullmark.linter.yaml.problems import Kind, Problem
from hullmark.linter.yaml.raws import Origin, Raw

_ENOUGH = 1 << 40  # sizes double from level to level in a hostile document: no need to count further


class _Extent(NamedTuple):
    """Nodes and levels below a node, itself included, with every alias written out."""

    size: int
    depth: int


def fault(root: Raw, origin: Origin) -> Problem | None:
    """What is wrong with the aliases of a document, in time linear in what is written."""
    extents: dict[int, _Extent] = {}
    uses: dict[int, list[Raw]] = {}
    entered: set[int] = set()
    waiting = [root]
    while waiting:
        raw = waiting[-1]
        if id(raw) in extents:
            waiting.pop()
            continue
        below = [] if raws.is_scalar(raw) else raws.children(raw)
        missing = [child for child in below if id(child) not in extents]
        if id(raw) not in entered:
            entered.add(id(raw))
            for child in below:
                uses.setdefault(id(child), []).append(child)
            waiting.extend(missing)
        inside = next((child for child in missing if id(child) in entered), None)
        if inside is not None:  # it was entered and not left: we are within it
            return Problem(Kind.ALIASING, "an anchored value contains itself", _use(inside, raw, origin))
        if not missing:
            extents[id(raw)] = _extent([extents[id(child)] for child in below])
    return _excess(root, origin, extents, uses)


def _excess(root: Raw, origin: Origin, extents: dict[int, _Extent], uses: dict[int, list[Raw]]) -> Problem | None:
    """The limit that a document exceeds with every alias written out."""
    whole = extents[id(root)]
    if whole.depth > MAX_DEPTH:
        return Problem(Kind.NESTING, f"nested deeper than {MAX_DEPTH} levels through aliases", _head(root, origin))
    if whole.size - len(extents) <= MAX_ALIASED:
        return None
    weight = {key: min((len(found) - 1) * extents[key].size, _ENOUGH) for key, found in uses.items()}
    worst = max(uses, key=weight.__getitem__)  # the first of equals: dictionaries keep the order of the document
    message = f"aliases of this document stand for more than {MAX_ALIASED} values"
    return Problem(Kind.ALIASING, message, _head(uses[worst][0], origin))


def _extent(below: list[_Extent]) -> _Extent:
    size = 1 + sum([extent.size for extent in below])
    return _Extent(min(size, _ENOUGH), 1 + max([extent.depth for extent in below], default=0))


def _use(child: Raw, parent: Raw, origin: Origin) -> Span:
    """Place of the alias through which `parent` uses `child`."""
    values = [value for _, value in raws.pairs(parent)] if raws.is_mapping(parent) else raws.items(parent)
    used = raws.places(parent, origin) or ()
    found = next((place for value, place in zip(values, used, strict=False) if value is child and place), None)
    return found or _head(child, origin)


def _head(raw: Raw, origin: Origin) -> Span:
    begin = raws.start(raw, origin)
    return Span(begin, begin + 1)
