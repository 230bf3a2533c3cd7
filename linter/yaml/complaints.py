"""The parser's errors in our own words, at the place where a person would look."""

from __future__ import annotations

from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml.problems import Kind, Problem

UNREADABLE = regex("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that neither libyaml nor go-yaml accepts."""

_WORDS = {
    "mapping values are not allowed in this context": "unexpected ':': quote the text or check the indentation",
    "mapping keys are not allowed in this context": "unexpected '?': quote the text or check the indentation",
    "block sequence entries are not allowed in this context": "unexpected '-': a list must begin on a line of its own",
    "could not find expected ':'": "expected ':' after this key",
    "did not find expected key": "expected a key: check quotes and indentation",
    "did not find expected '-' indicator": "expected a list item: check the indentation",
    "did not find expected ',' or ']'": "expected ',' or ']'",
    "did not find expected ',' or '}'": "expected ',' or '}'",
    "did not find expected node content": "expected a value",
    "did not find expected <document start>": "expected the end of the document",
    "did not find expected whitespace or line break": "expected a blank",
    "did not find expected comment or line break": "expected the end of the line",
    "did not find expected alphabetic or numeric character": "expected a name",
    "did not find expected hexdecimal number": "expected a hexadecimal digit in the escape sequence",
    "found unexpected end of stream": "the quoted text is not closed",
    "found unexpected document indicator": "the quoted text is not closed",
    "found unknown escape character": "unknown escape sequence",
    "found invalid Unicode character escape code": "the escape sequence stands for no character",
    "found unexpected ':'": "unexpected ':': quote the text",
    "found an indentation indicator equal to 0": "the indentation of a block cannot be 0",
    "found undefined tag handle": "unknown tag handle",
    "found undefined alias": "no anchor of this name stands before the alias",
    "found incompatible YAML document": "Kubernetes reads YAML 1.1 only",
    "found unknown directive name": "unknown directive",
}
_CANNOT_START = "found character that cannot start any token"
_TAB_TEXTS = (
    "found a tab character that violates indentation",
    "found a tab character where an indentation space is expected",
)
_TOO_LATE = "found unexpected end of stream"


def syntax(error: Exception, text: str, start: int, end: int) -> Problem:
    """The problem that an error of the parser on `text[start:end]` stands for."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _unreadable(text, start, end)
    here = min(start + int(mark.index), end)
    complaint = str(getattr(error, "problem", None) or "")
    context = getattr(error, "context_mark", None)
    related = None if context is None else _one(text, min(start + int(context.index), end), end)
    if complaint in _TAB_TEXTS or (complaint == _CANNOT_START and text.startswith("\t", here, end)):
        return Problem(Kind.TAB, "tab where indentation by spaces is expected", _one(text, here, end), related=related)
    if complaint == _CANNOT_START:
        message = f"a value cannot begin with {text[here : here + 1]!r}: quote it"
    else:
        message = _WORDS.get(complaint, "not valid YAML")
    if complaint == _TOO_LATE and related is not None:  # the end of the file says nothing, the opening quote does
        return Problem(Kind.SYNTAX, message, related)
    return Problem(Kind.SYNTAX, message, _one(text, here, end), related=related)


def _unreadable(text: str, start: int, end: int) -> Problem:
    found = UNREADABLE.search(text, start, end)
    if found is None:
        return Problem(Kind.SYNTAX, "not valid YAML", _one(text, start, end))
    return Problem(Kind.SYNTAX, f"control character U+{ord(found[0]):04X} is not allowed", Span(*found.span()))


def _one(text: str, here: int, end: int) -> Span:
    """The character at `here`, or nothing at the end of a line or of the document."""
    return Span(here, here + (here < end and text[here] not in "\r\n"))
