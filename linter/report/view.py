"""What a renderer is told beside the report: for whom it writes, and where to look things up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, IntEnum
from typing import Protocol

from hullmark.linter.records import field, record
from hullmark.linter.text import Source


class RuleText(Protocol):
    """What renderers say about a rule; a `Rule` is one."""

    @property
    def title(self) -> str:
        """The fact, in one line."""

    @property
    def why(self) -> str:
        """What an attacker gains; paragraphs are separated by empty lines."""

    @property
    def remedy(self) -> str:
        """What to type instead."""


class Detail(IntEnum):
    """How much text is wanted."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


class LineHash(Enum):
    """What SARIF calls `primaryLocationLineHash`, the one fingerprint that GitHub reads.

    GITHUB is the value that GitHub's upload action computes itself: of the file's text, so that it
    changes when the following lines do. LOGICAL is our fingerprint, which survives such edits but
    makes the upload action warn once a result. NONE leaves it to the upload.
    """

    GITHUB = "github"
    LOGICAL = "logical"
    NONE = "none"


def _nothing(_path: str) -> None:
    return None


@record
class View:
    """Options of all renderers; each reads those that concern it.

    `rules` and `descriptors` are read by rule id and may lack any id; a descriptor is a SARIF
    reportingDescriptor as plain data. `content` gives a file's bytes as the host will see them,
    `source` its decoded text, both by report path, or None where they are not at hand.
    `blob_url` is the address under which the host shows files (`https://host/owner/repo/blob/SHA`).
    """

    rules: Mapping[str, RuleText] = field(default_factory=dict)
    descriptors: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    content: Callable[[str], bytes | None] = _nothing
    source: Callable[[str], Source | None] = _nothing
    width: int = 80
    color: bool = False
    detail: Detail = Detail.NORMAL
    statistics: bool = False
    include_suppressed: bool = False
    include_absorbed: bool = False
    category: str = ""
    line_hash: LineHash = LineHash.GITHUB
    blob_url: str = ""
