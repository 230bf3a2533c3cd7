"""The baseline: findings that a team knows of and hides until it gets round to them.

A file of fingerprints with counts, one entry a line and sorted, so that a change of it is a small one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial

from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.place import location
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.verdicts import Verdicts
from hullmark.linter.engine.waivers.judging import Seen
from hullmark.linter.finding import Confidence, Finding, Suppression, SuppressionKind
from hullmark.linter.manifest.baseline import Baseline, BaselineEntry
from hullmark.linter.manifest.place import Place
from hullmark.linter.records import record, replace
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml import nodes
from hullmark.linter.yaml.documents import documents

BASELINE = "hullmark-baseline.json"
"""What the file is called where nothing else is said."""

SCHEMA = "hullmark-baseline/1"


class BaselineError(Exception):
    """The file is no baseline; one line, with its place."""


@record
class Judged:
    """Findings, the known ones suppressed; and findings about entries of which less is left than recorded."""

    findings: list[Finding]
    stale: tuple[Finding, ...]
    entries: tuple[BaselineEntry, ...]


def read_baseline(source: Source) -> Baseline:
    """The baseline in a file; raises BaselineError where it is none."""
    found = documents(source)
    root = found[0].root if len(found) == 1 else None
    for document in found:
        for problem in document.problems:
            raise _error(source, problem.span.start, problem.message)
    if not isinstance(root, nodes.Mapping) or _text(root, "schema") != SCHEMA:
        raise _error(source, 0, f'no baseline of this version of hullmark: "schema" must be "{SCHEMA}"')
    rows = root.get("findings")
    if not isinstance(rows, nodes.Sequence):
        raise _error(source, root.start, '"findings" must be a list')
    entries: dict[str, BaselineEntry] = {}
    for row in rows.items:
        entry = _entry(source, row)
        known = entries.get(entry.fingerprint)
        # Merging two branches may leave an entry twice: the larger count is no less than what both knew.
        if known is None or known.count < entry.count:
            entries[entry.fingerprint] = entry
    return Baseline(entries)


def _entry(source: Source, row: nodes.Node) -> BaselineEntry:
    if isinstance(row, nodes.Mapping):
        mark, rule = _text(row, "fingerprint"), _text(row, "rule")
        count = row.get("count")
        number = count.value if isinstance(count, nodes.Scalar) else "1"
        if mark and rule and number.isascii() and number.isdigit() and len(number) < 10 and int(number) > 0:
            return BaselineEntry(Place(source, row.span), mark, rule, _text(row, "resource"), int(number))
    raise _error(source, row.start, 'an entry needs "fingerprint", "rule" and "count"')


def _text(node: nodes.Mapping, name: str) -> str:
    found = node.get(name)
    return found.value if isinstance(found, nodes.Scalar) else ""


def _error(source: Source, at: int, message: str) -> BaselineError:
    region = source.region(Span(at, at))
    return BaselineError(f"{source.path}:{region.line}:{region.column}: {message}")


def recorded(findings: Iterable[Finding]) -> str:
    """The baseline of these findings as a file."""
    counts: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        key = (finding.rule, _about(finding), finding.likeness)
        counts[key] = counts.get(key, 0) + 1
    return written((rule, about, mark, count) for (rule, about, mark), count in counts.items())


def pruned(baseline: Baseline, findings: Iterable[Finding]) -> str:
    """The baseline with what is left of it among these findings, and nothing new."""
    left: dict[str, int] = {}
    for finding in findings:
        left[finding.likeness] = left.get(finding.likeness, 0) + 1
    kept = ((entry, min(entry.count, left.get(mark, 0))) for mark, entry in baseline.entries.items())
    return written((entry.rule, entry.resource, entry.fingerprint, count) for entry, count in kept if count)


def written(rows: Iterable[tuple[str, str, str, int]]) -> str:
    """Rule, resource, fingerprint and count as a file, one entry a line."""
    lines = [
        json.dumps({"rule": rule, "resource": about, "fingerprint": mark, "count": count})
        for rule, about, mark, count in sorted(rows)
    ]
    body = "".join(f"\n{line}{',' if number < len(lines) else ''}" for number, line in enumerate(lines, start=1))
    return f'{{"schema": "{SCHEMA}", "findings": [{body}{chr(10) if lines else ""}]}}\n'


def _about(finding: Finding) -> str:
    """The object and the field, for people: an entry is recognised by its fingerprint alone."""
    about = str(finding.resource) if finding.resource is not None else ""
    return f"{about}: {finding.field_path}" if about and finding.field_path else about or finding.field_path


def judged_baseline(findings: list[Finding], baseline: Baseline, plan: Plan, dispatch: Dispatch, seen: Seen) -> Judged:
    """What the baseline hides of `findings`, and what is left over of it."""
    left = {mark: entry.count for mark, entry in baseline.entries.items()}
    result = []
    for finding in findings:
        entry = baseline.entries.get(finding.likeness)
        if entry is not None and finding.suppression is None and not finding.absorbed_by and left[finding.likeness]:
            left[finding.likeness] -= 1
            hidden = Suppression(SuppressionKind.BASELINE, "", "", location(entry.place))
            finding = replace(finding, suppression=hidden)
        result.append(finding)
    entries = tuple(
        replace(entry, found=entry.count - left[mark] if _was_tried(entry, plan, seen) else None)
        for mark, entry in baseline.entries.items()
    )
    verdicts = Verdicts(plan)
    book = dispatch.about(BaselineEntry)
    if book is not None:
        verdicts.judge(book, partial(tuple, entries), BASELINE)
    return Judged(result, tuple(verdicts.findings), entries)


def _was_tried(entry: BaselineEntry, plan: Plan, seen: Seen) -> bool:
    """Whether the run would have found what the entry is about: an entry says nothing about its file."""
    whole = seen.whole and not seen.doubtful and not plan.partial and entry.rule not in seen.crashed
    return whole and entry.rule in plan.rules and plan.settings.min_confidence is Confidence.LOW
