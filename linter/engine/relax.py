"""Manifests that never reach a cluster that matters: tests of charts, and paths that the configuration names.

Their findings stay; those of the default profile move to the strict one.
"""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.engine.plan import Plan
from hullmark.linter.finding import Finding, Profile
from hullmark.linter.manifest.globs import path_glob
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import replace

_HOOK = "helm.sh/hook"


def relaxed(findings: Iterable[Finding], plan: Plan) -> list[Finding]:
    """The findings, those below `paths.relaxed` at most strict."""
    patterns = [path_glob(pattern) for pattern in plan.context.texts("paths.relaxed")]
    if not patterns:
        return list(findings)
    return [
        strict(finding) if any(pattern.fullmatch(finding.location.path) for pattern in patterns) else finding
        for finding in findings
    ]


def is_test(resource: Resource) -> bool:
    """Whether the object is a test of a chart: https://helm.sh/docs/topics/chart_tests/"""
    text = resource.annotation(_HOOK).text
    return text is not None and "test" in {part.strip() for part in text.split(",")}


def strict(finding: Finding) -> Finding:
    """The finding, in no smaller profile than the strict one."""
    return replace(finding, profile=Profile.STRICT) if finding.profile < Profile.STRICT else finding
