"""One setting as it is written: every occurrence, in the order of the input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from hullmark.linter.manifest.components.catalogue import MAPS, Known
from hullmark.linter.manifest.components.values import QUOTES, UNREAD, Reading, Typed, quoted, scalar, several
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.place import Place
from hullmark.linter.named_tuple import NamedTuple


def unquoted(word: Word) -> Word:
    """The text between quotes that nobody removes: what was meant, though the component reads them as well."""
    return word.part(1, len(word.text) - 1) if quoted(word.text) else word


class Carrier(StrEnum):
    """What holds a setting: it decides how absence, empty texts and repeats read."""

    FLAG = "flag"
    FIELD = "field"
    ENV = "env"
    VARIABLE = "variable"


class Occurrence(NamedTuple):
    """One time that a setting is written.

    `words` are its values: one, or the items of a list; none for a bare flag. `item` is the whole
    of what would go if the setting were removed, `shown` is where a finding about the value points
    (default: the item). `split` says whether commas separate members.
    `joint` is what stands between name and value; `+=` and `-=` add to
    a built-in value. `forced` replaces the reading,
    for variables that mean something else than they say.
    """

    words: tuple[Word, ...]
    item: Word
    spelled: str
    carrier: Carrier = Carrier.FLAG
    shown: Word | None = None
    split: bool = True
    joint: str = "="
    forced: Typed = None

    @property
    def bare(self) -> bool:
        """Whether a flag stands without a value."""
        return not self.words and self.carrier is Carrier.FLAG

    @property
    def text(self) -> str:
        """The value as written; `true` for a bare flag."""
        words = self.words
        if len(words) == 1:  # most have one value
            return words[0].text
        return "true" if self.bare else ",".join([word.text for word in words])

    @property
    def place(self) -> Place:
        """Where a finding about the value points."""
        return (self.shown or self.item).place


class Setting:
    """All occurrences of one setting in one component, joined as the format joins them."""

    __slots__ = ("_last_wins", "_members", "_reading", "known", "occurrences")

    def __init__(self, known: Known, occurrences: Iterable[Occurrence], last_wins: bool = False) -> None:
        self.known = known
        self.occurrences = tuple(occurrences)
        self._last_wins = last_wins or not known.append
        self._members: tuple[Word, ...] | None = None
        self._reading: Reading | None = None

    def __repr__(self) -> str:
        return f"Setting({self.known.component} {self.name})"

    @property
    def name(self) -> str:
        """Canonical name: the long flag without dashes, else the field's path in kebab case."""
        return self.known.name

    @property
    def winner(self) -> Occurrence:
        """The occurrence that counts where values are not joined."""
        return self.occurrences[-1]

    @property
    def carrier(self) -> Carrier:
        """What holds the winner."""
        return self.winner.carrier

    @property
    def place(self) -> Place:
        """Where the value that counts is written."""
        return self.winner.place

    @property
    def text(self) -> str:
        """The value that counts, as written."""
        return self.occurrences[-1].text

    @property
    def joins(self) -> bool:
        """Whether what is given more than once is put together; etcd takes the last, of lists too."""
        return self.known.many and not self._last_wins

    @property
    def additive(self) -> bool:
        """Whether the format adds every occurrence to a built-in value."""
        return all(each.joint in ("+=", "-=") for each in self.occurrences)

    @property
    def members(self) -> tuple[Word, ...]:
        """Members of a list or map with their places."""
        found = self._members
        if found is None:
            found = self._members = tuple(self._each_member())
        return found

    def _each_member(self) -> Iterator[Word]:
        for each in self._counted:
            for written in each.words:
                word = unquoted(written)
                yield from word.split(",") if each.split else (word,) if word.text else ()

    @property
    def _counted(self) -> tuple[Occurrence, ...]:
        return self.occurrences[-1:] if self._last_wins and self.known.many else self.occurrences

    @property
    def reading(self) -> Reading:
        """The typed value; unknown where a template still has to fill it."""
        found = self._reading
        if found is None:
            found = self._reading = self._read()
        return found

    def _read(self) -> Reading:
        forced = self.occurrences[-1].forced
        if forced is not None:
            return Reading(forced)
        known, winner = self.known, self.winner
        if winner.bare and known.type != "bool" and winner.item.text.startswith("-"):
            return UNREAD  # the component stops at it; k3s, which reads `true`, writes no dashes
        if not known.many:
            return scalar(known.type, self.text)
        texts: list[str] = []
        odd = ""
        for each in self._counted:
            for written in each.words:
                word = unquoted(written)
                # pflag reads a list as a line of CSV: one quoted member is as good as a bare one.
                # https://pkg.go.dev/github.com/spf13/pflag#StringSlice
                if word is not written and (known.type in MAPS or "," in word.text or written.text[0] == "'"):
                    odd = QUOTES
                texts += [part.strip() for part in word.text.split(",")] if each.split else (word.text,)
        found = several(known.type in MAPS, tuple([text for text in texts if text]))
        return found._replace(odd=odd) if odd else found

    @property
    def empty(self) -> bool:
        """Whether an empty text is written, which is unset for texts and paths."""
        winner = self.occurrences[-1]
        return not winner.text.strip() and winner.forced is None
