"""Which rules judge which subjects: modules of rules and of subjects are imported when they occur, not before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from functools import cached_property
from importlib import import_module
from typing import Any, TypeVar

from hullmark.linter.engine.alike import Likenesses
from hullmark.linter.engine.crash import crash_of
from hullmark.linter.engine.plan import Plan
from hullmark.linter.finding import Profile
from hullmark.linter.manifest.definitions import DEFINITIONS
from hullmark.linter.manifest.mentions import mentioned
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.documentation import RuleInfo, Scope
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import CHECKS, Rule
from hullmark.linter.text import Source

S = TypeVar("S")

_MOST_SAID = 1 << 10
_BUILT_IN = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})
"""API groups of Kubernetes itself, beside those that end in `.k8s.io`."""


class Rulebook:
    """The enabled rules of one subject; `loaded` are those that were asked for so far.

    Once all were, `textual` are those whose findings depend on the text of their subjects alone (see `Rule`), and
    `others` the rest.
    """

    def __init__(
        self, infos: tuple[RuleInfo, ...], registry: Registry, loaded: dict[str, Rule[Any]] | None = None
    ) -> None:
        self.infos = infos
        self.ids = tuple(info.id for info in infos)
        self.kinds, self.glance = infos[0].kinds, infos[0].glance
        self.place, self.listens = -1, False
        self.others: tuple[str, ...] | None = None
        self.textual = frozenset[Rule[Any]]()
        self._registry = registry
        self.loaded: dict[str, Rule[Any]] = {} if loaded is None else loaded

    @cached_property
    def subject(self) -> Any:
        """The class that the rules judge; which protocol it has is told by the scope of the rules."""
        name = self.infos[0].subject
        if "<locals>" in name:  # a class inside a function can only be reached through its rule
            return self.rule(self.ids[0]).subject
        return _named(name)

    def glances(self, *resources: Resource) -> bool:
        """Whether there may be a subject in one of the resources (or around it), as far as a glance tells."""
        if self._glance is None:
            return bool(resources)
        said: list[bool] = []
        crash_of(_look, self._glance, resources, said)
        return said != [False]

    @cached_property
    def _glance(self) -> Callable[[Resource], bool] | None:
        name = self.glance
        if not name:
            return None
        found: Callable[[Resource], bool] = self.subject.glance if "<locals>" in name else _named(name)
        return found

    def beside(self, present: Set[tuple[str, str]], level: Profile) -> Rulebook | None:
        """Those of the rules that have what they need among these kinds."""
        infos = tuple(info for info in self.infos if _has_needs(info, present, level))
        if len(infos) == len(self.infos):
            return self
        return Rulebook(infos, self._registry) if infos else None

    def judges(self, kind: tuple[str, str]) -> bool:
        """Whether there may be subjects in objects of this group and kind."""
        return self.kinds is None or kind in self.kinds

    def among(self, words: frozenset[str]) -> Rulebook | None:
        """Those of the rules that may find something in a file that holds these of the words that rules look for."""
        return self.only(info for info in self.infos if not info.mentions or not words.isdisjoint(info.mentions))

    def only(self, wanted: Iterable[RuleInfo]) -> Rulebook | None:
        """These of the rules, in their order; None where there are none."""
        infos = tuple(wanted)
        if len(infos) == len(self.infos):
            return self
        return Rulebook(infos, self._registry, self.loaded) if infos else None

    @cached_property
    def always(self) -> Rulebook | None:
        """Those of the rules that have to be asked about an object whatever is known of others with its content."""
        if not getattr(self.subject, "by_content", False):
            return self
        return self.only(info for info in self.infos if not info.module.startswith(CHECKS))

    def by_family(self) -> Iterator[Rulebook]:
        """The same rules, those of one family at a time."""
        families = dict.fromkeys(info.family for info in self.infos)
        for family in families:
            yield Rulebook(tuple(info for info in self.infos if info.family == family), self._registry)

    def sort_out(self) -> None:
        """Tells `textual` rules from the `others`."""
        self.textual = frozenset([each for each in map(self.loaded.get, self.ids) if each is not None and each.by_text])
        textual = {each.id for each in self.textual}
        self.others = tuple([each for each in self.ids if each not in textual])

    def rule(self, rule_id: str) -> Rule[Any]:
        """One of the rules, imported when first asked for."""
        rule = self.loaded.get(rule_id)
        if rule is None:
            rule = self.loaded[rule_id] = self._registry.rule(rule_id)
        return rule


def _named(name: str) -> Any:
    """What `module:qualname` names."""
    module, _, qualname = name.partition(":")
    found: Any = import_module(module)
    for part in qualname.split("."):
        found = getattr(found, part)
    return found


def _look(glance: Callable[[Resource], bool], resources: Iterable[Resource], said: list[bool]) -> None:
    said.append(any(map(glance, resources)))


def _has_needs(info: RuleInfo, present: Set[tuple[str, str]], level: Profile) -> bool:
    if info.needs is None or max(level, info.profile) > info.needs.up_to:
        return True
    return not info.needs.kinds.isdisjoint(present)


class Heard(NamedTuple):
    """What a file says to rules about bundles: at which `places` among them a glance says yes, and which `words`."""

    places: frozenset[int]
    words: frozenset[str]


class _Books:
    """Books of rules for objects of one kind, and which of them are left, by what their glances say."""

    def __init__(self, books: Iterable[Rulebook]) -> None:
        self._all = tuple(books)
        self._glances = tuple({book.glance: book for book in self._all}.items())
        self._left: dict[tuple[bool, ...], tuple[Rulebook, ...]] = {}

    def left(self, resource: Resource, seen: dict[str, bool]) -> tuple[Rulebook, ...]:
        """Those whose glance lets the resource through; `seen` are the answers of glances that were asked before."""
        answers = []
        for name, book in self._glances:
            there = seen.get(name)
            if there is None:
                there = seen[name] = book.glances(resource)
            answers.append(there)
        key = tuple(answers)
        found = self._left.get(key)
        if found is None:
            found = self._left[key] = tuple(book for book in self._all if seen[book.glance])
        return found


class _Kind:
    """What rules judge in objects of one kind, and which of them a file leaves anything to find: asked once a file."""

    def __init__(self, books: Iterable[Rulebook], *, listening: bool) -> None:
        self._books = tuple(books)
        said = (info.mentions for book in self._books for info in book.infos)
        self._words = frozenset(word for words in said for word in words) if listening else frozenset()
        self._left: dict[frozenset[str], _Books] = {}

    def left_by(self, mentioned: frozenset[str]) -> _Books:
        """The books without the rules of whose words none occurs in a file that mentions these."""
        words = mentioned & self._words
        left = self._left.get(words)
        if left is None:
            found = (book.among(words) for book in self._books) if self._words else self._books
            left = self._left[words] = _Books(book for book in found if book is not None)
        return left


class Dispatch:
    """Enabled rules by what they judge. One is made in every process."""

    def __init__(self, plan: Plan, registry: Registry) -> None:
        subjects: dict[str, list[RuleInfo]] = {}
        for rule in plan.rules:
            info = registry.info(rule)
            subjects.setdefault(info.subject, []).append(info)
        self.registry = registry
        self._gathers = plan.gathers
        self._alone = plan.alone
        self._by_bundle = any(entry.bundle for entry in plan.settings.waivers)
        # Where the input is the whole truth, other files may refute what one file seems to say.
        self._complete = bool(plan.context.complete) or any(bundle.complete for bundle in plan.settings.bundles)
        self._books = tuple(Rulebook(tuple(subjects[name]), registry) for name in sorted(subjects))
        self._by_kind: dict[tuple[str, str], _Kind] = {}
        # By a standard, rules say what it refuses, and no words of theirs are about that.
        self._listens = plan.context.standard is None
        self._source: Source | None = None
        self._left: dict[tuple[str, str], _Books] = {}
        self._words: frozenset[str] = frozenset()
        self._among_kind: dict[tuple[str, str], _Books] = {}
        self._apart_kind: dict[tuple[str, str], _Books] = {}
        self._said: dict[Any, Any] = {}
        self._looked_at: Resource | None = None
        self._seen: dict[str, bool] = {}
        self.alike = Likenesses()

    @cached_property
    def _of_resource(self) -> tuple[Rulebook, ...]:
        return tuple(book for book in self._books if book.infos[0].scope is Scope.RESOURCE)

    def within(self, resource: Resource) -> tuple[Rulebook, ...]:
        """Rules about subjects inside one resource, by its group and kind, its file's words, and a glance."""
        key, source = resource.gk, resource.cursor.source
        words = self.mentioned(source)
        left = self._left.get(key)
        if left is None:
            left = self._left[key] = self._kind(key).left_by(words)
        return self._glanced(left, resource)

    def mentioned(self, source: Source) -> frozenset[str]:
        """Words that rules look for, as far as the file mentions them; files come one after the other."""
        if source is not self._source:
            self._source, self._left = source, {}
            self._words = mentioned(source.text, self._looked_for) if self._looked_for else frozenset()
        return self._words

    @cached_property
    def _looked_for(self) -> frozenset[str]:
        words = (info.mentions for book in self._books for info in book.infos)
        return frozenset(word for each in words for word in each) if self._listens else frozenset()

    def _kind(self, key: tuple[str, str]) -> _Kind:
        found = self._by_kind.get(key)
        if found is None:
            books = (book for book in self._of_resource if book.judges(key))
            found = self._by_kind[key] = _Kind(books, listening=self._listens)
        return found

    def _glanced(self, books: _Books, resource: Resource) -> tuple[Rulebook, ...]:
        """Books whose glance lets the resource through; each glance is asked once."""
        if resource is not self._looked_at:
            self._looked_at, self._seen = resource, {"": True}
        return books.left(resource, self._seen)

    def apart(self, resource: Resource) -> tuple[Rulebook, ...]:
        """Rules about bundles whose subjects in this resource can be judged by themselves, if nothing is tied to it."""
        kind = resource.gk
        near = self._apart_kind.get(kind)
        if near is None:
            near = self._apart_kind[kind] = _Books(book for book in self._apart if book.judges(kind))
        return self._glanced(near, resource)

    @cached_property
    def _apart(self) -> tuple[Rulebook, ...]:
        return tuple(book for book in self.among if book.infos[0].alone)

    @cached_property
    def reads_definitions(self) -> bool:
        """Whether some rule looks into definitions of custom resources."""
        return any(
            not DEFINITIONS.isdisjoint(book.infos[0].kinds)
            if book.infos[0].kinds is not None
            else not getattr(book.subject, "left_out", frozenset()) >= DEFINITIONS
            for book in self._of_resource
        )

    @cached_property
    def among(self) -> tuple[Rulebook, ...]:
        """Rules about subjects that only the resources of a bundle together make; each knows its place."""
        found = tuple(book for book in self._books if book.infos[0].scope is Scope.BUNDLE)
        for place, book in enumerate(found):
            book.place = place
            book.listens = self._listens and all(info.mentions for info in book.infos)
        return found

    def noticed(self, resource: Resource) -> tuple[int, ...]:
        """The places in `among` at which a glance says that there may be a subject in the resource.

        Of rules that look for words nothing is said: whether a glance is worth it, other files have a say in.
        """
        kind = resource.gk
        near = self._among_kind.get(kind)
        if near is None:
            books = (book for book in self.among if book.glance and not book.listens and book.judges(kind))
            near = self._among_kind[kind] = _Books(books)
        return tuple([book.place for book in self._glanced(near, resource)])

    def heard(self, places: Iterable[int], source: Source) -> Heard:
        """What linking has to know of one file, whose resources were noticed at these places."""
        return self.shared(Heard(frozenset(places), self.mentioned(source) & self._words_among))

    def shared(self, said: S) -> S:
        """The same, and the same object where it was said of a file before: pickled together, each is written once."""
        if len(self._said) >= _MOST_SAID:
            self._said.clear()
        found: S = self._said.setdefault(said, said)
        return found

    @cached_property
    def _words_among(self) -> frozenset[str]:
        words = (info.mentions for book in self.among for info in book.infos)
        return frozenset(word for each in words for word in each) if self._listens else frozenset()

    @property
    def always(self) -> Iterator[Rulebook]:
        """Rules about bundles that are asked whatever the files hold."""
        for book in self.among:
            if book.kinds is None and not book.glance:
                infos = tuple(info for info in book.infos if not info.mentions and info.needs is None)
                if infos:
                    yield Rulebook(infos, self.registry, book.loaded)

    def between(self, bundle: Bundle, heard: Iterable[Heard], level: Profile, *, tied: bool) -> tuple[Rulebook, ...]:
        """Those of `among` that a bundle can make subjects for, as far as was heard in its files.

        Hits of profiles above `level` are not asked for, nor, unless the bundle is `tied`, what was judged apart.

        Objects of somebody else's kinds may hold pods or anything else: beside them, all rules are asked.
        """
        near = tuple(book for book in self.among if tied or not book.infos[0].alone)
        present = set(bundle.kinds)
        if not all(group in _BUILT_IN or group.endswith(".k8s.io") for group, _ in present):
            return near
        places: set[int] = set()
        words: set[str] = set()
        for each in set(heard):
            places |= each.places
            words |= each.words
        found = []
        for book in near:
            kinds = [kind for kind in present if book.judges(kind)]
            if not kinds or (book.glance and not book.listens and book.place not in places):
                continue
            there = book.beside(present, level)
            if there is not None and self._listens:
                there = there.among(frozenset(words))
            if there is None:
                continue
            if not book.listens or book.glances(*(each for kind in kinds for each in bundle.by_kind(*kind))):
                found.append(there)
        return tuple(found)

    @property
    def links(self) -> bool:
        """Whether something in this run depends on which files belong together; what a build overrules does."""
        return not self._alone or self._by_bundle or self._gathers or self._complete

    def about(self, subject: type[Any]) -> Rulebook | None:
        """Rules about subjects that the engine itself makes."""
        name = f"{subject.__module__}:{subject.__qualname__}"
        return next((book for book in self._books if book.infos[0].subject == name), None)
