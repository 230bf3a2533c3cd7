"""What judging one file has come to."""

from __future__ import annotations

from hullmark.linter.engine.apart import Ahead
from hullmark.linter.engine.waivers.posted import Posted
from hullmark.linter.finding import Finding, PodLevel, Problem, Skipped
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import record


@record
class FileResult:
    """Everything that one file contributes to a report; crosses processes."""

    path: str
    documents: int = 0
    resources: int = 0
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: Skipped | None = None
    pods: tuple[PodLevel, ...] = ()
    linkable: tuple[Resource, ...] = ()
    waivers: tuple[Posted, ...] = ()
    ahead: Ahead | None = None
