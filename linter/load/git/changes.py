"""What is different from an earlier tree: which files, under which names, and in which lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hullmark.linter.load.discover import printable
from hullmark.linter.load.git.repository import Repository
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_INDENT = regex(r"[ \t]*(?:- +)*")
_FIRST_DASH = regex(r"[ \t]*")


class Changes(NamedTuple):
    """Paths, as reports show them, whose content is different or that are on one side only; renames from old to new."""

    paths: frozenset[str]
    renamed: Mapping[str, str]


class Lines(NamedTuple):
    """Lines of a file that are new or different, and the parents of lines that are gone; all 1-based."""

    added: frozenset[int]
    parents: frozenset[int] = frozenset()

    def holds(self, line: int) -> bool:
        """Whether the line was touched."""
        return line in self.added or line in self.parents


def staged(repository: Repository, tree: Any) -> Changes:
    """What the index changes of a tree."""

    def read() -> Changes:
        difference = repository.raw.index.diff_to_tree(tree, 0, 0, 0)
        difference.find_similar()
        return _changes([difference])

    return repository.asked(read)


def unstaged(repository: Repository, tree: Any) -> Changes:
    """What the working tree, with its new files, changes of a tree."""

    def read() -> Changes:
        from pygit2.enums import DeltaStatus, DiffFind, DiffOption

        options = DiffOption.INCLUDE_UNTRACKED | DiffOption.RECURSE_UNTRACKED_DIRS
        index = repository.raw.index
        # By way of the index, which knows what was not touched: a tenth of the time that comparing with a tree takes.
        parts = [index.diff_to_tree(tree, 0, 0, 0), index.diff_to_workdir(options, 0, 0)]
        if all(delta.status != DeltaStatus.DELETED for part in parts for delta in part.deltas):
            return _changes(parts)
        whole = tree.diff_to_workdir(options, 0, 0)
        whole.find_similar(DiffFind.FIND_RENAMES | DiffFind.FIND_FOR_UNTRACKED)
        return Changes(_changes(parts).paths, _changes([whole]).renamed)

    return repository.asked(read)


def _changes(parts: Iterable[Any]) -> Changes:
    from pygit2.enums import DeltaStatus

    paths: set[str] = set()
    renamed: dict[str, str] = {}
    for part in parts:
        for delta in part.deltas:
            old, new = printable(delta.old_file.path), printable(delta.new_file.path)
            paths |= {old, new}
            if delta.status == DeltaStatus.RENAMED:
                renamed[old] = new
    return Changes(frozenset(paths), renamed)


def touched(repository: Repository, before: bytes, after: bytes) -> Lines:
    """The lines of `after` that are not in `before`, and those that hold what is gone."""
    after = _unix(after)
    patch = repository.patch(_unix(before), after)
    added: set[int] = set()
    parents: set[int] = set()
    lines = after.decode("utf-8", "replace").split("\n")
    for hunk in patch.hunks if patch is not None else ():
        added.update(range(hunk.new_start, hunk.new_start + hunk.new_lines))
        # A hunk without new lines names the line before it.
        above = hunk.new_start if hunk.new_lines == 0 else hunk.new_start - 1
        for line in hunk.lines:
            if line.origin == "-":
                parents |= _parents(lines, above, _text(line))
    return Lines(frozenset(added), frozenset(parents))


def every_line(content: bytes) -> Lines:
    """All lines of a new file."""
    return Lines(frozenset(range(1, _unix(content).count(b"\n") + 2)))


def _text(line: Any) -> str:
    raw: bytes = line.raw_content
    return raw.decode("utf-8", "replace").rstrip("\n")


def _parents(lines: list[str], above: int, gone: str) -> set[int]:
    """The line under which a deleted line stood: the nearest one above it that is indented less."""
    if not gone.strip():
        return set()
    start = _INDENT.match(gone)
    depth = start.end() if start is not None else 0
    for number in range(min(above, len(lines)), 0, -1):
        text = lines[number - 1]
        found = _FIRST_DASH.match(text)
        if not text.strip() or text.lstrip().startswith("#") or found is None:
            continue
        if text.startswith("---"):
            return set()
        if found.end() < depth:
            # The first key of a list item stands behind its dash: the item is the parent of its other keys.
            return {number}
    return set()


def _unix(content: bytes) -> bytes:
    """Line breaks as git stores them: a checkout may have others, which is no change."""
    return content.replace(b"\r\n", b"\n")
