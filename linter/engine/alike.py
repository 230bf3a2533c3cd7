"""The same objects under other metadata, and what was found out about one of them for all.

Rules of ours whose subjects say `by_content` find the same in each of them, unless somebody asked for their labels and
those differ, or their files lie where paths answer differently to what was asked (`Source.asked`). Where such a rule
found nothing, it is not asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any

from hullmark.linter.finding import Profile
from hullmark.linter.manifest.alike import Beside, Content, content, written_labels
from hullmark.linter.manifest.components.glance import look_for_components
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.ties import Ties
from hullmark.linter.named_tuple import NamedTuple

_MOST = 256
"""Documents that are remembered, of at most 8 kB each: those that occurred last."""

_Key = tuple[Content, frozenset[str], Profile]


class Standing(NamedTuple):
    """How a pod fares against the Pod Security Standards, and where it is written: see `PodLevel`."""

    label: str
    place: Beside
    path: tuple[str, ...]
    level: str
    failed: tuple[str, ...]


class Likeness:
    """What was found out about one object, and is true of all that are like it.

    `judged` are the books of rules that were asked, by the question that selected them, and the rules of them that
    found something; `left` are those that have to be asked again, once another object is met. `apart`: whether some
    are about what is whole in one file of a bundle; `holds_components`: whether a glance says so. `standings` are
    those of the object's pods and `ties` those of its components. All of it is None until somebody finds out. `asked`
    tells what was asked about the path of its file, with the answers, `mentioned` the same of words anywhere in the
    file, and `labels` are its labels where somebody asked for them. An object without `key` is like no other.
    """

    __slots__ = (
        "apart",
        "asked",
        "holds_components",
        "judged",
        "key",
        "labels",
        "left",
        "mentioned",
        "standings",
        "ties",
    )

    def __init__(self, key: _Key | None) -> None:
        self.key = key
        self.asked: Mapping[Callable[[str], object], object] = {}
        self.mentioned: Mapping[tuple[str, ...], bool] = {}
        self.labels: str | None = None
        self.judged: dict[str, tuple[tuple[Any, ...], Set[str]]] = {}
        self.left: dict[str, tuple[Any, ...]] = {}
        self.holds_components: bool | None = None
        self.apart: bool | None = None
        self.standings: tuple[Standing, ...] | None = None
        self.ties: Ties | None = None

    def holds_for(self, resource: Resource) -> bool:
        """Whether path and labels of another object answer the same to all that the verdict depends on."""
        source = resource.cursor.source
        for question, answer in self.asked.items():
            if source.tells(question) != answer:
                return False
        for words, mentioned in self.mentioned.items():
            if source.mentions(*words) != mentioned:
                return False
        return self.labels is None or self.labels == written_labels(resource)


class Likenesses:
    """Objects by what they have in common with those that are like them."""

    def __init__(self) -> None:
        self._known: dict[_Key, Likeness] = {}

    def of(self, resource: Resource, words: frozenset[str], level: Profile) -> Likeness:
        """What is known of the likes of a resource, judged up to a level in a file that mentions certain words."""
        said = content(resource)
        if said is None:
            return Likeness(None)
        key = (said, words, level)
        found = self._known.get(key)
        if found is None or not found.holds_for(resource):
            return Likeness(key)
        if found.holds_components is not None:
            resource.keep_derived(look_for_components, found.holds_components)
        return found

    def learn(self, like: Likeness, resource: Resource) -> None:
        """Remembers what was found out, now that the resource is judged and all was asked of it."""
        key = like.key
        if key is None:
            return
        if resource.told_labels:
            like.labels = written_labels(resource)
        like.holds_components = resource.derived_before(look_for_components)
        like.asked, like.mentioned = resource.cursor.source.asked, resource.cursor.source.mentioned
        self._known.pop(key, None)  # the latest come last
        if len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        self._known[key] = like
