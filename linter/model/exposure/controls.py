"""What stands between a caller and a backend, in three values: there, not there, nobody here knows."""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import Field
from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.manifest.view import View
from hullmark.linter.named_tuple import NamedTuple

REMOVED = "taken away"
OPTIONAL = "not required"


class Control(NamedTuple):
    """`state` is None where the answer depends on what is not in the input.

    `place` is the text that decides; `at` is the field there, for those who would change it.
    """

    state: bool | None
    place: Place | None = None
    note: str = ""
    at: Cursor | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is there for sure."""
        return self.state is True

    @property
    def is_off(self) -> bool:
        """Whether it is missing for sure."""
        return self.state is False

    @property
    def is_removed(self) -> bool:
        """Whether it would be there, and somebody has taken it away."""
        return self.state is False and self.note == REMOVED

    @property
    def is_optional(self) -> bool:
        """Whether callers may do without it."""
        return self.state is False and self.note == OPTIONAL

    @property
    def is_unknown(self) -> bool:
        """Whether nobody here knows."""
        return self.state is None


OFF = Control(False)
UNKNOWN = Control(None)


def on(thing: Placed, note: str = "") -> Control:
    """There, because of `thing`."""
    return Control(True, thing.place, note, _cursor(thing))


def off(thing: Placed, note: str = "") -> Control:
    """Not there, because of `thing`."""
    return Control(False, thing.place, note, _cursor(thing))


def removed(thing: Placed) -> Control:
    """Not there, because `thing` takes away what holds for the others."""
    return off(thing, REMOVED)


def optional(thing: Placed) -> Control:
    """Not there, because callers may do without it: `thing` checks what they show and does not ask for it."""
    return off(thing, OPTIONAL)


def _cursor(thing: Placed) -> Cursor | None:
    if isinstance(thing, Cursor):
        return thing
    return thing.cursor if isinstance(thing, (Field, View)) else None


def unknown(thing: Placed | None = None, note: str = "") -> Control:
    """Nobody here knows, because of `thing`."""
    return Control(None, None if thing is None else thing.place, note)


def either(controls: Iterable[Control]) -> Control:
    """Any of several suffices: one that is there, else one that may be, else the last that says why not."""
    best = OFF
    for each in controls:
        if each.is_on:
            return each
        if each.is_unknown or (not best.is_unknown and (each.place is not None or best.place is None)):
            best = each if not best.is_unknown else best
    return best


class Controls(NamedTuple):
    """The controls of one endpoint.

    `plain`: it answers plain HTTP without a redirect, beside TLS or alone. `can_authenticate`: the gateway could
    ask who is there, so that not asking is a choice.
    """

    tls: Control = UNKNOWN
    plain: Control = UNKNOWN
    auth: Control = UNKNOWN
    rate: Control = UNKNOWN
    allow: Control = UNKNOWN
    can_authenticate: bool = False
