"""How much of a document we read: our own limits, far above what people write and far below what hurts us."""

from __future__ import annotations

from hullmark.linter.text import Span
from hullmark.linter.yaml.problems import Kind, Problem

MAX_BYTES = 20 * 1024 * 1024
"""Size of a file."""

MAX_DOCUMENTS = 100_000
"""Documents of one file."""

MAX_DEPTH = 200
"""Levels of nesting, scalars included; kubectl's own limit is 10,000."""

MAX_NODES = 1_000_000
"""Values and keys of one document: each takes some 300 bytes, and real documents have one for every 30 characters."""

MAX_ALIASED = 10_000
"""Nodes of one document that may come from aliases."""

MAX_DIRECTIVES = 100
"""Lines that begin with `%` before a document: libyaml compares each with every other."""


class RefusedError(Exception):
    """A document is not read further, because of `problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def too_deep(offset: int) -> RefusedError:
    """The refusal of a level that begins at `offset`."""
    message = f"nested deeper than {MAX_DEPTH} levels"
    return RefusedError(Problem(Kind.NESTING, message, Span(offset, offset + 1)))


def too_many(offset: int) -> RefusedError:
    """The refusal of a node that begins at `offset`."""
    message = f"more than {MAX_NODES} values in one document"
    return RefusedError(Problem(Kind.SIZE, message, Span(offset, offset + 1)))
