"""Names that promise a secret, and what values under such names are: the table `secret_words`, ready to be asked."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum
from functools import cache, lru_cache
from math import log2
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.secrets.needles import Needles
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_WORD = regex(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z0-9]+|[0-9]+")
_TOKENS = frozenset({"secret", "secrets", "token"})
_HEX = regex(r"[0-9a-fA-F]{32,}")
_LONG = regex(r"[A-Za-z0-9+/=_.~-]{20,}")
_NUMBER = regex(r"[+-]?[0-9][0-9_.,]*\s?(?:[a-zA-Z%]{1,2}|min|Hz)?|(?:[0-9.]+(?:ns|us|ms|s|m|h|d))+")
_DNS = regex(r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z]{2,}(?::[0-9]+)?")
_URL = regex(r"https?://[^\s@]*\Z", re.IGNORECASE)
# Keys for pages and for tests, addresses of contracts, and where errors are sent:
# https://docs.mapbox.com/accounts/guides/tokens/ and https://docs.sentry.io/concepts/key-terms/dsn-explainer/
_PUBLIC = regex(
    r"(?:pk_(?:live|test)_|sk_test_|rk_test_|pk\.eyJ|0x[0-9a-fA-F]{40}\Z|https?://[0-9a-f]{32}@[\w.:-]+/[0-9]+\Z)"
)
_DOTTED = regex(r"[a-z_]+(?:\.[a-z_]+){2,}\.[A-Za-z_][A-Za-z0-9_]*")
"""Name of a class or a module."""
_SLUG = regex(r"[a-z]+(?:[-_. ][a-z]+)*")
_DOCUMENTED = "abcdef.0123456789abcdef"
"""The token of kubeadm's own documentation."""
_UUID = regex(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


class Value(Enum):
    """What a value under a sensitive name is."""

    REFERENCE = "reference"
    NOTHING = "nothing"
    PLACEHOLDER = "placeholder"
    WEAK = "weak"
    REAL = "real"
    UNSURE = "unsure"


class _Words(NamedTuple):
    sensitive: frozenset[tuple[str, ...]]
    longest: int
    references: frozenset[str]
    not_before: frozenset[str]
    reference: re.Pattern[str]
    placeholder: re.Pattern[str]
    weak: frozenset[str]
    nothing: frozenset[str]
    documented: frozenset[str]


@cache
def _words() -> _Words:
    facts: dict[str, Any] = table("secret_words")
    sensitive = frozenset(tuple(str(word) for word in entry) for entry in facts["sensitive"])
    return _Words(
        sensitive,
        max(map(len, sensitive)),
        frozenset(map(str, facts["reference_words"])),
        frozenset(map(str, facts["not_before"])),
        regex(facts["reference_value"], re.IGNORECASE),
        regex(facts["placeholder"], re.IGNORECASE),
        frozenset(map(str, facts["weak"])),
        frozenset(map(str, facts["no_value"])),
        frozenset(map(str, facts["documented"])),
    )


def words(key: str) -> tuple[str, ...]:
    """Words of a name, lower case, without digits at their end."""
    return tuple(word.lower().rstrip("0123456789") or word for word in _WORD.findall(key[:256]))


@lru_cache(maxsize=4096)
def is_sensitive(key: str) -> bool:
    """Whether the name promises a secret, and not where one is or how it is handled."""
    facts = _words()
    found = words(key)
    for start in range(len(found)):
        for length in range(1, facts.longest + 1):
            entry = found[start : start + length]
            if entry not in facts.sensitive or len(entry) < length:
                continue
            if any(word in facts.references for word in found[start + length :]):
                continue
            if start and entry[0] in _TOKENS and found[start - 1] in facts.not_before:
                continue
            return True
    return False


def may_promise(text: str) -> bool:
    """Whether a name in a text may promise a secret at all: all words of such a name occur somewhere."""
    needles, names = _promises()
    found = needles.within(text)
    return bool(found) and any(map(found.__ge__, names))


@cache
def _promises() -> tuple[Needles, tuple[frozenset[int], ...]]:
    """Every word of the names that promise a secret, and each name as the numbers of its words."""
    sensitive = sorted(_words().sensitive)
    numbers = {word: number for number, word in enumerate(sorted({word for name in sensitive for word in name}))}
    names = tuple(frozenset(numbers[word] for word in name) for name in sensitive)
    return Needles(numbers.items()), names


def is_reference(text: str) -> bool:
    """Whether a text says where a secret is, or is still to be filled in."""
    return "{{" in text or "${" in text or "$(" in text or _words().reference.match(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether a text says that somebody should put a secret there."""
    return _words().placeholder.search(text) is not None


def judged(text: str) -> Value:
    """What the value of a sensitive name is."""
    text = text.strip()
    facts = _words()
    lower = text.lower()
    if not text or "\n" in text or is_reference(text):
        return Value.REFERENCE
    if lower in facts.nothing or _NUMBER.fullmatch(text) or _PUBLIC.match(text):
        return Value.WEAK if text.isdigit() and len(text) > 2 else Value.NOTHING
    if is_placeholder(text) or text == _DOCUMENTED or text in facts.documented:
        return Value.PLACEHOLDER
    if lower in facts.weak or len(set(text)) == 1 or len(text) < 6 or _all_weak(lower):
        return Value.WEAK
    if (
        _URL.match(text)
        or text.count(" ") >= 3
        or _DOTTED.fullmatch(text)
        or (_DNS.fullmatch(text) and entropy(text) < 4.2)
    ):
        return Value.NOTHING
    return Value.REAL if _is_real(text) else Value.UNSURE


def _all_weak(lower: str) -> bool:
    """Whether it consists of weak words and digits only."""
    parts = [part for part in re.split(r"[^a-z]+", lower) if part]
    return bool(parts) and all(part in _words().weak for part in parts)


def _is_real(text: str) -> bool:
    if _HEX.fullmatch(text):
        return entropy(text) >= 3.0
    if _UUID.fullmatch(text):
        return True
    if _LONG.fullmatch(text) and _classes(text) >= 2 and any(c.isdigit() for c in text) and entropy(text) >= 3.5:
        return not _SLUG.fullmatch(text)
    return len(text) >= 8 and any(c.isdigit() for c in text) and _classes(text) >= 3 and entropy(text) >= 2.75


def _classes(text: str) -> int:
    """Sorts of characters: lower, upper, digits, symbols; `-`, `_` and `.` join words and are none."""
    symbol = any(not c.isalnum() and c not in "-_." and not c.isspace() for c in text)
    return any(map(str.islower, text)) + any(map(str.isupper, text)) + any(map(str.isdigit, text)) + symbol


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    size = len(text)
    return -sum(count / size * log2(count / size) for count in Counter(text).values()) if size else 0.0


def length_class(text: str) -> str:
    """How long a secret is, as much as may be told."""
    size = len(text)
    return "fewer than 16 characters" if size < 16 else "16 to 63 characters" if size < 64 else "64 characters or more"
