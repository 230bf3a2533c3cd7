"""Commands of containers: what is run, word by word, and through which shell.

Scripts are divided into simple commands the way a shell reads them, as far as quotes, comments and separators go;
nothing is expanded and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.manifest.pod import Container
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml.embedded import placed
from hullmark.linter.yaml.nodes import Mapping, Scalar, Sequence

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_LONGEST = 65536
_TOKEN = regex(
    r"""(?P<blank>(?:[ \t\r]|\\\n)+)|(?P<comment>\#[^\n]*)|(?P<break>\n|;;?|&&|\|\|)|(?P<pipe>\|&?)|(?P<back>&(?!>))"""
    r"""|(?P<word>(?:[^\s;|&\\'"]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|&>|['"\\])+)""",
    re.DOTALL,
)
_QUOTES = regex(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)""", re.DOTALL)
_ASSIGNMENT = regex(r"[A-Za-z_]\w*=")
_PREFIXES = frozenset(
    {"exec", "command", "env", "nohup", "time", "then", "do", "else", "if", "while", "until", "!", "{", "("}
)


class Program(NamedTuple):
    """One simple command: its words without quotes, where it stands, and whether it reads another one's output."""

    words: tuple[str, ...]
    place: Place
    piped: bool = False
    offset: int = 0

    @property
    def name(self) -> str:
        """Basename of what is run, after assignments and words such as `exec`."""
        for word in self.words:
            if word in _PREFIXES or _ASSIGNMENT.match(word):
                continue
            return word.rpartition("/")[2]
        return ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Words after the program's name."""
        for number, word in enumerate(self.words):
            if word not in _PREFIXES and not _ASSIGNMENT.match(word):
                return self.words[number + 1 :]
        return ()


class Text:
    """What a container runs at one occasion: items of a command, or one script.

    `parts` are lists of items, or the script itself; `script` is the index of a shell's text.
    """

    def __init__(self, parts: Iterable[Cursor], script: int = -1) -> None:
        self.parts = tuple(parts)
        self.script = script

    @cached_property
    def items(self) -> tuple[Cursor, ...]:
        """Every item with its place; few are ever shown."""
        return tuple(self._items())

    def _items(self) -> Iterator[Cursor]:
        for part in self.parts:
            if part.is_sequence:
                yield from part.items()
            else:
                yield part

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Texts of the items, empty where one is no text."""
        found: list[str] = []
        for part in self.parts:
            nodes = part.node.items if isinstance(part.node, Sequence) else (part.node,)
            found += [node.value if isinstance(node, Scalar) and not node.is_null else "" for node in nodes]
        return tuple(found)

    @property
    def script_text(self) -> str:
        """What the shell is told to run, empty where there is no shell."""
        return self.values[self.script][:_LONGEST] if self.script >= 0 else ""

    def at(self, start: int, end: int) -> Place:
        """Place of a part of the script."""
        return part_of(self.items[self.script], start, end)

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """Simple commands, in order."""
        return tuple(self._programs())

    def _programs(self) -> Iterator[Program]:
        if self.script < 0:
            for first in self._items():
                yield Program(self.values, first.place)
                return
            return
        for words, start, end, piped in _simple(self.script_text):
            yield Program(words, self.at(start, end), piped, start)

    @cached_property
    def words(self) -> tuple[tuple[str, Placed], ...]:
        """Every word with where it stands: an item, or the simple command that it is part of."""
        if self.script < 0:
            return tuple(zip(self.values, self.items, strict=True))
        return tuple((word, program.place) for program in self.programs for word in program.words)


def part_of(item: Cursor, start: int, end: int) -> Place:
    """Place of a part of a scalar's text, the whole scalar where its text is folded or escaped."""
    node = item.node
    if not isinstance(node, Scalar):
        return item.place
    return Place(item.source, placed(node, item.source).span(Span(start, end)), item.path, item.owner)


def command_texts(container: Container) -> tuple[Text, ...]:
    """Everything that the container runs: its command, probes, hooks, and scripts of Argo and Tekton."""
    return container.derived(_command_texts)


def _command_texts(container: Container) -> tuple[Text, ...]:
    return tuple(_written(container))


def _written(container: Container) -> Iterator[Text]:
    at = container.cursor
    written = at.node if isinstance(at.node, Mapping) else ()
    command = text_of(at.get(name) for name in ("command", "args") if name in written)
    if command.values:
        yield command
    for name in ("source", "script"):
        if name in written and (script := at.get(name)).text is not None:
            yield Text((script,), 0)
    for occasion in container.occasions:
        text = text_of((occasion.get("exec", "command"),))
        if text.values:
            yield text


def text_of(lists: Iterable[Cursor]) -> Text:
    """A command by the lists of its items; the item after a shell's `-c` is a script."""
    text = Text(each for each in lists if each.is_sequence)
    values = text.values
    names = [value.rpartition("/")[2] for value in values[:2]]
    start = 1 if names[:1] == ["busybox"] else 0
    if names[start : start + 1] and names[start] in _SHELLS:
        for number in range(start + 1, len(values)):
            option = values[number]
            if not option.startswith(("-", "+")):
                break
            if (
                option.startswith("-")
                and not option.startswith("--")
                and "c" in option[1:]
                and number + 1 < len(values)
            ):
                text.script = number + 1
                return text
    # An image's own entrypoint may be a shell: a lone `-c` says so.
    if len(values) == 2 and values[0] in ("-c", "-ec") and " " in values[1]:
        text.script = 1
    return text


def _simple(script: str) -> Iterator[tuple[tuple[str, ...], int, int, bool]]:
    words: list[str] = []
    start = end = 0
    piped = False
    for token in _TOKEN.finditer(script):
        match token.lastgroup:
            case "word":
                if not words:
                    start = token.start()
                words.append(_unquoted(token.group()))
                end = token.end()
            case "break" | "pipe" | "back":
                if words:
                    yield tuple(words), start, end, piped
                words = []
                piped = token.lastgroup == "pipe"
    if words:
        yield tuple(words), start, end, piped


def _unquoted(word: str) -> str:
    if "'" not in word and '"' not in word and "\\" not in word:
        return word
    return _QUOTES.sub(lambda part: next((each for each in part.groups() if each is not None), ""), word)
