"""Findings, places and problems as plain JSON values, and their serialization."""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONEncoder

from hullmark.linter.finding import (
    ControlVerdict,
    FileEdits,
    Finding,
    Location,
    PodLevel,
    Problem,
    Related,
    Repair,
    ResourceRef,
    Suppression,
)
from hullmark.linter.report.escape import json_log
from hullmark.linter.report.view import View
from hullmark.linter.text import Region

Value = Mapping[str, object]

# ASCII only: bidirectional overrides, C1 controls and lone surrogates are written as \uXXXX, which every
# parser reads back and no terminal obeys.
_encoder = JSONEncoder(ensure_ascii=True, separators=(",", ":"), check_circular=False, allow_nan=False)


def dumps(value: object) -> str:
    """Compact JSON that is inert on terminals and in build logs."""
    return json_log(_encoder.encode(value)).replace("\x7f", "\\u007f")


def rows(values: list[str]) -> str:
    """A JSON array of serialized values, one a line: it diffs well and can be searched."""
    return "[\n" + ",\n".join(values) + "\n]" if values else "[]"


def location(at: Location) -> Value:
    """Lines and columns are 1-based, columns count code points, the end is exclusive."""
    return {
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    }


def control(verdict: ControlVerdict) -> Value:
    """A control of the framework that the profile is."""
    return {
        "control": verdict.number,
        "title": verdict.title,
        "state": verdict.state,
        "findings": verdict.findings,
        "waived": verdict.waived,
        "failed": verdict.rules,
        "manual": verdict.manual,
    }


def related(places: tuple[Related, ...]) -> list[Value]:
    """Further places with their notes."""
    return [{"location": location(each.location), "message": each.message} for each in places]


def resource(about: ResourceRef | None) -> Value | None:
    """Which object, as written."""
    if about is None:
        return None
    return {
        "apiVersion": about.api_version,
        "kind": about.kind,
        "namespace": about.namespace,
        "name": about.name,
        "container": about.container,
    }


def suppression(waiver: Suppression | None) -> Value | None:
    """Which waiver hides a finding."""
    if waiver is None:
        return None
    return {
        "kind": waiver.kind.value,
        "reason": waiver.reason,
        "until": waiver.until,
        "location": None if waiver.location is None else location(waiver.location),
    }


def repair(fix: Repair | None, view: View) -> Value | None:
    """Edits by offset in code points of the decoded text, and by line and column where the text is at hand."""
    if fix is None:
        return None
    files = []
    for each in fix.files:
        regions = each.regions or _regions(each, view)
        edits: list[dict[str, object]] = []
        for number, (span, text) in enumerate(each.edits):
            edit: dict[str, object] = {"offset": span.start, "length": span.end - span.start, "replacement": text}
            if regions:
                edit.update(zip(("line", "column", "endLine", "endColumn"), regions[number], strict=True))
            edits.append(edit)
        files.append({"path": each.path, "edits": edits})
    return {"description": fix.description, "safe": fix.safe, "files": files}


def _regions(there: FileEdits, view: View) -> tuple[Region, ...]:
    source = view.source(there.path)
    return () if source is None else tuple([source.region(edit.span) for edit in there.edits])


def finding(each: Finding, view: View) -> Value:
    """One finding with everything that is known of it."""
    return {
        "rule": each.rule,
        "severity": each.severity.label,
        "confidence": each.confidence.label,
        "message": each.message,
        "location": location(each.location),
        "resource": resource(each.resource),
        "field": each.field_path,
        "related": related(each.related),
        "flow": related(each.flow),
        "controls": list(each.controls),
        "fingerprint": each.fingerprint,
        "fix": repair(each.fix, view),
        "suppression": suppression(each.suppression),
        "implied": list(each.absorbs),
        "absorbedBy": each.absorbed_by or None,
    }


def pod(each: PodLevel, version: str) -> Value:
    """How one pod fares against the Pod Security Standards; the level is null where nobody can know."""
    return {
        "resource": resource(each.resource),
        "label": each.label,
        "location": location(each.location),
        "pss": {"level": each.level or None, "version": f"v{version}", "failed": list(each.failed)},
    }


def problem(each: Problem) -> Value:
    """What was not understood; `location.path` is there even where no position is known."""
    at: Value = {"path": each.path} if each.location is None else location(each.location)
    return {"kind": each.kind.value, "message": each.message, "location": at}
