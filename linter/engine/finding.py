"""From what a rule yields to what a report says."""

from __future__ import annotations

from typing import Any

from hullmark.linter.engine.fingerprint import fingerprint
from hullmark.linter.engine.place import location
from hullmark.linter.finding import Confidence, FileEdits, Finding, Related, Repair, Severity
from hullmark.linter.rule.hit import Fix, Hit, made
from hullmark.linter.rule.rule import Rule
from hullmark.linter.text import Edit, Region


def finding(rule: Rule[Any], hit: Hit, severity: Severity | None = None, cap: Confidence = Confidence.HIGH) -> Finding:
    """The finding of one hit. The rule's metadata stand where the hit gives none.

    `severity` is the user's word; nobody is surer than `cap` about what the finding is about.
    """
    place = hit.place
    fix = made(hit.fix)
    related = tuple(Related(location(reason.place, hit.secret), reason.note) for reason in hit.because)
    return Finding(
        rule=rule.id,
        severity=next(said for said in (severity, hit.severity, rule.severity) if said is not None),
        confidence=min(cap, rule.confidence if hit.confidence is None else hit.confidence),
        profile=rule.profile if hit.profile is None else hit.profile,
        message=hit.message,
        location=location(place, hit.secret),
        resource=place.owner,
        field_path=field_path(place.path),
        related=related,
        flow=(*related, Related(location(place), "what decides")) if hit.flow and related else (),
        controls=rule.controls,
        fingerprint=fingerprint(rule.id, place.owner, place.path, hit.subject_name),
        fix=None if fix is None else repair(fix),
        about=hit.about,
        key=hit.key,
        implied_by=hit.implied_by,
        unless=hit.unless,
    )


def field_path(path: tuple[str, ...]) -> str:
    """A path as people write it: `spec.containers[app].ports[0]`."""
    text = ""
    for part in path:
        if part.startswith("[") and part.endswith("]"):
            text += part.replace("[#", "[", 1)
        else:
            text += f".{part}" if text else part
    return text


def repair(fix: Fix) -> Repair:
    """The edits of a fix by file, in file order."""
    files: dict[str, list[tuple[Edit, Region]]] = {}
    for source, edit in fix.edits:
        files.setdefault(source.shown, []).append((edit, source.region(edit.span)))
    edits = (FileEdits(path, *zip(*sorted(files[path]), strict=True)) for path in sorted(files))
    return Repair(fix.description, fix.safe, tuple(edits), fix.removes)
