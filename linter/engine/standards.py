"""How pods fare against the Pod Security Standards, for programs that ask: whatever rules were run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hullmark.linter.engine.alike import Likeness, Standing
from hullmark.linter.engine.crash import crash, crash_of
from hullmark.linter.engine.place import location
from hullmark.linter.finding import PodLevel, Problem
from hullmark.linter.manifest.alike import Beside
from hullmark.linter.manifest.context import Context, Minor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.structure import POD_KINDS


def version_of(context: Context) -> Minor:
    """The version of the standards that pods are compared with: the one that a run judges by, else the target."""
    return context.kubernetes if context.standard is None else context.standard[1]


def levels(
    resources: Sequence[Resource], alike: Sequence[Likeness]
) -> tuple[tuple[PodLevel, ...], tuple[Problem, ...]]:
    """How every pod of the resources fares, and what could not be told because of a defect of ours."""
    found: list[PodLevel] = []
    problems = []
    for resource, like in zip(resources, alike, strict=True):
        if resource.gk not in POD_KINDS:
            continue
        error = crash_of(lambda *each: found.extend(_levels(*each)), resource, like)
        if error is not None:
            doing = f"looking for the Pod Security level of {resource.ref}"
            problems.append(crash(doing, error, resource.cursor.source.path, resource.place))
    return tuple(found), tuple(problems)


def _levels(resource: Resource, like: Likeness) -> Iterator[PodLevel]:
    if like.standings is None:
        like.standings = tuple(_standings(resource))
    source = resource.cursor.source
    for label, place, path, level, failed in like.standings:
        at = Place(source, place.span_in(resource), path, resource.ref)
        yield PodLevel(resource.ref, label, location(at), level, failed)


def _standings(resource: Resource) -> Iterator[Standing]:
    from hullmark.linter.model.pod_security import LEVELS, level_of  # few runs ask

    version = version_of(resource.context)
    for pod in PodSpec.of(resource):
        if pod.is_fragment:
            continue
        level, failed = level_of(pod, version)
        # Of what somebody adds to nobody knows; what is written is refused all the same.
        known = not pod.overlay or level == LEVELS[0]
        place = pod.place
        yield Standing(pod.label, Beside.of(place.span, resource), place.path, level if known else "", failed)
