"""Bytes of a file to text: UTF-8, or UTF-16 with a byte order mark, as kubectl reads them."""

from __future__ import annotations

import codecs

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml.limits import MAX_BYTES
from hullmark.linter.yaml.problems import Kind, Problem

MAX_FAULTS = 1000
"""Undecodable places that are told apart; the last one covers the rest of the file."""

_SURROGATES = regex("[\ud800-\udfff]+")
_MARKS = (  # the longer ones first: the mark of UTF-32-LE begins with that of UTF-16-LE
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BEGINNINGS = tuple(mark for mark, _ in _MARKS)


class Decoded(NamedTuple):
    """Text without byte order mark. A byte that is no text is U+FFFD there and a fatal problem for its document."""

    text: str
    encoding: str
    marked: bool
    problems: tuple[Problem, ...]


_CONTROL = bytes((*range(1, 9), *range(14, 27), *range(28, 32)))


def decode(data: bytes) -> Decoded:
    """Text of a file, whatever the bytes are."""
    if len(data) > MAX_BYTES:
        message = f"larger than {MAX_BYTES // (1024 * 1024)} MiB"
        return Decoded("", "utf-8", False, (Problem(Kind.SIZE, message, Span(0, 0)),))
    mark, encoding = b"", "utf-8"
    if data.startswith(_BEGINNINGS):
        mark, encoding = next((m, e) for m, e in _MARKS if data.startswith(m))
    if encoding.startswith("utf-32"):
        problem = Problem(Kind.ENCODING, "UTF-32 is not read by Kubernetes", Span(0, 0))
        return Decoded("", encoding, True, (problem,))
    body = data[len(mark) :] if mark else data
    try:
        return Decoded(body.decode(encoding), encoding, bool(mark), ())
    except UnicodeDecodeError:
        text, problems = _repaired(body, encoding, len(mark))
        return Decoded(text, encoding, bool(mark), problems)


def looks_binary(data: bytes) -> bool:
    """Whether the first bytes are those of no text at all, so that a file need not be reported as a broken one."""
    head = data[:8192]
    if head.startswith(_BEGINNINGS):
        return False
    if b"\0" in head:
        return True
    return (len(head) - len(head.translate(None, _CONTROL))) * 10 > len(head)


def _repaired(body: bytes, encoding: str, skipped: int) -> tuple[str, tuple[Problem, ...]]:
    """Text with U+FFFD for what cannot be decoded, and where that is."""
    errors = "surrogateescape" if encoding == "utf-8" else "surrogatepass"
    whole = body if encoding == "utf-8" else body[: len(body) // 2 * 2]
    text = whole.decode(encoding, errors)
    if len(whole) < len(body):
        text += "\ud800"  # half a code unit at the end
    problems: list[Problem] = []
    here, at = 0, skipped
    for found in _SURROGATES.finditer(text):
        at += len(text[here : found.start()].encode(encoding))
        span = Span(*found.span())
        if len(problems) == MAX_FAULTS - 1:
            span = Span(span.start, len(text))
        name = encoding.upper()[:6].rstrip("-")
        problems.append(Problem(Kind.ENCODING, f"the byte at offset {at} of the file is not {name}", span))
        if len(problems) == MAX_FAULTS:
            break
        at += len(found[0]) * (1 if encoding == "utf-8" else 2)
        here = found.end()
    return _SURROGATES.sub(lambda found: "\ufffd" * len(found[0]), text), tuple(problems)
