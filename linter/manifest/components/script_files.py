"""Files that scripts write: here-documents, `echo` and `printf` behind a redirection, `tee`.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_07_04
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hullmark.linter.manifest.components import shell
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Source, Span

_REDIRECTION = regex(r"1?>>?\|?(?P<path>[^&>|]*)")
_SPEAKERS = frozenset({"echo", "printf"})
_OPTIONS = regex(r"-[neE]+|--")
_NOWHERE = ("/dev/null", "/dev/stdout", "/dev/stderr")


class FileText(NamedTuple):
    """A file that a script writes. `path` is empty where the text goes somewhere else; `heredoc` says how it came."""

    path: str
    text: Word
    heredoc: bool


def written(script: Word) -> Iterator[FileText]:
    """Every text of a script that goes into a file, and every here-document."""
    if "<<" not in script.text and ">" not in script.text and "tee" not in script.text:
        return
    for line in shell.lines(script):
        path = next((path for command in line.commands if (path := _target(command))), "")
        for body in line.bodies:
            yield FileText(path, body, True)
        if path and not line.bodies:
            said = next((text for command in line.commands if (text := _said(command)) is not None), None)
            if said is not None:
                yield FileText(path, said, False)


def here_documents(text: str) -> tuple[tuple[str, Span], ...]:
    """Path and extent of every here-document of a script, in the order of the text."""
    if "<<" not in text:
        return ()
    whole = Word(text, Source("", text), Span(0, len(text)), ((0, 0),))
    return tuple((each.path, each.text.span(0, len(each.text.text))) for each in written(whole) if each.heredoc)


def _target(command: Sequence[Word]) -> str:
    """The file that a command writes: by `>`, or as an argument of `tee`."""
    for index, word in enumerate(command):
        match = _REDIRECTION.fullmatch(word.text)
        if match is not None:
            following = command[index + 1].text if index + 1 < len(command) else ""
            path = match["path"] or following
            if path not in _NOWHERE:
                return path
    names = [word.text.rpartition("/")[2] for word in command]
    if "tee" in names[:3]:
        rest = [word.text for word in command[names.index("tee") + 1 :] if word.text[:1] not in ("-", ">")]
        return rest[0] if rest else ""
    return ""


def _said(command: Sequence[Word]) -> Word | None:
    """What `echo` or `printf` writes; escapes are left to themselves where a place would be lost."""
    if not command or command[0].text.rpartition("/")[2] not in _SPEAKERS:
        return None
    words: list[Word] = []
    for word in command[1:]:
        if _REDIRECTION.fullmatch(word.text):
            break
        if words or not _OPTIONS.fullmatch(word.text):
            words.append(word)
    if not words:
        return None
    if len(words) == 1 and "\\n" not in words[0].text:
        return words[0]
    return words[0].renamed(" ".join(word.text for word in words).replace("\\n", "\n"))
