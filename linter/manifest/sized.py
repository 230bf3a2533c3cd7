"""Objects that say how much of something is wanted: pods, claims, quotas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.kinds import WORKLOAD_KINDS
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.structure import OpenKinds

_OTHERS = frozenset({("", "PersistentVolumeClaim"), ("", "ResourceQuota")})


class Sized(Resource):
    """An object that holds quantities."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = OpenKinds(WORKLOAD_KINDS | _OTHERS)
    by_content: ClassVar[bool] = True

    @property
    def amounts(self) -> Iterator[tuple[str, StrField]]:
        """What claims (those of templates too) and quotas ask for, by resource without `requests.` and `limits.`."""
        spec = self.cursor.get("spec")
        claims = [spec] if self.kind == "PersistentVolumeClaim" else []
        claims += [each.get("spec") for each in spec.get("volumeClaimTemplates").items()]
        places: list[Cursor] = [claim.get("resources", part) for claim in claims for part in ("requests", "limits")]
        if self.kind == "ResourceQuota":
            places.append(spec.get("hard"))
        for place in places:
            for name, cursor in place.entries():
                yield name.removeprefix("requests.").removeprefix("limits."), StrField(cursor)
