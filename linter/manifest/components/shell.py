"""Words of POSIX shell scripts with their places: enough to find the command line of a component.

Nothing is run. Quotes, backslashes, comments, line continuations, operators, assignments and
variables with literal values are understood; everything else leaves its text as written.
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hullmark.linter.manifest.components.word import Word

_OPERATORS = "\n;&|()"


class Token(NamedTuple):
    """A word of the script with quotes removed, or an operator."""

    word: Word
    operator: bool = False
    literal: bool = True


def commands(script: Word, variables: Mapping[str, str] | None = None) -> Iterator[list[Word]]:
    """Simple commands of a script, in order; variables that a literal assignment defines are filled in."""
    known = dict(variables or {})
    current: list[Word] = []
    for token in tokens(script):
        if token.operator:
            if current:
                yield current
            current = []
            continue
        word = _filled(token, known)
        if not current and _is_assignment(word.text):
            name, _, value = word.text.partition("=")
            known[name] = value
            if "--" not in value:
                continue
        current.extend(_fields(word) if word is not token.word else [word])
    if current:
        yield current


def tokens(script: Word, operators: str = _OPERATORS) -> Iterator[Token]:
    """Words and operators; comments and escaped line ends are dropped. systemd knows no operators and no comments."""
    text = script.text
    at = 0
    while at < len(text):
        char = text[at]
        if char in " \t\r":
            at += 1
        elif text.startswith("\\\n", at):
            at += 2
        elif text.startswith("\\\r\n", at):
            at += 3
        elif char == "#" and operators:
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif char == "\n" and not operators:
            at += 1
        elif char in operators:
            yield Token(script.part(at, at + 1), operator=True)
            at += 1
        else:
            token, at = _word(script, at, operators)
            yield token


def _word(script: Word, start: int, operators: str) -> tuple[Token, int]:
    """The word that begins at `start`, quotes removed, and where it ends."""
    text = script.text
    kept: list[tuple[int, str]] = []
    quote = ""
    literal = True
    at = start
    while at < len(text):
        char = text[at]
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"' and text[at + 1 : at + 2] in '"\\$`\n':
                at += 1
                if text[at : at + 1] != "\n":
                    kept.append((at, text[at : at + 1]))
            else:
                kept.append((at, char))
                literal = literal and quote != "'"
        elif char in "'\"":
            quote = char
        elif char == "\\":
            at += 1
            if text[at : at + 1] not in ("\n", "\r"):
                kept.append((at, text[at : at + 1]))
        elif char in operators or char in " \t\r\n":
            break
        else:
            kept.append((at, char))
        at += 1
    return Token(_joined(script, kept, start, at), literal=literal), at


def _joined(script: Word, kept: list[tuple[int, str]], start: int, end: int) -> Word:
    """A word of the kept characters: one run of the script, or several where quotes were removed."""
    text = "".join(char for _, char in kept)
    whole = script.span(start, end)
    if not script.marks or not kept:
        return Word(text, script.source, whole, (), script.path, script.owner)
    marks: list[tuple[int, int]] = []
    expected = -1
    for index, (at, _) in enumerate(kept):
        outer = script.span(at, at + 1).start
        if outer != expected:
            marks.append((index, outer))
        expected = outer + 1
    if len(marks) == 1:
        whole = script.span(kept[0][0], kept[-1][0] + 1)
    return Word(text, script.source, whole, tuple(marks), script.path, script.owner)


def _is_assignment(text: str) -> bool:
    name, equals, _ = text.partition("=")
    return bool(equals) and name.isidentifier()


def _filled(token: Token, known: Mapping[str, str]) -> Word:
    """The word with variables of known literal value replaced; the same word when there is none."""
    text = token.word.text
    if "$" not in text or not token.literal:
        return token.word
    filled = text
    for name, value in known.items():
        filled = filled.replace(f"${{{name}}}", value)
        if filled == f"${name}":
            filled = value
    return token.word if filled == text else token.word.renamed(filled)


def _fields(word: Word) -> list[Word]:
    """A filled-in word split at blanks, as an unquoted variable is."""
    return [word.renamed(piece) for piece in word.text.split()] or [word]
