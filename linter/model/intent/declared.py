"""Everything that the input declares about connections, and everything that it leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.model.intent.called import called, callers
from hullmark.linter.model.intent.members import members
from hullmark.linter.model.intent.named import accepted, named, uncalled
from hullmark.linter.model.intent.parties import Demand, Remark
from hullmark.linter.model.intent.published import published
from hullmark.linter.model.intent.scene import Scene
from hullmark.linter.model.intent.scraped import scraped
from hullmark.linter.model.intent.written import written

_COLLECTORS = (published, named, accepted, members, scraped, called, callers, written)


def declared(scene: Scene) -> Iterator[Demand | Remark]:
    """Demands and remarks of every sort, each sort in file order."""
    demands: list[Demand] = []
    for collect in _COLLECTORS:
        for found in collect(scene):
            if isinstance(found, Demand):
                demands.append(found)
            yield found
    yield from uncalled(scene, demands)
