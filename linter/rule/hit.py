"""What a rule yields: a place, a sentence, further places, and perhaps a fix."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, TypeAlias

from hullmark.linter.finding import About, Confidence, Profile, Severity
from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.records import record
from hullmark.linter.text import Edit, Source

P = ParamSpec("P")


@record
class Because:
    """A further place that the verdict rests on, with what it contributes."""

    place: Place
    note: str


def because(thing: Placed, note: str) -> Because:
    """`thing` as a related place; pass several in the order in which an attacker would walk them."""
    return Because(thing.place, note)


@record
class Fix:
    """Text edits that silence the hit. Safe: the program's behaviour cannot change.

    `edits` pairs a source with an edit of its text, so that one fix may touch several files. `removes` is
    how many objects it takes out of its one file: whoever applies it counts what is left.
    """

    description: str
    edits: tuple[tuple[Source, Edit], ...]
    safe: bool = False
    removes: int = 0


Offer: TypeAlias = Fix | Callable[[], Fix | None] | None
"""A fix, what makes one once somebody wants the hit (None where it cannot), or nothing."""


def made(offer: Offer) -> Fix | None:
    """The fix that is offered; edits of a text cost more than most verdicts, and many hits are asked for by nobody."""
    return offer() if callable(offer) else offer


def put_off(make: Callable[P, Fix | None]) -> Callable[P, Callable[[], Fix | None]]:
    """`make`, done when the fix is wanted."""

    @wraps(make)
    def offered(*given: P.args, **named: P.kwargs) -> Callable[[], Fix | None]:
        return partial(make, *given, **named)

    return offered


@record
class Hit:
    """One offence. Severity, confidence and profile are those of the rule unless given.

    `subject_name` distinguishes hits of one rule at one field (a power, a subject, a port); it
    goes into the fingerprint, never into the text. `flow` asks reporters to show `because` as a
    path (SARIF code flow) that ends at `place`. `about` is what the hit is about, for
    the engine, which tells one defect from another by it. `secret`: the text at `place` is a secret,
    which reports show as stars. `key` names the offence, unlike any other of the run, for hits that follow from it:
    those have it among `implied_by`, are kept behind it, and come forward once it is fixed or waived. `unless` names a
    circumstance (`linter.model.circumstances`) under which there is no offence, for rules that see one file.
    """

    place: Place
    message: str
    because: tuple[Because, ...] = ()
    fix: Offer = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    profile: Profile | None = None
    subject_name: str = ""
    flow: bool = False
    about: tuple[About, ...] = ()
    secret: bool = False
    key: str = ""
    implied_by: tuple[str, ...] = ()
    unless: str = ""
