"""systemd units of a bundle with their drop-ins and environment files: one process, whatever files describe it.

https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Description
"""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import basename, dirname

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.foreign import text_of
from hullmark.linter.manifest.components.forms import ENVIRONMENT, UNIT
from hullmark.linter.manifest.components.host_files import from_unit
from hullmark.linter.manifest.components.units import Unit, families, path_of, unit
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple


class UnitFiles(NamedTuple):
    """A unit and its drop-ins as one: `resources` in the order in which they are read, `variables` that it reads."""

    resources: tuple[Resource, ...]
    unit: Unit
    variables: dict[str, Resource]

    @property
    def whole(self) -> bool:
        """Whether the unit itself is in the input, and not drop-ins alone."""
        return self.resources[0].cursor.source.path.endswith(".service")

    @property
    def alone(self) -> bool:
        """Whether one file says everything."""
        return len(self.resources) == 1 and not self.variables

    def components(self) -> tuple[Component, ...]:
        """What it starts."""
        texts = tuple(text_of(resource) for resource in self.resources)
        return tuple(from_unit(texts, self.resources[0].context, self.whole, self._text))

    def _text(self, path: str) -> Word | None:
        found = self.variables.get(path)
        return None if found is None else text_of(found)


def unit_files(bundle: Bundle) -> tuple[UnitFiles, ...]:
    """Every unit of a bundle that is a file of its own."""
    return bundle.derived(_unit_files)


def _unit_files(bundle: Bundle) -> tuple[UnitFiles, ...]:
    units = bundle.by_kind("", UNIT)
    if not units:
        return ()
    variables = tuple(bundle.by_kind("", ENVIRONMENT))
    grouped = families((resource.cursor.source.path, resource) for resource in units)
    return tuple(_put_together(resources, variables) for resources in grouped)


def _put_together(resources: tuple[Resource, ...], variables: Sequence[Resource]) -> UnitFiles:
    merged = unit(*(text_of(resource) for resource in resources))
    found = {}
    for file in merged.files:
        path = path_of(file)
        one = _meant(path, resources[0], variables)
        if one is not None:
            found[path] = one
    return UnitFiles(resources, merged, found)


def _meant(path: str, near: Resource, variables: Sequence[Resource]) -> Resource | None:
    """The only file of that name, one beside the unit first; where several could be meant, none is."""
    named = [each for each in variables if basename(each.cursor.source.path) == basename(path)]
    beside = [each for each in named if dirname(each.cursor.source.path) == dirname(near.cursor.source.path)]
    meant = beside or named
    return meant[0] if len(meant) == 1 else None
