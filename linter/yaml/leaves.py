"""Scalars: the leaves of a document."""

from __future__ import annotations

from hullmark.linter.text import Span
from hullmark.linter.yaml import raws, scalars


class Scalar:
    """One written value. `value` is its text after unquoting and folding, `style` is one of `` ' " | > `` or empty."""

    __slots__ = ("end", "start", "style", "tag", "value")

    def __init__(self, value: str, style: str, tag: str | None, start: int, end: int) -> None:
        self.value = value
        self.style = style
        self.tag = tag
        self.start = start
        self.end = end

    def __reduce__(self) -> tuple[type[Scalar], tuple[str, str, str | None, int, int]]:
        return (Scalar, (self.value, self.style, self.tag, self.start, self.end))

    def __repr__(self) -> str:
        return f"Scalar({self.value!r}, {self.start}:{self.end})"

    @property
    def span(self) -> Span:
        """The written text with quotes or block header, without anchor and tag."""
        return Span(self.start, self.end)

    @property
    def is_plain(self) -> bool:
        """Whether the scalar is written without quotes, block indicator and tag, so that its spelling decides."""
        return not self.style and self.tag is None

    @property
    def resolved(self) -> scalars.Value:
        """The value as kubectl sends it: quoted and block scalars are text, plain ones depend on their spelling."""
        if self.tag is not None:
            return scalars.resolve_tagged(self.tag, self.value)
        return self.value if self.style else scalars.resolve(self.value)

    @property
    def is_null(self) -> bool:
        """Whether it is `resolved` to null."""
        if self.tag is None:
            return self.value in scalars.NULLS and not self.style
        return self.resolved is None

    @property
    def key(self) -> str | None:
        """Text of the key that this scalar becomes in JSON; None where kubectl refuses it (null, above int64)."""
        return raws.key_text(self.value, self.style, self.tag)
