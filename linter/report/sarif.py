"""SARIF 2.1.0 as code scanning hosts read it: one run, worst results first, no more than they keep.

What GitHub requires, reads and rejects: "SARIF support for code scanning" in its documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sarif_om as om

from hullmark.linter.finding import Finding, Report, Severity, Suppression, SuppressionKind
from hullmark.linter.report import plain
from hullmark.linter.report.escape import message
from hullmark.linter.report.linehash import LineHashes
from hullmark.linter.report.ranking import most_severe
from hullmark.linter.report.sarif_fixes import fixes
from hullmark.linter.report.sarif_places import BASE, physical, primary, step
from hullmark.linter.report.sarif_tool import LEVELS, SCORES, driver, invocation
from hullmark.linter.report.sarif_writer import plain as serialized
from hullmark.linter.report.view import LineHash, View
from hullmark.linter.report.wording import sentence, steps

LIMIT = 5000
"""Results that GitHub keeps of a run; it does not keep the worst ones by itself (github/docs#38085)."""

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LINKS = 8
_RELATED = 100


def render(report: Report, view: View) -> str:
    """One log with one run; suppressed results only when asked for, since GitHub opens alerts for them."""
    found = report.findings + (report.suppressed if view.include_suppressed else ())
    kept = most_severe(found)[:LIMIT]
    rules = _rules(report, found, view)
    results = _Results(rules, view)
    run = om.Run(
        tool=om.Tool(driver=driver(report, rules, view)),
        automation_details=_category(view.category),
        column_kind="utf16CodeUnits",
        invocations=[invocation(report, len(found) - len(kept))],
        original_uri_base_ids={BASE: om.ArtifactLocation(description=om.Message(text="The root of the repository."))},
        results=[],
    )
    parts = serialized(run)
    del parts["results"]
    lines = [plain.dumps(serialized(results.result(finding))) for finding in kept]
    body = ",\n".join(
        [*(f'"{name}": {plain.dumps(value)}' for name, value in parts.items()), f'"results": {plain.rows(lines)}']
    )
    return f'{{\n"$schema": "{SCHEMA}",\n"version": "2.1.0",\n"runs": [{{\n{body}\n}}]\n}}\n'


def _rules(report: Report, findings: tuple[Finding, ...], view: View) -> dict[str, Severity]:
    """Every rule of the run in order, with the severity of its findings where it has some."""
    seen = {finding.rule: finding.severity for finding in findings}
    return {rule: seen.get(rule, Severity.MEDIUM) for rule in sorted({*report.rules, *seen})}


def _category(category: str) -> om.RunAutomationDetails | None:
    """GitHub splits the id at its last slash into category and run, and prefers it to the upload's own setting."""
    return om.RunAutomationDetails(id=category.rstrip("/") + "/") if category else None


class _Results:
    """Makes results; remembers the line hashes of files."""

    def __init__(self, rules: Mapping[str, Severity], view: View) -> None:
        self._numbers = {rule: number for number, rule in enumerate(rules)}
        self._view = view
        self._hashes: dict[str, LineHashes | None] = {}

    def result(self, finding: Finding) -> om.Result:
        """The result of a finding."""
        related = (finding.flow or finding.related)[:_RELATED]
        path = steps(finding)
        return om.Result(
            rule_id=finding.rule,
            rule_index=self._numbers[finding.rule],
            level=LEVELS[finding.severity],
            message=om.Message(text=_message(finding)),
            locations=[primary(finding)],
            related_locations=[step(each, number) for number, each in enumerate(related, start=1)] or None,
            code_flows=[_flow(path)] if path else None,
            partial_fingerprints=self._fingerprints(finding) or None,
            fixes=fixes(finding.fix, self._view),
            rank=float(SCORES.get(finding.severity, "0")) * 10,
            suppressions=_suppressions(finding) if self._view.include_suppressed else None,
            properties={"severity": finding.severity.label, "confidence": finding.confidence.label},
        )

    def _fingerprints(self, finding: Finding) -> dict[str, str]:
        found = {"hullmark/v1": finding.fingerprint} if finding.fingerprint else {}
        if self._view.line_hash is LineHash.LOGICAL and finding.fingerprint:
            found["primaryLocationLineHash"] = f"{finding.fingerprint[:16]}:1"
        elif self._view.line_hash is LineHash.GITHUB:
            value = self._line_hash(finding.location.path, finding.location.line)
            if value:
                found["primaryLocationLineHash"] = value
        return found

    def _line_hash(self, path: str, line: int) -> str | None:
        if path not in self._hashes:
            content = self._view.content(path)
            self._hashes[path] = None if content is None else LineHashes(content)
        hashes = self._hashes[path]
        return hashes.line(line) if hashes else None


def _message(finding: Finding) -> str:
    """One sentence that is the alert's title, then the related places as links: GitHub shows no others."""
    text = message(sentence(finding))
    related = finding.flow or finding.related
    if not related:
        return text
    links = [f"[{_link(each.message) or 'here'}]({number})" for number, each in enumerate(related[:_LINKS], start=1)]
    more = f", and {len(related) - _LINKS} more" if len(related) > _LINKS else ""
    return f"{text} Because: {', '.join(links)}{more}."


def _link(text: str) -> str:
    return message(text).replace("[", "(").replace("]", ")").replace("\\", "/")


def _flow(path: tuple[Any, ...]) -> om.CodeFlow:
    locations = [
        om.ThreadFlowLocation(location=step(each), execution_order=number) for number, each in enumerate(path, start=1)
    ]
    return om.CodeFlow(thread_flows=[om.ThreadFlow(locations=locations)])


def _suppressions(finding: Finding) -> list[om.Suppression]:
    waiver: Suppression | None = finding.suppression
    if waiver is None:
        return []
    inside = waiver.kind in (SuppressionKind.COMMENT, SuppressionKind.ANNOTATION)
    until = f" (until {waiver.until})" if waiver.until else ""
    place = om.Location(physical_location=physical(waiver.location)) if waiver.location else None
    return [
        om.Suppression(
            kind="inSource" if inside else "external",
            justification=message(f"{waiver.reason}{until}".strip()) or None,
            location=place,
        )
    ]
