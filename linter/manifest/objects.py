"""Objects of many kinds, as subjects of rules about what they have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from hullmark.linter.manifest.definitions import DEFINITIONS
from hullmark.linter.manifest.kinds import WORKLOAD_KINDS
from hullmark.linter.manifest.resource import KindSet, Resource


class PlainObject(Resource):
    """Any object that is no definition."""

    __slots__ = ()

    left_out: ClassVar[KindSet] = DEFINITIONS
    by_content: ClassVar[bool] = True

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Self]:
        """The resource itself, unless it is a definition."""
        if resource.gk not in DEFINITIONS:
            yield cls.reading(resource)


class Ported(Resource):
    """A Service, or a workload of a known kind: an object that may have ports."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = WORKLOAD_KINDS | {("", "Service")}
    by_content: ClassVar[bool] = True
