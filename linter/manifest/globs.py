"""Path patterns as users know them from .gitignore, and patterns of plain names."""

from __future__ import annotations

import re
from functools import lru_cache

from hullmark.linter.patterns import regex


@lru_cache(maxsize=512)
def path_glob(pattern: str) -> re.Pattern[str]:
    """A pattern of paths: `*` stays within one part, `**` does not.

    A pattern without a slash (or with one at its end only) matches at any depth, others start at
    the root. Whatever matches a directory matches everything below it.
    """
    body = pattern.strip("/")
    anywhere = "/" not in body and not pattern.startswith("/")
    return re.compile(("(?:.*/)?" if anywhere else "") + _translated(body, "[^/]*", "[^/]") + "(?:/.*)?", re.DOTALL)


@lru_cache(maxsize=512)
def name_glob(pattern: str) -> re.Pattern[str]:
    """A pattern of names: `*` is any text."""
    return re.compile(_translated(pattern, ".*", "."), re.DOTALL)


@lru_cache(maxsize=512)
def literal(pattern: str) -> str:
    """The longest text that whatever a pattern matches has to hold: cheaper to look for than to match."""
    return str(max(_WILD.split(pattern), key=len)).strip("/")


_WILD = regex(r"\*\*/|\*+|\?|\[.*", re.DOTALL)
_TOKEN = regex(r"(?P<deep>\*\*/|\*\*)|(?P<any>\*)|(?P<one>\?)|(?P<set>\[[!^]?\]?[^\]]*\])|(?P<plain>.)", re.DOTALL)


def _translated(pattern: str, any_text: str, one: str) -> str:
    parts = []
    for token in _TOKEN.finditer(pattern):
        text = token.group()
        match token.lastgroup:
            case "deep":
                parts.append("(?:.*/)?" if text == "**/" else ".*")
            case "any":
                parts.append(any_text)
            case "one":
                parts.append(one)
            case "set":
                parts.append(_set(text[1:-1]))
            case _:
                parts.append(re.escape(text))
    return "".join(parts)


def _set(inner: str) -> str:
    negated = inner[:1] in ("!", "^")
    body = inner[1:] if negated else inner
    escaped = body.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("^", "\\^")
    escaped = re.sub(r"([&~|])", r"\\\1", escaped)
    try:
        re.compile(f"[{escaped}]")
    except re.error:  # a range that runs backwards matches nothing, as in the shell
        return "(?!)"
    return f"[{'^' if negated else ''}{escaped}]"
