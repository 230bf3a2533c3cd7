"""Places in SARIF: relative URIs, regions of one line in UTF-16 columns, logical names."""

from __future__ import annotations

from functools import lru_cache

import sarif_om as om

from hullmark.linter.finding import Finding, Location, Related
from hullmark.linter.report.escape import message, uri, visible

BASE = "%SRCROOT%"
"""The root of the repository. GitHub resolves URIs against its checkout and ignores this; editors ask for it."""


@lru_cache(maxsize=4096)
def artifact(path: str) -> om.ArtifactLocation:
    """A file, relative to the root of the repository; one outside of it can only be named in full."""
    if path.startswith("/"):
        return om.ArtifactLocation(uri=f"file://{uri(path)}")
    return om.ArtifactLocation(uri=uri(path), uri_base_id=BASE)


def physical(at: Location) -> om.PhysicalLocation:
    """One line: a pull request shows an alert only where every line of its region was changed."""
    end = at.utf16_end_column if at.end_line == at.line else 0
    region = om.Region(
        start_line=at.line,
        start_column=at.utf16_column,
        end_line=at.line,
        end_column=max(end, at.utf16_column + 1),
    )
    return om.PhysicalLocation(artifact_location=artifact(at.path), region=region)


def step(each: Related, number: int = -1) -> om.Location:
    """A further place with its note."""
    return om.Location(
        id=number, physical_location=physical(each.location), message=om.Message(text=message(each.message) or "here")
    )


def primary(finding: Finding) -> om.Location:
    """The place of a finding, and its logical name where it is about an object."""
    return om.Location(physical_location=physical(finding.location), logical_locations=_logical(finding))


def file_only(path: str) -> om.Location:
    """A file as a whole."""
    return om.Location(physical_location=om.PhysicalLocation(artifact_location=artifact(path)))


def _logical(finding: Finding) -> list[om.LogicalLocation] | None:
    about = finding.resource
    if about is None or not about.kind:
        return None
    parts = (about.api_version, about.kind, about.namespace, about.name, finding.field_path)
    name = visible("/".join(part for part in parts if part))
    return [om.LogicalLocation(name=visible(about.name) or None, fully_qualified_name=name, kind="resource")]
