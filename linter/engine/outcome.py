"""From the results of all files to the one report: order, numbers, selection, suppression, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain

from hullmark.linter.engine.absorb import absorbed
from hullmark.linter.engine.apart import Ahead
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.fingerprint import numbered
from hullmark.linter.engine.imply import implied
from hullmark.linter.engine.link import Together, judge_together
from hullmark.linter.engine.memory import Memory
from hullmark.linter.engine.place import location
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.relax import relaxed
from hullmark.linter.engine.result import FileResult
from hullmark.linter.engine.standards import version_of
from hullmark.linter.engine.typed import believed
from hullmark.linter.engine.verdict import severities
from hullmark.linter.engine.waivers.configured import in_configuration
from hullmark.linter.engine.waivers.judging import Seen, Waivers
from hullmark.linter.engine.waivers.matching import by_path
from hullmark.linter.finding import (
    ControlVerdict,
    Finding,
    Problem,
    Related,
    Report,
    Skipped,
    SkipReason,
    Summary,
)
from hullmark.linter.manifest.baseline import Baseline
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import replace
from hullmark.linter.rule.registry import Registry


def report(
    plan: Plan,
    dispatch: Dispatch,
    results: Iterable[FileResult],
    skipped: Iterable[Skipped] = (),
    problems: Iterable[Problem] = (),
    version: str = "",
    roots: Sequence[str] = (),
    baseline: Baseline | None = None,
    jobs: int = 1,
    memory: Memory | None = None,
) -> Report:
    """The report of a run, whatever the order in which results arrive.

    `roots` are directories that the user named, `baseline` findings that are known, `jobs` the most processes,
    `memory` what is known of bundles from other reports of the same rules.
    """
    files = sorted(results, key=lambda result: result.path)
    left_out = _left_out(skipped, files)
    posted = [*(waiver for file in files for waiver in file.waivers), *in_configuration(plan)]
    linked = [each for file in files for each in file.linkable]
    level = plan.judged_level(waived=bool(posted))
    together = judge_together(linked, plan, dispatch, roots, jobs, memory, level, _ahead(files))
    said = [*problems, *(problem for file in files for problem in file.problems), *together.verdicts.problems]
    waivers = Waivers(posted, plan, dispatch, by_path(together.homes))
    found = _weighed(believed(_founded(files, together), linked, dispatch.registry), plan, dispatch.registry, waivers)
    seen = Seen("." in roots, doubtful(said, left_out), frozenset(together.verdicts.crashed))
    about = waivers.findings(seen)
    wanted = _asked_for(chain(found, waivers.applied(about.findings)), plan, dispatch.registry)
    wanted = _without_known(wanted, baseline, plan, dispatch, waivers, seen)
    shown, hidden, covered = _divided(wanted)
    return Report(
        version=version,
        profile=plan.profile,
        rules=plan.rules,
        findings=shown,
        suppressed=hidden,
        problems=tuple(sorted([*said, *about.problems], key=lambda problem: problem.sort_key)),
        skipped=tuple(left_out),
        summary=summary(files, left_out, shown, hidden),
        absorbed=covered,
        pods=tuple(pod for file in files for pod in file.pods),
        standard=".".join(map(str, version_of(plan.context))) if plan.tells_pods else "",
        controls=_controls(plan, dispatch.registry, linked, roots, hidden, seen),
    )


def _ahead(files: Iterable[FileResult]) -> dict[str, Ahead]:
    return {file.path: file.ahead for file in files if file.ahead is not None}


def _asked_for(findings: Iterable[Finding], plan: Plan, registry: Registry) -> list[Finding]:
    """The findings that count, in their order, with their numbers."""
    found = [finding for finding in findings if counts(finding, plan, registry)]
    return numbered(sorted(found, key=lambda one: one.sort_key))


def _left_out(skipped: Iterable[Skipped], files: Iterable[FileResult]) -> list[Skipped]:
    """Everything that was not judged, by path."""
    return sorted([*skipped, *(file.skipped for file in files if file.skipped)], key=lambda one: one.path)


def _divided(findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings that are shown, those that a waiver hides, and those that stronger ones cover."""
    own = [finding for finding in findings if not finding.absorbed_by]
    return (
        tuple(finding for finding in own if finding.suppression is None),
        tuple(finding for finding in own if finding.suppression is not None),
        tuple(finding for finding in findings if finding.absorbed_by),
    )


def _founded(files: Iterable[FileResult], together: Together) -> Iterator[Finding]:
    """Findings of files and bundles, without those that the rest of the input refutes."""
    for finding in chain(chain.from_iterable(file.findings for file in files), together.verdicts.findings):
        if finding.unless and finding.unless in together.holds.get(finding.location.path, ()):
            continue
        if not (together.overruled and finding.about and together.overruled.issuperset(finding.about)):
            yield _with_bases(finding, together) if together.bases and finding.about else finding


def _with_bases(finding: Finding, together: Together) -> Finding:
    """The finding about an entry of a kustomization, with the images that the entry sets."""
    bases = together.bases.get(finding.about[0].pod, ())
    related = (Related(location(place), "the image that is set") for place in bases[:_BASES])
    return replace(finding, related=(*finding.related, *related)) if bases else finding


_BASES = 12
"""Images that a finding names at most."""


def _controls(
    plan: Plan,
    registry: Registry,
    resources: Sequence[Resource],
    roots: Sequence[str],
    waived: Iterable[Finding],
    seen: Seen,
) -> tuple[ControlVerdict, ...]:
    """Every control of the framework that the profile is; nothing for other profiles."""
    if not plan.framework:
        return ()
    from hullmark.linter.engine.controls import verdicts  # only these runs pay for them
    from hullmark.linter.model.workspace import build_workspace

    workspace = build_workspace(resources, plan.context, roots=roots, bundles=plan.settings.bundles)
    return verdicts(workspace, registry, plan.framework, waived, complete=not seen.doubtful)


def _weighed(findings: Iterable[Finding], plan: Plan, registry: Registry, waivers: Waivers) -> list[Finding]:
    """The findings in the profiles that their paths leave them in, with their waivers and the stronger ones."""
    found = relaxed(findings, plan)
    if plan.context.standard is not None:  # a standard is judged to the letter, check by check
        return waivers.applied(found)
    wanted = partial(counts, plan=plan, registry=registry)
    return implied(waivers.applied(absorbed(found, wanted, sums=not plan.partial)), wanted)


def _without_known(
    findings: list[Finding], baseline: Baseline | None, plan: Plan, dispatch: Dispatch, waivers: Waivers, seen: Seen
) -> list[Finding]:
    """The findings, those of the baseline suppressed, and what is wrong with the baseline itself."""
    if baseline is None:
        return findings
    from hullmark.linter.engine.baseline import judged_baseline  # few runs have one

    judged = judged_baseline(findings, baseline, plan, dispatch, seen)
    about = [finding for finding in waivers.applied(judged.stale) if counts(finding, plan, dispatch.registry)]
    return sorted([*judged.findings, *numbered(about)], key=lambda finding: finding.sort_key)


_UNJUDGED = frozenset({SkipReason.NOT_RENDERED, SkipReason.UNREADABLE, SkipReason.BROKEN, SkipReason.BINARY})


def doubtful(problems: Iterable[Problem], skipped: Iterable[Skipped]) -> frozenset[str]:
    """Paths where something was not judged, so that nothing follows from what was not found there."""
    broken = {problem.path for problem in problems if problem.incomplete}
    return frozenset(broken | {one.path for one in skipped if one.reason in _UNJUDGED})


def counts(finding: Finding, plan: Plan, registry: Registry) -> bool:
    """Whether the settings ask for this finding, which may belong to a larger profile than its rule."""
    wanted = max(plan.level, registry.info(finding.rule).profile)
    return finding.profile <= wanted and finding.confidence >= plan.settings.min_confidence


def summary(
    files: Sequence[FileResult], skipped: Sequence[Skipped], shown: Sequence[Finding], hidden: Sequence[Finding]
) -> Summary:
    """Counts in which every file occurs exactly once."""
    linted = sum(file.skipped is None for file in files)
    reasons = Counter(one.reason for one in skipped)
    kinds = Counter(one.suppression.kind.value for one in hidden if one.suppression is not None)
    return Summary(
        files=linted + len(skipped),
        linted=linted,
        documents=sum(file.documents for file in files),
        resources=sum(file.resources for file in files),
        skipped=tuple((reason.value, reasons[reason]) for reason in SkipReason if reasons[reason]),
        suppressed=tuple(sorted(kinds.items())),
        by_severity=severities(shown),
        fixable=sum(finding.fix is not None for finding in shown),
    )
