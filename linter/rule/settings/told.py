"""Rules about component documents: the table says how bad they are and why, a module of checks says when they fire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.components.catalogue import facts
from hullmark.linter.manifest.components.documents import Document
from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.mentions import ENCODED
from hullmark.linter.manifest.place import Placed
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import record
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import Because, Fix, Hit, Offer
from hullmark.linter.rule.repair import insert, remove, rewrite
from hullmark.linter.rule.rule import Row, Rule
from hullmark.linter.rule.settings.rows import controls, smallest_profile, usual_severity
from hullmark.linter.text import Edit
from hullmark.linter.yaml.trees import Plain

S = TypeVar("S")


@record
class Told(Generic[S]):
    """A title, a condition that yields hits, and examples; `alone`: what stands in another object is no matter.

    `mentions` are words of which one has to be written. `by_text`: of a process, nothing is looked at but settings of
    the table and names of flags.
    """

    title: str
    check: Callable[[S], Iterable[Hit]]
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    alone: bool = False
    mentions: tuple[str, ...] = ()
    by_text: bool = False


class Carried(Example):
    """Another example as an entry of a ConfigMap: the rule finds the same, at the lines of the outer file."""

    __slots__ = ("_inner",)

    def __init__(self, inner: Example) -> None:
        options, today, version = dict(inner.options), inner.today, inner.kubernetes
        super().__init__("", options=options, today=today, kubernetes=version, complete=inner.complete)
        self._inner = inner

    @property
    def text(self) -> str:
        """The whole text, with its marks."""
        return _carried(self._inner.text)

    @property
    def fixed(self) -> str | None:
        """The whole text after the fix, or None where none is offered."""
        return None if self._inner.fixed is None else _carried(self._inner.fixed)


def _carried(text: str) -> str:
    lines = "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: node-files\ndata:\n  file: |\n{lines}"


def told(family: str, subject: type[S], about: Mapping[str, Told[S]], *, carried: bool = False) -> tuple[Row[S], ...]:
    """Rules of a family about one kind of document; every name must be a row of the table.

    `carried`: such a document may stand in a ConfigMap, too, and the first examples are shown there as well.
    """
    known = {row["id"]: row for row in facts()["rules"]}
    return tuple(
        _row(known[f"{family}/{name}"], subject, each, carried and not each.alone) for name, each in about.items()
    )


def _row(row: Mapping[str, Any], subject: type[S], about: Told[S], carried: bool) -> Row[S]:
    made = _Row(
        row["id"],
        subject,
        f"{about.title}\n\n{row['why']}\n\n{row['fix']}",
        _checked,
        severity=usual_severity(row["severity"]),
        confidence=Confidence[row["confidence"].partition(";")[0].upper()],
        profile=smallest_profile(row["profile"]),
        controls=tuple(controls(row)),
        bad=(*about.bad, Carried(about.bad[0])) if carried else about.bad,
        good=(*about.good, Carried(about.good[0])) if carried else about.good,
        mentions=about.mentions and (*about.mentions, *ENCODED),
    )
    # A process is known by settings of the table alone, but a document by all that it says.
    made.by_text = about.by_text or issubclass(subject, Document)
    made.told = about.check
    return made


class _Row(Row[S]):
    """A row whose judge is what it tells of."""

    told: Callable[[S], Iterable[Hit]]

    def check(self, subject: S) -> Iterator[Hit]:
        """Every offence of `subject`."""
        return iter(self.told(subject))


def _checked(rule: Rule[S], subject: S) -> Iterable[Hit]:
    return rule.check(subject)


def at(
    thing: Placed,
    message: str,
    *why: Because,
    fix: Offer = None,
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


def removed(thing: Cursor, description: str) -> Offer:
    """A fix that removes a field, or an item of a list."""
    return remove(_On(thing), description=description) if genuine(thing) else None


def given(holder: Cursor, name: str, value: Plain, description: str) -> Offer:
    """A fix that gives a field of `holder` this value, whether it is written or not."""
    field = holder.get(name)
    if field.present:
        return rewrite(_On(field), str(value).lower(), description=description) if genuine(field) else None
    first = next((value for _, value in holder.entries()), None)
    return insert(_On(holder), name, value, description=description) if first is not None and genuine(first) else None


def replaced(thing: Cursor | Word, text: str, description: str) -> Offer:
    """A fix that writes `text` in place of a plain or quoted scalar."""
    word = thing if isinstance(thing, Word) else scalar_word(thing)
    if word is None or not word.marks:
        return None
    return Fix(description, ((thing.source, Edit(word.span(0, len(word.text)), text)),))
