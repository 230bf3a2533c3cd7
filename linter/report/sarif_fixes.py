"""Fixes in SARIF, written so that editors apply them as they are meant."""

from __future__ import annotations

import sarif_om as om

from hullmark.linter.finding import FileEdits, Repair
from hullmark.linter.report.escape import visible
from hullmark.linter.report.sarif_places import artifact
from hullmark.linter.report.view import View
from hullmark.linter.text import Edit, Source, Span, utf16_column


def fixes(repair: Repair | None, view: View) -> list[om.Fix] | None:
    """The fix of a finding; none where the text of a file is not at hand to count its lines."""
    if repair is None:
        return None
    changes = []
    for each in repair.files:
        source = view.source(each.path)
        if source is None:
            return None
        changes.append(_change(each, source))
    text = visible(repair.description) or "Apply the fix"
    return [om.Fix(description=om.Message(text=text), artifact_changes=changes, properties={"safe": repair.safe})]


def _change(each: FileEdits, source: Source) -> om.ArtifactChange:
    replacements = [_replacement(portable(edit, source), source) for edit in each.edits]
    return om.ArtifactChange(artifact_location=artifact(each.path), replacements=replacements)


def _replacement(edit: Edit, source: Source) -> om.Replacement:
    at = source.region(edit.span)
    region = om.Region(
        start_line=at.line,
        start_column=utf16_column(source.line(at.line), at.column),
        end_line=at.end_line,
        end_column=utf16_column(source.line(at.end_line), at.end_column),
    )
    text = om.ArtifactContent(text=edit.replacement) if edit.replacement else None
    return om.Replacement(deleted_region=region, inserted_content=text)


def portable(edit: Edit, source: Source) -> Edit:
    """The same change, not beginning in the indentation of a line.

    The SARIF viewer of VS Code moves the start of a region to the first character of its line that is
    not blank (microsoft/sarif-vscode-extension, regionToSelection): indentation would stay behind, or
    be doubled. So what the edit leaves as it is comes off, and whole lines begin at the line break
    before them.
    """
    (start, end), text = edit
    while start < end and text and source.text[start] == text[0]:
        start, text = start + 1, text[1:]
    at = source.region(Span(start, end))
    if at.column > 1 or at.line == 1:
        return Edit(Span(start, end), text)
    break_start = start - (2 if source.text[start - 2 : start] == "\r\n" else 1)
    line_break = source.text[break_start:start]
    deleted = source.text[start:end]
    if all(part.endswith(line_break) for part in (deleted, text) if part):
        start, end = break_start, (end - len(line_break) if deleted else break_start)
        text = line_break + text.removesuffix(line_break) if text else text
    return Edit(Span(start, end), text)
