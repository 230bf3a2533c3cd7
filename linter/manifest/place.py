"""A place in a manifest: text range, logical path and the resource around it."""

from __future__ import annotations

from typing import Protocol

from hullmark.linter.finding import ResourceRef
from hullmark.linter.text import Source, Span


class Place:
    """Where a hit points. `path` names fields, list items by their name where they have one.

    `owner` is the resource (with container, if any) that the place belongs to.
    """

    __slots__ = ("owner", "path", "source", "span")

    def __init__(
        self, source: Source, span: Span, path: tuple[str, ...] = (), owner: ResourceRef | None = None
    ) -> None:
        self.source = source
        self.span = span
        self.path = path
        self.owner = owner

    def __reduce__(self) -> tuple[type[Place], tuple[Source, Span, tuple[str, ...], ResourceRef | None]]:
        return (Place, (self.source, self.span, self.path, self.owner))

    def __repr__(self) -> str:
        return f"Place({self.source.path!r}, {self.span.start}..{self.span.end}, {'.'.join(self.path)!r})"

    @property
    def shown(self) -> str:
        """Path, line and column of its beginning, as editors understand it."""
        region = self.source.region(self.span)
        return f"{self.source.path}:{region.line}:{region.column}"

    @property
    def place(self) -> Place:
        """Itself, so that a `Place` can be passed wherever something placed is expected."""
        return self


class Placed(Protocol):
    """Anything that knows where it stands: fields, views, cursors, places."""

    @property
    def place(self) -> Place:
        """Smallest text that, if changed, would change this thing."""
        ...


class MaybeWritten(Protocol):
    """Anything that may be missing from the text: fields, views, cursors."""

    @property
    def absent(self) -> bool:
        """Whether nothing (or null) is written here."""
        ...
