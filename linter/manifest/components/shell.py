"""Words of POSIX shell scripts with their places: enough to find the command line of a component.

Nothing is run. Quotes, backslashes, comments, line continuations, operators, assignments and
variables with literal values are understood; everything else leaves its text as written.
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from hullmark.linter.manifest.components.word import Word
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_OPERATORS = "\n;&|()"
# The delimiter of a here-document, quoted or not; `<<-` takes tabs away before its lines.
_HEREDOC = regex(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([A-Za-z_0-9][\w.-]*))")
_MOST_HEREDOCS = 200
_INTERPRETERS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "ssh", "chroot", "su", "nsenter"})


class Token(NamedTuple):
    """A word of the script with quotes removed, an operator, or the body of a here-document."""

    word: Word
    operator: bool = False
    literal: bool = True
    body: bool = False


class Line(NamedTuple):
    """Commands that stand on one line, joined by pipes or others, and the here-documents that follow it."""

    commands: list[list[Word]]
    bodies: list[Word]


def commands(script: Word, variables: Mapping[str, str] | None = None) -> Iterator[list[Word]]:
    """Simple commands of a script, in order; variables that a literal assignment defines are filled in."""
    known = dict(variables or {})
    for line in lines(script, known):
        yield from line.commands
        if any(_interprets(command) for command in line.commands):
            for body in line.bodies:
                yield from commands(body, known)


def _interprets(command: Sequence[Word]) -> bool:
    """Whether a command runs what it is given as a script."""
    return any(word.text.rpartition("/")[2] in _INTERPRETERS for word in command[:3])


def lines(script: Word, variables: dict[str, str] | None = None) -> Iterator[Line]:
    """Simple commands of a script line by line, with what is written below them for their input."""
    known = {} if variables is None else variables
    line, current, ended = Line([], []), list[Word](), False
    for token in tokens(script):
        if token.body:
            line.bodies.append(token.word)
            continue
        if ended:
            yield line
            line, ended = Line([], []), False
        if token.operator:
            if current:
                line.commands.append(current)
            current, ended = [], token.word.text == "\n"
            continue
        word = _filled(token, known)
        if not current and _is_assignment(word.text):
            name, _, value = word.text.partition("=")
            known[name] = value
            if "--" not in value:
                continue
        current.extend(_fields(word) if word is not token.word else [word])
    if current:
        line.commands.append(current)
    yield line


def tokens(script: Word, operators: str = _OPERATORS) -> Iterator[Token]:
    """Words and operators; comments and escaped line ends are dropped.

    systemd knows no operators, and comments only as lines of their own, between those that are joined.
    """
    text = script.text
    at = seen = 0
    awaited: list[str] = []
    while at < len(text):
        char = text[at]
        if char in " \t\r":
            at += 1
        elif char == "<" and operators and (heredoc := _HEREDOC.match(text, at)) is not None:
            at, seen = heredoc.end(), seen + 1
            # Each one is searched for to the end of the script, and whoever writes it may begin any number.
            awaited += [heredoc[2] or heredoc[3] or heredoc[4]] if seen <= _MOST_HEREDOCS else []
        elif text.startswith("\\\n", at):
            at += 2
        elif text.startswith("\\\r\n", at):
            at += 3
        elif (char == "#" and operators) or (char in "#;" and not operators and _begins_line(text, at)):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif char == "\n" and not operators:
            at += 1
        elif char in operators:
            yield Token(script.part(at, at + 1), operator=True)
            at += 1
            while char == "\n" and awaited:
                end, after = _body(text, at, awaited.pop(0))
                if after > at:
                    yield Token(script.part(at, end), operator=True, body=True)
                at = after
        else:
            token, at = _word(script, at, operators)
            yield token


def _begins_line(text: str, at: int) -> bool:
    """Whether only blanks stand before a character, on a line that is not the first."""
    line = text.rfind("\n", 0, at)
    return line >= 0 and not text[line:at].strip()


def _body(text: str, start: int, delimiter: str) -> tuple[int, int]:
    """Where a here-document ends, and where the script goes on; `1<<2` has no delimiter below it and is none."""
    found = re.compile(rf"^[ \t]*{re.escape(delimiter)}[ \t]*\r?(?:\n|\Z)", re.MULTILINE).search(text, start)
    return (start, start) if found is None else (found.start(), found.end())


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
        elif char in operators or char in " \t\r\n" or (char == "<" and operators and _HEREDOC.match(text, at)):
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
