"""Whether words occur in a resource at all, told from its text: what nobody wrote need not be looked for."""

from __future__ import annotations

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
    found = frozenset([word for word in words if word in text])
    return found | {QUOTED} if QUOTED in words and _QUOTES.search(text) is not None else found


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
