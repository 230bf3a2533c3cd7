"""One process of a cluster with its settings: what rules judge, whatever format it came from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property, lru_cache

from hullmark.linter.finding import ResourceRef
from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.catalogue import Default, Known, in_range
from hullmark.linter.manifest.components.effective import Effective
from hullmark.linter.manifest.components.inserting import Added, Adder
from hullmark.linter.manifest.components.mounts import Located, Mount, located
from hullmark.linter.manifest.components.setting import Carrier, Occurrence, Setting
from hullmark.linter.manifest.components.values import Typed
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.components.wording import Brief, Wording
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.named_tuple import NamedTuple

_MODES = "authorization-mode"
_COMPLETED_FROM = 29
UNKNOWN = "${...}"
"""Stands for a value that something else decides: it reads like a template."""


class Traits(NamedTuple):
    """What an adapter knows of a process beside its settings.

    `complete`: absence proves that a setting is unset. `conditions` are the texts of `when` in the
    table that hold. `test` marks clusters that are only for tests (kind, minikube). `release` is the version of a
    component that has numbers of its own, as its image says.
    """

    origin: str = "upstream"
    complete: bool = False
    minors: tuple[int, ...] = ()
    role: str = "unknown"
    conditions: frozenset[str] = frozenset()
    shadowed: Callable[[str], bool] | None = None
    test: bool = False
    last_wins: bool = False
    release: str = ""


class Component:
    """One process. `name` is that of its binary; `place` is where it is named.

    `written` are its settings one by one as they are written; an adapter may give a `Wording`, which finds those that
    somebody asks for.
    `form` is the kind of the document that it was read from, empty for command lines and installers. `adder`
    makes the edit that writes a missing setting, where the format allows one.

    `document` is the configuration document that it was read from, `node_path` where that is written on
    the node; `mounts` says what its container sees where. Linking fills in `documents` (those that its
    settings name, by setting) and `behind` (the component that its configuration file makes, which decides
    what the file shadows). `retold` are documents that an earlier process reads too: what they say wrong is
    told once. `certain`: only what these settings say may pass, since something that is not in the input may
    override the others; None where nothing may. `said` alone decides what is written, and is None where nothing does.
    """

    def __init__(
        self,
        name: str,
        occurrences: Iterable[tuple[str, Occurrence]] | Wording,
        parent: Callable[[str], Place],
        place: Place,
        traits: Traits,
        context: Context,
        strays: tuple[tuple[Word, str], ...] = (),
        form: str = "",
        adder: Adder | None = None,
    ) -> None:
        self.name = name
        self.place = place
        self.traits = traits
        self.context = context
        self.strays = strays
        self.form = form
        self.adder = adder
        self.document: Resource | None = None
        self.node_path = ""
        self.mounts: Callable[[], Iterable[Mount]] | None = None
        self.documents: Mapping[str, Resource] = {}
        self.behind: Component | None = None
        self.retold: tuple[Resource, ...] = ()
        self.certain: frozenset[str] | None = None
        self._wording: Wording | None = None
        self.said: Hashable = None
        self._written: tuple[tuple[str, Occurrence], ...] | None = None
        if isinstance(occurrences, Wording):
            self._wording, self.said = occurrences, occurrences.key
        else:
            self._written = tuple(occurrences)
        self._parent = parent
        self._settings: Mapping[str, Setting] | None = None
        self._asked: dict[str, Setting | None] = {}
        self._effective: dict[str, Effective] = {}
        self._meanings: dict[str, Meaning] | None = None

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"Component({self.name!r}, {self.traits.origin!r})"

    @cached_property
    def fine(self) -> set[object] | None:
        """What was found to be in order, shared by components that say the same; None where nobody knows of others."""
        return None if self.said is None else _fine(self.name, self.form, self.traits, self.said)

    @property
    def briefs(self) -> tuple[Brief, ...] | None:
        """All settings in brief where they are flags and nothing else; None where they are not, or nobody knows."""
        return None if self._wording is None else self._wording.briefs

    @property
    def owner(self) -> ResourceRef | None:
        """The resource that describes the process."""
        return self.place.owner

    @property
    def written(self) -> tuple[tuple[str, Occurrence], ...]:
        """Names and occurrences of the settings, in the order of the input."""
        found = self._written
        if found is None:
            found = self._written = () if self._wording is None else tuple(self._wording.all())
        return found

    def unsettle(self, touched: Callable[[str, Occurrence], bool]) -> None:
        """Makes settings unknown that something else may have changed since they were written."""
        self._written = tuple(
            (name, each._replace(words=(each.item.renamed(UNKNOWN),), forced=None) if touched(name, each) else each)
            for name, each in self.written
        )
        self.said = self._wording = None

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Everything that is written, by canonical name, in the order of first mention."""
        found = self._settings
        if found is None:
            found = self._settings = self._grouped()
        return found

    def _grouped(self) -> Mapping[str, Setting]:
        grouped: dict[str, list[Occurrence]] = {}
        for name, occurrence in self.written:
            if name in grouped:
                grouped[name].append(occurrence)
            else:
                grouped[name] = [occurrence]
        return {name: self._made(name, each) for name, each in grouped.items()}

    def _made(self, name: str, occurrences: Iterable[Occurrence]) -> Setting:
        last_wins = self.name == "etcd" or self.traits.last_wins
        return Setting(catalogue.setting(self.name, name), occurrences, last_wins)

    def setting(self, name: str) -> Setting | None:
        """One setting, whether it counts or not; None where it is not written."""
        wording = self._wording
        if wording is None or self._settings is not None:
            return self.settings.get(name)
        if name not in self._asked:
            written = wording.of(name) if wording.says(name) else ()
            self._asked[name] = self._made(name, written) if written else None
        return self._asked[name]

    def parent(self, name: str) -> Place:
        """Where a missing setting points."""
        if self.behind is not None and self.shadowed(name):
            return self.behind.parent(name)
        return self._parent(name)

    def added(self, name: str, text: str) -> Added:
        """The edit that gives a missing setting a value; None where the format allows none."""
        if self.shadowed(name):
            return None if self.behind is None else self.behind.added(name, text)
        return None if self.adder is None else self.adder(name, text)

    def located(self, path: str) -> Located:
        """The file that the component reads at a path."""
        return located(path, () if self.mounts is None else self.mounts())

    def linked(
        self, extra: Iterable[tuple[str, Occurrence]], documents: Mapping[str, Resource], behind: Component | None
    ) -> Component:
        """The same process with what its files say."""
        made = self.rewritten((*self.written, *extra), self.traits)
        made.documents, made.behind = documents, behind
        return made

    def rewritten(self, written: Iterable[tuple[str, Occurrence]], traits: Traits) -> Component:
        """The same process with other settings."""
        made = Component(
            self.name,
            tuple(written),
            self._parent,
            self.place,
            traits,
            self.context,
            self.strays,
            self.form,
            self.adder,
        )
        made.node_path, made.mounts = self.node_path, self.mounts
        return made

    def repeats(self, place: Place) -> bool:
        """Whether a place lies in a document that an earlier process reads too."""
        for document in self.retold:
            node = document.cursor.node
            if node is None or place.source is not document.cursor.source:
                continue
            if node.start <= place.span.start <= node.end:
                return True
        return False

    def text(self, name: str) -> str | None:
        """The value of a setting as it is written, whether it counts or not; None where none is written."""
        wording = self._wording
        briefs = None if wording is None else wording.briefs
        if wording is None or briefs is None or self._settings is not None:
            setting = self.setting(name)
            return None if setting is None else setting.text
        if not wording.says(name):
            return None
        values = [value for each, value, _ in briefs if each == name]
        return "true" if values[-1] is None else values[-1]

    def says(self, names: Iterable[str]) -> bool:
        """Whether any of these settings is written, in the process itself or in the file behind it."""
        if self._settings is None and self._wording is not None:
            said = any(map(self._wording.says, names))
        else:
            said = not self.settings.keys().isdisjoint(names)
        return said or (self.behind is not None and self.behind.says(names))

    def shadowed(self, name: str) -> bool:
        """Whether something else makes the component ignore this setting."""
        shadow = self.traits.shadowed
        return shadow is not None and shadow(name)

    def explicit(self, name: str) -> Setting | None:
        """The setting where it is written and counts."""
        if self.shadowed(name):
            return None if self.behind is None else self.behind.explicit(name)
        return self.setting(name)

    def effective(self, name: str) -> Effective:
        """The value that the component uses, as far as the input tells."""
        found = self._effective.get(name)
        if found is None:
            found = self._effective[name] = self._decided(name)
        return found

    def _decided(self, name: str) -> Effective:
        if self.shadowed(name):
            if self.behind is not None:
                return self.behind.effective(name)
            return Effective(name, (), False, self._parent)
        setting = self.setting(name)
        if setting is None:
            return self._unset(name, self._parent)
        known = setting.known
        if setting.empty and not known.many:
            if setting.carrier is Carrier.FIELD:
                return self._unset(name, setting)
            textual = known.type not in ("bool", "int", "duration")
            values: tuple[Typed, ...] = (None,) if textual else ()
            return Effective(name, values, True, setting, explicit=True)
        if setting.empty and name == _MODES:
            return Effective(name, self._allowed, True, setting, explicit=True)
        return self._given(known, setting)

    @property
    def _allowed(self) -> tuple[Typed, ...]:
        """What an empty list of authorizers amounts to: none of them, which is completed like a missing one.

        Complete in pkg/kubeapiserver/options/authorization.go; older servers stop.
        """
        surely = all(minor >= _COMPLETED_FROM for minor in self.traits.minors)
        return (("AlwaysAllow",),) if surely else ()

    def _given(self, known: Known, setting: Setting) -> Effective:
        reading = setting.reading
        values: tuple[Typed, ...] = (reading.value,) if reading.known else ()
        if values and known.many:
            values = self._joined(known, setting, reading.value)
        return Effective(known.name, values, True, setting, explicit=True)

    def _joined(self, known: Known, setting: Setting, value: Typed) -> tuple[Typed, ...]:
        """The written members, after the built-in ones where the origin keeps those."""
        found: list[Typed] = []
        for minor in self.traits.minors:
            default = _default(known, self.traits, minor)
            built_in = default[0] if default else None
            keep = built_in is not None and bool(built_in.origins) and (built_in.added or setting.additive)
            total: Typed = value
            if keep and built_in is not None and isinstance(built_in.value, tuple) and isinstance(value, tuple):
                total = (*built_in.value, *value)
            if total not in found:
                found.append(total)
        return tuple(found) or (value,)

    def _unset(self, name: str, at: Setting | Callable[[str], Place]) -> Effective:
        traits, meanings = self.traits, self._meanings
        if meanings is None:
            found = _meanings(self.name, traits.origin, traits.complete, traits.minors, traits.conditions)
            meanings = self._meanings = found
        meaning = meanings.get(name)
        if meaning is None:
            meaning = meanings[name] = _meaning(catalogue.setting(self.name, name), traits)
        values, proof = meaning
        return Effective(name, values, proof, at)


@lru_cache(maxsize=256)
def _fine(component: str, form: str, traits: Traits, said: Hashable) -> set[object]:
    return set()


Meaning = tuple[tuple[Typed, ...], bool]
"""Values over all minors (none: unknown), and whether a rule may fail on them."""


@lru_cache(maxsize=1024)
def _meanings(
    component: str, origin: str, complete: bool, minors: tuple[int, ...], conditions: frozenset[str]
) -> dict[str, Meaning]:
    """What is known already of unset settings, by name: the same for all components of one kind."""
    return {}


def _meaning(known: Known, traits: Traits) -> Meaning:
    values: list[Typed] = []
    proof = True
    for minor in traits.minors:
        found = _default(known, traits, minor)
        if found is None:
            return (), False
        default, proves = found
        proof = proof and proves
        if default.value not in values:
            values.append(default.value)
    return tuple(values), proof


def _default(known: Known, traits: Traits, minor: int) -> tuple[Default, bool] | None:
    """The row that says what unset means, and whether a rule may fail on it."""
    for row in known.defaults:
        if traits.origin not in row.origins or not in_range(minor, row.versions):
            continue
        if not row.when or row.when in traits.conditions:
            return row, traits.complete or row.proves
    if traits.complete:
        for row in known.defaults:
            if not row.origins and in_range(minor, row.versions):
                return row, True
    return None
