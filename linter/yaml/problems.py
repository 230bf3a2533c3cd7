"""What is wrong with a text as YAML, in our own words and at an exact place."""

from __future__ import annotations

from enum import StrEnum

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.text import Span


class Kind(StrEnum):
    """Sort of a problem; the values are stable."""

    SYNTAX = "syntax"
    TAB = "tab-indentation"
    ENCODING = "encoding"
    SEPARATOR = "separator"
    DROPPED = "dropped"
    SIZE = "size"
    NESTING = "nesting"
    ALIASING = "aliasing"
    VALUE = "value"


class Problem(NamedTuple):
    """One thing that kubectl or we refuse. `message` is one line without a place; `span` is the place.

    A fatal problem means that the part it lies in was not read; `related` is where the broken construct began.
    """

    kind: Kind
    message: str
    span: Span
    fatal: bool = True
    related: Span | None = None
