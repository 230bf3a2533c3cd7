"""The text of a waiver: `ignore[rule, family] until=2027-01-31 -- reason`, and the same in annotations."""

from __future__ import annotations

import re

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Span

MARK = "hullmark:"

MOST_NAMES = 100
"""Names of one waiver; nobody writes more."""

_MARKED = regex(r"(?:\A\s*+|#\s*+)(hullmark:)")

_NAME = regex(r"[A-Za-z0-9*][A-Za-z0-9._*-]*(?:/[A-Za-z0-9._*-]+)*")
# Possessive, since texts of megabytes may be thrown at these.
_TAIL = regex(r"\s*+(?:until=(?P<until>\S*+)\s*+)?+(?:--(?:\s++(?P<reason>.*+))?+)?+", re.DOTALL)
_AIM = regex(r"(?P<name>[^@\s]*)(?:@path=(?P<path>\S+)|@(?P<container>\S+))?")
_LIST_END = regex(r"(?<!\s)\s++until=|\s--(?:\s|$)")
_DATE = regex(r"\d{4}-\d\d-\d\d")


class Named(NamedTuple):
    """One name with its range in the text; `whole` includes what narrows it."""

    text: str
    span: Span
    whole: Span
    container: str = ""
    path: str = ""


class Written(NamedTuple):
    """A waiver as written; `span` is its range in the text. `fault` says what is wrong with its form."""

    span: Span
    names: tuple[Named, ...] = ()
    reason: str = ""
    until: str = ""
    until_span: Span | None = None
    fault: str = ""


def in_comment(text: str) -> Written | None:
    """The waiver in a comment's text (with or without its `#`), None where it is an ordinary comment."""
    mark = _MARKED.search(text)
    if mark is None:
        return None
    start = mark.start(1)
    whole = Span(start, len(text.rstrip()))
    here = len(text) - len(text[start + len(MARK) :].lstrip())
    if not text.startswith("ignore", here):
        return Written(whole, fault="expected ignore[rule] after 'hullmark:'")
    here += len("ignore")
    if not text.startswith("[", here):
        bare = _TAIL.fullmatch(text, here)
        return _ended(whole, (), bare) if bare else Written(whole, fault="expected '[' right after 'ignore'")
    close = text.find("]", here)
    if close < 0:
        return Written(whole, fault="the bracket is not closed")
    names = _names(text, here + 1, close)
    if isinstance(names, str):
        return Written(whole, fault=names)
    return _ended(whole, names, _TAIL.fullmatch(text, close + 1))


def in_annotation(text: str) -> list[Written]:
    """The waivers in an annotation's value; parts are separated by `;`."""
    found = []
    start = 0
    for part in text.split(";"):
        if part.strip():
            found.append(_in_part(text, start, start + len(part)))
        start += len(part) + 1
    return found or [Written(Span(0, len(text)))]


def _in_part(text: str, start: int, end: int) -> Written:
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    whole = Span(start, end)
    head = _LIST_END.search(text, start, end)
    stop = head.start() if head else end
    names = _names(text, start, stop)
    if isinstance(names, str):
        return Written(whole, fault=names)
    return _ended(whole, names, _TAIL.fullmatch(text, stop, end))


def _names(text: str, start: int, end: int) -> tuple[Named, ...] | str:
    """The names between two offsets, or what is wrong with them."""
    if not text[start:end].strip():
        return ()
    if text.count(",", start, end) >= MOST_NAMES:
        return f"more than {MOST_NAMES} names"
    found: list[Named] = []
    here = start
    for part in text[start:end].split(","):
        written = part.strip()
        at = here + part.find(written)
        aim = _AIM.fullmatch(written)
        if not written or aim is None or not _NAME.fullmatch(aim["name"]):
            return f"{written!r} is no name of a rule or family" if written else "a name is missing beside a comma"
        span = Span(at, at + len(aim["name"]))
        whole = Span(at, at + len(written))
        found.append(Named(aim["name"], span, whole, aim["container"] or "", aim["path"] or ""))
        here += len(part) + 1
    return tuple(found)


def _ended(whole: Span, names: tuple[Named, ...], tail: re.Match[str] | None) -> Written:
    if tail is None:
        return Written(whole, names, fault="expected until=YYYY-MM-DD, then -- and a reason, and nothing else")
    until = tail["until"]
    if until is not None and not is_date(until):
        return Written(whole, names, fault=f"until={until} is no date (YYYY-MM-DD)")
    until_span = Span(*tail.span("until")) if until is not None else None
    return Written(whole, names, (tail["reason"] or "").rstrip(), until or "", until_span)


def is_date(text: str) -> bool:
    """Whether `text` is a day of the calendar in ISO form."""
    if not _DATE.fullmatch(text):
        return False
    from datetime import date  # 1.5 ms: few waivers end

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
