"""systemd units, their drop-ins, and environment files: command lines outside of YAML.

https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from posixpath import basename, dirname
from typing import TypeVar

from hullmark.linter.manifest.components.shell import tokens
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.patterns import regex
from hullmark.linter.records import field, record

_NAME = regex(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
_PREFIX = "-@:+!|"
_LINE = regex(r"[^\n]*(?:\n|\Z)")
# https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Specifiers
_SPECIFIER = regex(r"%([%A-Za-z])")

T = TypeVar("T")
Files = Callable[[str], Word | None]
"""The text of an environment file by its path on the node; None where it is not in the input."""


@record(frozen=False)
class Unit:
    """The `[Service]` section of a unit with its drop-ins, or of one of them.

    `variables` are literal assignments of `Environment=`, `files` the environment files it reads.
    """

    service: Word | None = None
    command: Word | None = None
    variables: dict[str, Word] = field(default_factory=dict)
    files: list[Word] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


def families(named: Iterable[tuple[str, T]]) -> list[tuple[T, ...]]:
    """Things by the paths of units: each unit, then its drop-ins in the order of their names.

    Folders of drop-ins may lie elsewhere than their unit (`/etc/systemd/system`, `/usr/lib/systemd/system`), so names
    decide, unless several units have one name.
    """
    listed = list(named)
    names = [basename(path) for path, _ in listed if path.endswith(".service")]
    found: dict[str, list[tuple[bytes, T]]] = {}
    for path, thing in listed:
        folder = dirname(path)
        whole, order = path, b""
        if folder.endswith(".service.d"):
            whole, order = folder.removesuffix(".d"), basename(path).encode("utf-8", "surrogateescape")
        key = whole if names.count(basename(whole)) > 1 else basename(whole)
        found.setdefault(key, []).append((order, thing))
    return [tuple(thing for _, thing in sorted(each, key=lambda pair: pair[0])) for each in found.values()]


def unit(*texts: Word) -> Unit:
    """What a unit and its drop-ins say about a service; later lines replace earlier ones, empty ones reset them."""
    found = Unit()
    for text in texts:
        _read(found, text)
    return found


def _read(found: Unit, text: Word) -> None:
    section = ""
    for line in _logical_lines(text):
        body = line.text.strip()
        if not body or body[0] in "#;":
            continue
        if body.startswith("["):
            section = body
            if body == "[Service]" and found.service is None:
                found.service = line.part(line.text.index("["), line.text.index("[") + len(body))
            continue
        key, equals, _ = line.text.partition("=")
        if section == "[Service]" and equals:
            start = len(key) + 1
            value = line.part(start, len(line.text))
            _take(found, key.strip(), value)


def _take(found: Unit, key: str, value: Word) -> None:
    found.keys.add(key)
    match key:
        case "ExecStart":
            found.command = value if value.text.strip() else None
        case "Environment" if not value.text.strip():
            found.variables.clear()
        case "Environment":
            for token in tokens(value, operators=""):
                name, equals, _ = token.word.text.partition("=")
                if equals:
                    found.variables[name] = token.word.part(len(name) + 1, len(token.word.text))
        case "EnvironmentFile":
            if not value.text.strip():
                found.files.clear()
            else:
                found.files.append(value)


def _logical_lines(text: Word) -> Iterator[Word]:
    """Lines, with those that end in a backslash joined to the next one."""
    start = at = 0
    for match in _LINE.finditer(text.text):
        at = match.end()
        if match.start() > start and match.group().lstrip(" \t")[:1] in ("#", ";") and at < len(text.text):
            continue  # comments within a joined line are left out
        if match.group().rstrip("\r\n").endswith("\\") and at < len(text.text):
            continue
        if at > start:
            yield text.part(start, at)
        start = at
        if at >= len(text.text):
            return


def command_words(found: Unit, files: Files | None = None) -> tuple[list[Word], bool]:
    """Words of the command line with variables filled in; whether all that may change it was visible.

    What environment files say replaces what `Environment=` says, the last file first.
    """
    if found.command is None:
        return [], True
    known, visible = variables(found, files)
    words: list[Word] = []
    for index, token in enumerate(tokens(found.command, operators="")):
        word = token.word
        if index == 0:
            skipped = len(word.text) - len(word.text.lstrip(_PREFIX))
            word = word.part(skipped, len(word.text))
        match = _NAME.fullmatch(word.text)
        if match is not None:
            value = known.get(match[1] or match[2])
            if value is None:
                visible = False
            elif match[2]:
                words.extend(inner.word for inner in tokens(value, operators=""))
            else:
                words.append(value)
            continue
        words.append(_filled(word, known))
    return [_specified(word) for word in words], visible


def variables(found: Unit, files: Files | None = None) -> tuple[dict[str, Word], bool]:
    """What `Environment=` and the environment files set, the last one counts; whether every file was in the input."""
    known = dict(found.variables)
    visible = True
    for path in found.files:
        text = None if files is None else files(path_of(path))
        visible = visible and text is not None
        known.update({} if text is None else environment(text))
    return known, visible


def path_of(file: Word) -> str:
    """The path of `EnvironmentFile=`; a dash before it says that the file may be missing."""
    return file.text.strip().removeprefix("-").strip("\"'")


def _specified(word: Word) -> Word:
    """A word with specifiers as placeholders: what `%H` and `%i` stand for is not in the input; `%%` is a percent."""
    if "%" not in word.text:
        return word
    text = _SPECIFIER.sub(lambda match: "%" if match[1] == "%" else f"${{{match[1]}}}", word.text)
    return word if text == word.text else word.renamed(text)


def _filled(word: Word, known: Mapping[str, Word]) -> Word:
    """A word with `${NAME}` inside filled in; unknown names stay, and make the value unknown."""
    if "$" not in word.text:
        return word

    def value(match: re.Match[str]) -> str:
        found = known.get(match[1] or match[2])
        return match.group() if found is None else found.text

    text = _NAME.sub(value, word.text)
    return word if text == word.text else word.renamed(text)


def environment(text: Word) -> dict[str, Word]:
    """Assignments of an environment file: `NAME=value`, quotes removed, `export` allowed."""
    found: dict[str, Word] = {}
    for line in _logical_lines(text):
        body = line.text.strip()
        if not body or body[0] in "#;":
            continue
        start = line.text.index(body[0])
        if body.startswith("export "):
            start += len("export ")
        name, equals, _ = line.text[start:].partition("=")
        if not equals or not name.strip().isidentifier():
            continue
        at = start + len(name) + 1
        value = line.part(at, len(line.text.rstrip()))
        found[name.strip()] = _unquoted(value)
    return found


def _unquoted(value: Word) -> Word:
    text = value.text.strip()
    offset = len(value.text) - len(value.text.lstrip())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return value.part(offset + 1, offset + len(text) - 1)
    return value.part(offset, offset + len(text))
