"""How pods fare against the Pod Security Standards, for programs that ask: whatever rules were run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hullmark.linter.engine.alike import Likeness, Standing
from hullmark.linter.engine.crash import crash, crash_of
from hullmark.linter.engine.place import location
from hullmark.linter.finding import PodLevel, Problem
from hullmark.linter.manifest.context import Context, Minor
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
    pods = tuple(PodSpec.of(resource))
    if like.standings is None:
        version = version_of(resource.context)
        like.standings = tuple([_standing(pod, version) for pod in pods])
    for pod, (level, failed) in zip(pods, like.standings, strict=True):
        if not pod.is_fragment:
            yield PodLevel(resource.ref, pod.label, location(pod.place), level, failed)


def _standing(pod: PodSpec, version: Minor) -> Standing:
    from hullmark.linter.model.pod_security import LEVELS, level_of  # few runs ask

    if pod.is_fragment:
        return "", ()
    level, failed = level_of(pod, version)
    # Of what somebody adds to nobody knows; what is written is refused all the same.
    return level if not pod.overlay or level == LEVELS[0] else "", failed
