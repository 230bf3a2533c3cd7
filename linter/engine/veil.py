"""Secrets in lines that reports show: whatever a finding is about, its line may hold one.

What looks like a secret becomes stars, one for each character, so that columns stay. Too much may be hidden, never
too little: a finding says in words what its line is about.
"""

from __future__ import annotations

from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.secrets.formats import matches
from hullmark.linter.manifest.secrets.pairs import pairs
from hullmark.linter.manifest.secrets.words import Value, is_sensitive, judged
from hullmark.linter.patterns import regex

_SHOWN = frozenset({Value.REFERENCE, Value.NOTHING, Value.PLACEHOLDER})
_WORTH = regex(r"(?i)pass|secret|token|key|cred|pwd|dsn|sas|pepper|connection|://|\$[26a]|[\w+/=-]{14}")
# A variable on one line: `{name: DB_PASSWORD, value: ...}`, in YAML and JSON.
_VARIABLE = regex(
    r"""["']?name["']?:[ \t]*["']?(?P<name>[\w.-]{1,80})["']?,[ \t]*["']?value["']?:[ \t]*"""
    r"""(?:"(?P<double>[^"]+)"|'(?P<single>[^']+)'|(?P<plain>[^,}\]\s][^,}\]]*))"""
)
_OPTION = regex(r"--(?P<name>[\w.-]{1,80})[= \t]+(?P<value>[^\s\"',\]]+)")
_INK = regex(r"\S")
_ENTRIES = frozenset({"data", "stringData", "binaryData"})


def is_secret(place: Place) -> bool:
    """Whether a place holds a secret by what it is: an entry of a Secret, the value of a variable named like one."""
    path = place.path
    if place.owner is not None and place.owner.kind == "Secret" and len(path) > 1:
        return not _ENTRIES.isdisjoint(path[:-1])
    if len(path) > 2 and path[-1] == "value" and path[-3] == "env":
        return is_sensitive(path[-2].strip("[]"))
    return False


def veiled(snippet: str) -> str:
    """The line with stars in the place of everything that looks like a secret."""
    if _WORTH.search(snippet) is None:
        return snippet
    spans = [(match.start, match.end) for match in matches(snippet)]
    spans += [(pair.start, pair.end) for pair in pairs(snippet) if is_sensitive(pair.key) and _hides(pair.value)]
    for pattern in (_VARIABLE, _OPTION):
        for found in pattern.finditer(snippet):
            last = found.lastgroup or "name"
            if is_sensitive(found["name"]) and _hides(found[last]):
                spans.append(found.span(last))
    for start, end in spans:
        snippet = snippet[:start] + _INK.sub("*", snippet[start:end]) + snippet[end:]
    return snippet


def _hides(value: str) -> bool:
    return judged(value) not in _SHOWN
