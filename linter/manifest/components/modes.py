"""Modes and owners of files: as numbers or letters, declared beside a file or by a command of a script.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/chmod.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hullmark.linter.manifest.components import shell
from hullmark.linter.manifest.components.files import Notation
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_OCTAL = regex(r"0?o?[0-7]{3,5}")
_NUMBER = regex(r"[1-9][0-9]{0,9}")
_CLAUSE = regex(r"([ugoa]*)((?:[-+=][rwxXst]*)+)")
_ACTION = regex(r"([-+=])([rwxXst]*)")
_WHO = {"u": 0o700, "g": 0o070, "o": 0o007, "a": 0o777}
_WHAT = {"r": 0o444, "w": 0o222, "x": 0o111, "X": 0, "s": 0, "t": 0}
_WRAPPERS = frozenset({"sudo", "exec", "command", "nohup"})
_VALUED = frozenset({"-m", "-o", "-g", "-t", "--mode", "--owner", "--group", "--target-directory", "-S", "--suffix"})


class Change(NamedTuple):
    """What a command of a script does to a file: its path, its mode, its owner and group."""

    path: Word
    mode: Word | None = None
    owners: tuple[Word, ...] = ()


def mode_of(word: Word | None, notation: Notation = Notation.OCTAL, start: int = 0) -> int | None:
    """The mode that a text means; None where there is none or a template writes it.

    Letters are evaluated from `start`: what they leave alone is not said.
    """
    if word is None or templated(word.text):
        return None
    text = word.text.strip()
    if notation is not Notation.OCTAL and _NUMBER.fullmatch(text) and _is_plain(word, notation):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text.replace("o", ""), 8)
    return _symbolic(text, start)


def _is_plain(word: Word, notation: Notation) -> bool:
    """Whether a number is one for the reader: Ansible reads digits in quotes as octal ones, and those with a zero."""
    if notation is Notation.DECIMAL:
        return True
    return len(word.text) < 4 and word.source.text[word.whole.start : word.whole.end] == word.text


def _symbolic(text: str, start: int) -> int | None:
    mode = start
    for clause in text.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            return None
        who = sum({_WHO[each] for each in match[1]}) if "a" not in match[1] and match[1] else 0o777
        for sign, letters in _ACTION.findall(match[2]):
            bits = 0
            for letter in letters:
                bits |= _WHAT[letter] & who
            mode = {"+": mode | bits, "-": mode & ~bits, "=": (mode & ~who) | bits}[sign]
    return mode


def changes(script: Word) -> Iterator[Change]:
    """What `chmod`, `chown`, `chgrp` and `install` do in a script."""
    if not any(name in script.text for name in ("chmod", "chown", "chgrp", "install")):
        return
    for command in shell.commands(script):
        words = list(command)
        while words and words[0].text in _WRAPPERS:
            words = words[1:]
        name = words[0].text.rpartition("/")[2] if words else ""
        if name in ("chmod", "chown", "chgrp"):
            yield from _changed(name, words[1:])
        elif name == "install":
            yield from _installed(words[1:])


def _changed(name: str, words: Sequence[Word]) -> Iterator[Change]:
    # `chmod -x file` takes a mode away; options of these commands are longer, or in capitals.
    rest = [word for word in words if not re.fullmatch(r"--?[A-Zcfvh]+|--[a-z-]+(?:=.*)?", word.text)]
    if len(rest) < 2:
        return
    what, *paths = rest
    for path in paths:
        yield Change(path, what) if name == "chmod" else Change(path, None, (what,))


def _installed(words: Sequence[Word]) -> Iterator[Change]:
    options: dict[str, Word] = {}
    rest: list[Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        name, equals, _ = word.text.partition("=")
        if name.startswith("--") and equals:
            options[name] = word.part(len(name) + 1, len(word.text))
        elif word.text in _VALUED and at < len(words):
            options[word.text] = words[at]
            at += 1
        elif re.fullmatch(r"-m[0-7]{3,4}", word.text):
            options["-m"] = word.part(2, len(word.text))
        elif word.text.startswith("-"):
            options[word.text] = word
        else:
            rest.append(word)
    mode = options.get("-m", options.get("--mode"))
    owners = [options.get(short, options.get(long)) for short, long in (("-o", "--owner"), ("-g", "--group"))]
    for path in _destinations(rest, any(name in options for name in ("-d", "--directory"))):
        yield Change(path, mode, tuple(each for each in owners if each is not None))


def _destinations(paths: Sequence[Word], directories: bool) -> Iterator[Word]:
    if directories:
        yield from paths
    elif len(paths) >= 2:
        *sources, target = paths
        if target.text.endswith("/") or len(sources) > 1:
            for source in sources:
                name = source.text.rpartition("/")[2]
                yield target.renamed(f"{target.text.rstrip('/')}/{name}")
        else:
            yield target
