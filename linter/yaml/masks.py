"""Text with characters hidden from the parser that kubectl reads and libyaml does not; offsets never move.

go-yaml takes `[http://host]` and `{image: nginx:1.27}` as they are meant; the libyaml inside ruamel.yaml refuses a
colon within a plain scalar between brackets, and skips a byte order mark at the beginning of a line. Such characters
are replaced by ones that occur nowhere in the text, and put back into the values.
"""

from __future__ import annotations

from hullmark.linter.patterns import regex

_PRIVATE_USE = range(0xE000, 0xF900)
_MARK = "\ufeff"
# Anchors, aliases and tags keep their colons. A colon after a quote or a bracket ends a key; inside a word it does not.
_COLON = regex(r"(?<![^\s,\[\]{}])[&*!][^\s,\[\]{}]*|(?<=[^\s,\[\]{}?:\"']):(?=[^\s])")


class Mask:
    """A text for the parser: byte order marks are hidden, and colons on demand."""

    __slots__ = ("_colon", "_mark", "_whole", "text")

    def __init__(self, text: str) -> None:
        free = (chr(code) for code in _PRIVATE_USE if chr(code) not in text)
        self._colon = next(free, "")
        self._mark = next(free, "")
        self._whole = False
        self.text = text.replace(_MARK, self._mark) if self._mark else text

    def hide_colons(self) -> None:
        """Hide every colon that is part of a word wherever it stands: only between brackets does it matter."""
        self._whole = True
        if self._colon:
            self.text = _COLON.sub(lambda found: self._colon if found[0] == ":" else found[0], self.text)

    def hide(self, offset: int) -> bool:
        """Hide the colon at `offset`, and with the first one every other; False when there is nothing to hide."""
        if not self._colon:
            return False
        if not self._whole:
            self.hide_colons()
            return True
        if offset < 0 or not self.text.startswith(":", offset):
            return False
        self.text = self.text[:offset] + self._colon + self.text[offset + 1 :]
        return True

    def restored(self, value: str) -> str:
        """`value` as written."""
        if self._colon and self._colon in value:
            value = value.replace(self._colon, ":")
        return value.replace(self._mark, _MARK) if self._mark and self._mark in value else value
