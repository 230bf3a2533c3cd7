"""Rules about component documents: the table says how bad they are and why, a module of checks says when they fire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.components.catalogue import facts
from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Placed
from hullmark.linter.records import record
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import Because, Fix, Hit
from hullmark.linter.rule.repair import insert, remove, rewrite
from hullmark.linter.rule.rule import Row
from hullmark.linter.rule.settings.rows import controls, smallest_profile, usual_severity
from hullmark.linter.text import Edit
from hullmark.linter.yaml.trees import Plain

S = TypeVar("S")


@record
class Told(Generic[S]):
    """A title, a condition that yields hits, and examples."""

    title: str
    check: Callable[[S], Iterable[Hit]]
    bad: tuple[Example, ...]
    good: tuple[Example, ...]


def told(family: str, subject: type[S], about: Mapping[str, Told[S]]) -> tuple[Row[S], ...]:
    """Rules of a family about one kind of document; every name must be a row of the table."""
    known = {row["id"]: row for row in facts()["rules"]}
    return tuple(_row(known[f"{family}/{name}"], subject, each) for name, each in about.items())


def _row(row: Mapping[str, Any], subject: type[S], about: Told[S]) -> Row[S]:
    return Row(
        row["id"],
        subject,
        f"{about.title}\n\n{row['why']}\n\n{row['fix']}",
        lambda rule, found: about.check(found),
        severity=usual_severity(row["severity"]),
        confidence=Confidence[row["confidence"].partition(";")[0].upper()],
        profile=smallest_profile(row["profile"]),
        controls=tuple(controls(row)),
        bad=about.bad,
        good=about.good,
    )


def at(
    thing: Placed,
    message: str,
    *why: Because,
    fix: Fix | None = None,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    profile: Profile | None = None,
    subject_name: str = "",
    secret: bool = False,
) -> Hit:
    """A hit at `thing`; what is not given is the rule's own. A `secret` at `thing` is never shown."""
    return Hit(thing.place, message, why, fix, severity, confidence, profile, subject_name, secret=secret)


class _On(NamedTuple):
    """A cursor as repairs want it."""

    cursor: Cursor


def genuine(thing: Cursor) -> bool:
    """Whether its places hold its own characters: not so in text that was decoded or unescaped."""
    key, last = thing.key, thing.path[-1] if thing.path else ""
    if key is not None and not last.startswith("[") and thing.source.slice(key).strip("'\"") not in (last, "-"):
        return False
    return thing.text is None or thing.source.slice(thing.span).strip("'\"") == thing.text


def removed(thing: Cursor, description: str) -> Fix | None:
    """A fix that removes a field, or an item of a list."""
    return remove(_On(thing), description=description) if genuine(thing) else None


def given(holder: Cursor, name: str, value: Plain, description: str) -> Fix | None:
    """A fix that gives a field of `holder` this value, whether it is written or not."""
    field = holder.get(name)
    if field.present:
        return rewrite(_On(field), str(value).lower(), description=description) if genuine(field) else None
    first = next((value for _, value in holder.entries()), None)
    return insert(_On(holder), name, value, description=description) if first is not None and genuine(first) else None


def replaced(thing: Cursor | Word, text: str, description: str) -> Fix | None:
    """A fix that writes `text` in place of a plain or quoted scalar."""
    word = thing if isinstance(thing, Word) else scalar_word(thing)
    if word is None or not word.marks:
        return None
    return Fix(description, ((thing.source, Edit(word.span(0, len(word.text)), text)),))
