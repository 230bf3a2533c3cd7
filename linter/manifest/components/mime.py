"""Parts of MIME user data: cloud-init archives, nodeadm's NodeConfig beside scripts.

https://cloudinit.readthedocs.io/en/latest/explanation/format.html#mime-multi-part-archive
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_BOUNDARY = regex(r"boundary=\"?([^\"\s;]{1,70})\"?", re.IGNORECASE)
_TYPE = regex(r"^content-type:\s*([^;\s]+)", re.IGNORECASE | re.MULTILINE)
_CODED = regex(r"^content-transfer-encoding:\s*(?:base64|quoted-printable)", re.IGNORECASE | re.MULTILINE)
_MAX_PARTS = 64


class Part(NamedTuple):
    """One part: its type, and where its body stands in the text."""

    type: str
    start: int
    end: int


def is_mime(text: str) -> bool:
    """Whether a text is a MIME archive."""
    head = text.lstrip()[:256].lower()
    return head.startswith(("mime-version:", "content-type: multipart/"))


def parts(text: str) -> Iterator[Part]:
    """Parts in order; encoded ones are left out."""
    boundary = _BOUNDARY.search(text)
    if boundary is None:
        return
    borders = list(re.finditer(rf"^--{re.escape(boundary[1])}(?:--)?[ \t]*\r?$", text, re.MULTILINE))
    for border, following in pairwise(borders[:_MAX_PARTS]):
        start = text.find("\n", border.end())
        head_end = re.compile(r"\r?\n[ \t]*\r?\n").search(text, max(start, border.end()) - 1, following.start())
        if head_end is None:
            continue
        head = text[border.end() : head_end.start()]
        kind = _TYPE.search(head)
        if _CODED.search(head) is None:
            yield Part(kind[1].lower() if kind else "text/plain", head_end.end(), following.start())


def alone(text: str, part: Part) -> str:
    """The text with everything but one part blanked, line by line: what is left stands in its old lines."""
    before = "\n" * text.count("\n", 0, part.start)
    return before + text[part.start : part.end]
