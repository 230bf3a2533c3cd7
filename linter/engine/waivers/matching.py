"""Which waivers cover which findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from hullmark.linter.config.settings import ConfigWaiver
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.finding import Finding, Location, ResourceRef
from hullmark.linter.manifest.globs import name_glob, path_glob
from hullmark.linter.manifest.waiver import Meaning, WaivedName
from hullmark.linter.named_tuple import NamedTuple


class Match(NamedTuple):
    """A waiver and one of its names, by their numbers."""

    waiver: int
    name: int


Bundles = Callable[[str], frozenset[str]]
"""Names of the bundles that a path belongs to."""


def matches(findings: Sequence[Finding], waivers: Sequence[Posted], bundles: Bundles) -> Iterator[list[Match]]:
    """For every finding the waivers that cover it, whatever their effect."""
    configured = [(number, posted.keys) for number, posted in enumerate(waivers) if posted.keys is not None]
    near = _Stabbed(findings, waivers)
    for index, finding in enumerate(findings):
        found = [match for match in near.of(index) if _names(finding, waivers, match)]
        for number, keys in configured:
            names = waivers[number].waiver.names
            if all(_means(said, finding.rule) for said in names) and _says(keys, finding, bundles):
                found += [Match(number, name) for name in range(len(names))]
        yield found


class _Query(NamedTuple):
    line: int
    column: int
    finding: int
    distance: int


class _Stabbed:
    """Waivers of manifests by the findings that have a place in their region: one sweep over each file."""

    def __init__(self, findings: Sequence[Finding], waivers: Sequence[Posted]) -> None:
        self._found: dict[int, dict[Match, None]] = {}
        regions: dict[str, list[int]] = {}
        for number, posted in enumerate(waivers):
            if posted.region is not None:
                regions.setdefault(posted.path, []).append(number)
        if not regions:
            return
        places: dict[str, list[_Query]] = {path: [] for path in regions}
        for index, finding in enumerate(findings):
            for at, distance in _places(finding):
                if at.path in places:
                    places[at.path].append(_Query(at.line, at.column, index, distance))
        for path, numbers in regions.items():
            self._sweep(sorted(places[path]), sorted(numbers, key=lambda number: waivers[number].region or ()), waivers)

    def of(self, index: int) -> Iterable[Match]:
        return self._found.get(index, ())

    def _sweep(self, places: list[_Query], numbers: list[int], waivers: Sequence[Posted]) -> None:
        open_: list[int] = []
        upcoming = 0
        for query in places:
            here = (query.line, query.column)
            while upcoming < len(numbers) and (waivers[numbers[upcoming]].region or (0, 0))[:2] <= here:
                open_.append(numbers[upcoming])
                upcoming += 1
            open_ = [number for number in open_ if here < (waivers[number].region or (0, 0, 0, 0))[2:]]
            for number in open_:
                posted = waivers[number]
                for name, said in enumerate(posted.waiver.names):
                    exact = said.meaning in (Meaning.RULE, Meaning.FORMER)
                    if query.distance == 0 or (posted.touched and (exact or query.distance == 1)):
                        self._found.setdefault(query.finding, {})[Match(number, name)] = None


def _places(finding: Finding) -> Iterator[tuple[Location, int]]:
    """Where a finding can be waived, and how far away that is: at its place, elsewhere in its file, in another file."""
    yield finding.location, 0
    for related in finding.related:
        yield related.location, 1 if related.location.path == finding.location.path else 2


def _names(finding: Finding, waivers: Sequence[Posted], match: Match) -> bool:
    """Whether the name means the finding's rule and is not narrowed to something else."""
    said = waivers[match.waiver].waiver.names[match.name]
    if finding.rule.startswith("waiver/") or not _means(said, finding.rule):
        return False
    if said.container and (finding.resource is None or finding.resource.container != said.container):
        return False
    path = finding.field_path
    return not said.path or path == said.path or path.startswith((f"{said.path}.", f"{said.path}["))


def _means(said: WaivedName, rule: str) -> bool:
    match said.meaning:
        case Meaning.RULE:
            return said.text == rule
        case Meaning.FORMER:
            return rule in said.near
        case Meaning.FAMILY:
            return rule.partition("/")[0] == said.text
        case Meaning.PATTERN:
            return name_glob(said.text).fullmatch(rule) is not None
    return False


def _says(keys: ConfigWaiver, finding: Finding, bundles: Bundles) -> bool:
    """Whether every key of an entry but rule and family agrees with the finding."""
    at, resource = finding.location, finding.resource
    if keys.path and not path_glob(keys.path).fullmatch(at.path):
        return False
    if keys.resource and (resource is None or not _is_resource(keys.resource, resource)):
        return False
    if keys.container and (resource is None or not name_glob(keys.container).fullmatch(resource.container)):
        return False
    return not keys.bundle or any(name_glob(keys.bundle).fullmatch(name) for name in bundles(at.path))


@lru_cache(maxsize=4096)
def _is_resource(pattern: str, resource: ResourceRef) -> bool:
    """`Kind/namespace/name`, or `Kind/name` for whatever namespace; each part may be a glob."""
    parts = pattern.split("/")
    told = (resource.kind, resource.namespace, resource.name)
    said = told if len(parts) == 3 else (resource.kind, resource.name)
    return len(parts) == len(said) and all(
        name_glob(part).fullmatch(text) is not None for part, text in zip(parts, said, strict=True)
    )


def by_path(bundles: Mapping[str, Iterable[str]]) -> Bundles:
    """The bundles of a path, from the paths of every bundle."""
    found: dict[str, set[str]] = {}
    for name, paths in bundles.items():
        for path in paths:
            found.setdefault(path, set()).add(name)
    return lambda path: frozenset(found.get(path, ()))
