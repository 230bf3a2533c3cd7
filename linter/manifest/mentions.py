"""Whether words occur in a resource at all, told from its text: what nobody wrote need not be looked for."""

from __future__ import annotations

from functools import lru_cache, partial

from hullmark.linter.manifest.line_memory import LineMemory
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.patterns import regex

HIDING = ("\\", "*")
"""Escapes spell words in other ways, and aliases stand for what is written elsewhere."""
QUOTED = "w'o'r'd"
"""Stands beside words of letters, digits, `_-+/` and `:/` that a shell may read: it takes quotes out of them."""

ENCODED = ("ase64", "ASE64", "b64", "B64", "binaryData", "Secret", "gnition", "uoted-", "UOTED-")
"""Stand beside words of documents that are read out of texts: what is encoded there is not spelt in the file."""

_QUOTES = regex(r"""['"](?:(?<=[\w+/:-].)['"]*[\w+/-]|(?<=\w.)['"]*:['"]*/)""")


def mentioned(text: str, words: frozenset[str]) -> frozenset[str]:
    """Those of the words that keys and values in a file with this text may hold: all where it can spell them otherwise.

    Nothing else separates what YAML and JSON read from what is written, of words without blanks.
    """
    # Escapes, and types that YAML itself names: one of them, `binary`, is written in base64.
    if "\\" in text or "!!" in text or "!<" in text or "%TAG" in text:
        return words
    return frozenset(_lines(words).within(text))


@lru_cache(maxsize=16)
def _lines(words: frozenset[str]) -> LineMemory[str]:
    return LineMemory(partial(_searched, words))


def _searched(words: frozenset[str], lines: list[str]) -> dict[int, set[str]]:
    """Which of the words occur in lines of text, by the number of the line."""
    together = "\n".join(lines)
    found: dict[int, set[str]] = {}
    for word in words:
        if word in together:
            for at, line in enumerate(lines):
                if word in line:
                    found.setdefault(at, set()).add(word)
    if QUOTED in words and _QUOTES.search(together) is not None:
        for at, line in enumerate(lines):
            if _QUOTES.search(line) is not None:
                found.setdefault(at, set()).add(QUOTED)
    return found


def may_mention(resource: Resource, words: tuple[str, ...], *, any_case: bool = False) -> bool:
    """Whether one of the words may occur in the resource; with `any_case`, of lower-case words in any spelling."""
    if resource.cursor.node is None:
        return False
    span = resource.extent
    text = resource.cursor.source.text[span.start : span.end]
    if any_case:
        text = text.lower()
    for word in words:
        if word in text:
            return True
    return "\\" in text or "*" in text
