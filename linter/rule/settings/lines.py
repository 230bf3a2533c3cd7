"""Removing a setting with its line, where it stands on a line of its own and others stand beside it."""

from __future__ import annotations

from hullmark.linter.manifest.components.word import Word
from hullmark.linter.patterns import regex
from hullmark.linter.text import Edit, Source, Span

_BEHIND = regex(r"[ \t]*(?:#.*)?")
_ITEM = regex(r"(?P<indent>[ ]*)- +")
_ENTRY = regex(r"(?P<indent>[ ]*)(?P<quote>[\"']?)(?P<key>[^\"'\s:]+)(?P=quote): +")
_NAMED = regex(r"(?P<indent>[ ]*)- name: +[\"']?(?P<name>[^\"'\s]+)[\"']?[ \t]*")


def removed(word: Word, name: str) -> tuple[Source, Edit] | None:
    """Removes the item of a list, the entry called `name` of a map, or the item with that `name` and a value."""
    text = word.source.text
    start, end = _line(text, word.whole.start)
    if word.whole.end > end or not _BEHIND.fullmatch(text, word.whole.end, end):
        return None
    head = text[start : word.whole.start]
    if match := _ITEM.fullmatch(head):
        return _without(word.source, start, end, match["indent"] + "-")
    entry = _ENTRY.fullmatch(head)
    if entry is None:
        return None
    if entry["key"] == name:
        return _without(word.source, start, end, entry["indent"])
    before, _ = _line(text, start - 1)
    named = _NAMED.fullmatch(text, before, start - 1)
    if entry["key"] == "value" and named is not None and named["name"] == name:
        return _without(word.source, before, end, named["indent"] + "-")
    return None


def _line(text: str, at: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return start, len(text) if end < 0 else end


def _without(source: Source, start: int, end: int, beginning: str) -> tuple[Source, Edit] | None:
    """Removes whole lines, unless nothing that begins alike would be left beside them."""
    text = source.text
    before = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : max(start - 1, 0)]
    _, after_end = _line(text, end + 1)
    after = text[end + 1 : after_end]
    if not any(_begins(line, beginning) for line in (before, after)):
        return None
    return source, Edit(Span(start, min(end + 1, len(text))), "")


def _begins(line: str, beginning: str) -> bool:
    """Whether a line starts an item or entry at the same depth."""
    rest = line.removeprefix(beginning)
    if len(rest) == len(line) or not rest.strip():
        return False
    return rest[0] == " " if beginning.endswith("-") else rest[0] not in " -#"
