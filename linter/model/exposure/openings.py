"""Openings to sensitive programs: one place that opens, one sort, and every port that it opens to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.exposures import Exposure, Way
from hullmark.linter.model.exposure.glance import may_open
from hullmark.linter.model.exposure.passwords import without_password
from hullmark.linter.model.exposure.policies import is_blocked
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.sorts import Match, SensitiveExposure, sensitive
from hullmark.linter.records import record


@record(eq=False)
class Opening:
    """Exposures of one sort that one text opens."""

    kinds: ClassVar[KindSet] = Exposure.kinds
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_open)

    place: Place
    members: tuple[SensitiveExposure, ...]

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Opening]:
        """Every opening of the bundle."""
        groups: dict[tuple[object, ...], list[SensitiveExposure]] = {}
        for each in sensitive(bundle):
            place = each.exposure.place
            groups.setdefault((place.source.path, place.span, each.match.sort), []).append(each)
        for members in groups.values():
            yield cls(members[0].exposure.place, tuple(members))

    @property
    def first(self) -> Exposure:
        """The exposure that stands for all of them: one that policies let through, if there is one."""
        return next((each.exposure for each in self.members if not is_blocked(each.exposure)), self.members[0].exposure)

    @property
    def match(self) -> Match:
        """The surest match."""
        return max((each.match for each in self.members), key=lambda each: each.confidence)

    @property
    def is_blocked(self) -> bool:
        """Whether policies turn away every caller from outside at every port."""
        return all(is_blocked(each.exposure) for each in self.members)

    @property
    def is_limited(self) -> bool:
        """Whether addresses are limited on every way."""
        return all(each.exposure.is_limited for each in self.members)

    @property
    def ports(self) -> str:
        """Numbers of the ports for messages."""
        numbers = dict.fromkeys(each.exposure.number for each in self.members if each.exposure.number is not None)
        found = [str(number) for number in numbers]
        return f" on port{'s' if len(found) > 1 else ''} {', '.join(found)}" if found else ""

    @property
    def numbers(self) -> frozenset[int]:
        """Numbers of the ports."""
        return frozenset(each.exposure.number for each in self.members if each.exposure.number is not None)

    @property
    def confidence(self) -> Confidence:
        """How sure it is what is behind, and that it is open."""
        return min(self.match.confidence, self.first.confidence_cap)

    @property
    def lacks_password(self) -> bool:
        """Whether a datastore behind it says that it asks for no password."""
        return any(without_password(each.exposure.container) is not None for each in self.members)


def is_spoken_of(linked: LinkedService) -> bool:
    """Whether a rule about a sensitive program already speaks of what the Service opens."""
    return id(linked.service.cursor.node) in linked.bundle.derived(_spoken_of)


def _spoken_of(bundle: Bundle) -> frozenset[int]:
    return frozenset(
        id(each.exposure.service.service.cursor.node)
        for each in sensitive(bundle)
        if each.exposure.service is not None
        and each.exposure.way is Way.SERVICE
        and not each.exposure.is_limited
        and not is_blocked(each.exposure)
    )
