"""Text with characters hidden from the parser that kubectl reads and libyaml does not; offsets never move.

go-yaml takes `[http://host]` and `{image: nginx:1.27}` as they are meant; the libyaml inside ruamel.yaml refuses a
colon within a plain scalar between brackets. The colon is replaced by a character that occurs nowhere in the text, and
put back into the values.
"""

from __future__ import annotations

import re

_PRIVATE_USE = range(0xE000, 0xF900)
# Anchors, aliases and tags keep their colons. A colon after a quote or a bracket ends a key; inside a word it does not.
_COLON = re.compile(r"(?<![^\s,\[\]{}])[&*!][^\s,\[\]{}]*|(?<=[^\s,\[\]{}?:\"']):(?=[^\s])")


class Mask:
    """Text in which some colons are hidden."""

    __slots__ = ("substitute", "text")

    def __init__(self, text: str) -> None:
        substitute = next((chr(code) for code in _PRIVATE_USE if chr(code) not in text), "")
        self.substitute = substitute
        self.text = _COLON.sub(lambda found: substitute if found[0] == ":" else found[0], text) if substitute else text

    def hide(self, offset: int) -> bool:
        """Hide one more colon; False when there is none at `offset`."""
        if not self.substitute or not self.text.startswith(":", offset):
            return False
        self.text = self.text[:offset] + self.substitute + self.text[offset + 1 :]
        return True

    def restored(self, value: str) -> str:
        """`value` as written."""
        return value.replace(self.substitute, ":") if self.substitute else value
