"""Names and values in texts: lines of configuration files, options of commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from hullmark.linter.manifest.secrets.words import is_sensitive
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_LONGEST = 1 << 18
# YAML, JSON, INI, .env, .properties, TOML: a name, `:` or `=`, and one value. Possessive: no name is looked at twice.
_PAIR = regex(
    r"""(?<![\w.-])(?P<key>[A-Za-z_][\w.-]{1,80}+)["']?[ \t]{0,8}(?::|=>|=)[ \t]{0,64}"""
    r"""(?:"(?P<double>[^"\n]{1,512})"|'(?P<single>[^'\n]{1,512})'|(?P<plain>[^\s"'#,;{}\[\]()<>=][^\s"',;{}()<>]{0,512}))"""
)
_OPTION = regex(r"-{0,2}[A-Za-z_][\w.-]*")
# XML in three habits (Hadoop's pair of elements, an element, a pair of attributes), and constants of PHP.
_MARKED = regex(
    r"""<name>\s{0,8}(?P<named>[A-Za-z_][\w.-]{1,80})\s{0,8}</name>\s{0,64}<value>(?P<of_name>[^<>\n]{1,512})</value>"""
    r"""|<(?P<element>[A-Za-z_][\w.-]{1,80})>(?P<content>[^<>\n]{1,512})</"""
    r"""|\b(?:key|name)="(?P<attribute>[A-Za-z_][\w.-]{1,80})"[ \t]{1,8}value="(?P<of_attribute>[^"<>\n]{1,512})\""""
    r"""|\bdefine\([ \t]{0,8}['"](?P<constant>[A-Za-z_]\w{1,80})['"][ \t]{0,8},[ \t]{0,8}"""
    r"""['"](?P<of_constant>[^'"\n]{1,512})['"]"""
)
_GROUPS = {"of_name": "named", "content": "element", "of_attribute": "attribute", "of_constant": "constant"}
_CODE = regex(r"[(\[]|\$\w|::|->")


class Pair(NamedTuple):
    """A name and its value, with the place of the value in the text."""

    key: str
    value: str
    start: int
    end: int


def pairs(text: str) -> Iterator[Pair]:
    """Every name with a value in a text of lines."""
    for match in _PAIR.finditer(text, 0, min(len(text), _LONGEST)):
        group = match.lastgroup or "plain"
        value = match[group]
        if group == "plain" and (_CODE.search(value) or text[match.end() : match.end() + 1] == "("):
            continue
        yield Pair(match["key"], value, *match.span(group))
    if "<" in text or "define(" in text:
        for match in _MARKED.finditer(text, 0, min(len(text), _LONGEST)):
            group = match.lastgroup or ""
            yield Pair(match[_GROUPS[group]], match[group], *match.span(group))


def options(words: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Names that promise a secret and values of a command's words, and the index of the word that holds the value."""
    for index, word in enumerate(words):
        if not _promises(word):
            continue
        name, equals, value = word.partition("=")
        if equals and value and _OPTION.fullmatch(name):
            yield name.lstrip("-"), value.strip("\"'"), index
        elif word.startswith("--") and not equals and index + 1 < len(words) and not words[index + 1].startswith("-"):
            yield word.lstrip("-"), words[index + 1], index + 1


@lru_cache(maxsize=4096)
def _promises(word: str) -> bool:
    """Whether a word may begin an option that is named like a secret; words of commands recur from file to file."""
    return is_sensitive(word.partition("=")[0].lstrip("-"))
