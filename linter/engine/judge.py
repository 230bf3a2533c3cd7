"""Judging one file by itself: whatever needs other files is handed on to be linked."""

from __future__ import annotations

from hullmark.linter.engine.apart import looked_ahead
from hullmark.linter.engine.candidate import may_be_manifest
from hullmark.linter.engine.crash import crash, crash_of
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.place import location
from hullmark.linter.engine.plan import Plan
from hullmark.linter.engine.recurring import Recurring
from hullmark.linter.engine.relax import is_test, strict
from hullmark.linter.engine.result import FileResult
from hullmark.linter.engine.standards import levels
from hullmark.linter.engine.unrendered import is_unrendered
from hullmark.linter.engine.verdicts import Verdicts
from hullmark.linter.engine.waivers.written import written
from hullmark.linter.finding import Problem, ProblemKind, Skipped, SkipReason
from hullmark.linter.manifest.file import ManifestFile, read_manifest
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.linkable import linked
from hullmark.linter.text import Source
from hullmark.linter.yaml.decode import decode, looks_binary
from hullmark.linter.yaml.problems import Kind
from hullmark.linter.yaml.problems import Problem as Fault


def judge_bytes(path: str, data: bytes, plan: Plan, dispatch: Dispatch, known: Recurring | None = None) -> FileResult:
    """Decodes, reads and judges one file. Its text is input of an attacker: whatever it does to us ends here.

    `known` remembers what came of other files by the same plan.
    """
    results: list[FileResult] = []
    error = crash_of(_judge_bytes, path, data, plan, dispatch, known or Recurring(), results)
    if error is None:
        return results[0]
    return FileResult(path, problems=(crash("reading", error, path),), skipped=Skipped(path, SkipReason.BROKEN))


def _judge_bytes(
    path: str, data: bytes, plan: Plan, dispatch: Dispatch, known: Recurring, results: list[FileResult]
) -> None:
    again = known.again(path, data)
    if again is not None:
        results.append(again)
        return
    if looks_binary(data):
        if path in plan.context.generated:
            results.append(unlinted(path, SkipReason.NOT_MANIFEST))
            return
        results.append(unlinted(path, SkipReason.BINARY, Problem(ProblemKind.BROKEN, "binary data, no text", path)))
        return
    decoded = decode(data)
    source = Source(path, decoded.text)
    manifest = read_manifest(source, plan.context, decoded.problems, whole=dispatch.reads_definitions)
    results.append(judge_file(manifest, plan, dispatch))
    known.keep(data, source, results[0])


def unlinted(path: str, reason: SkipReason, *problems: Problem, detail: str = "") -> FileResult:
    """The result of a file of which nothing could be judged."""
    return FileResult(path, problems=problems, skipped=Skipped(path, reason, detail))


def judge_file(manifest: ManifestFile, plan: Plan, dispatch: Dispatch) -> FileResult:
    """Judges every object of one file."""
    path = manifest.source.shown
    if is_unrendered(manifest):
        return unlinted(path, SkipReason.NOT_RENDERED, detail="template actions stand where YAML expects values")
    problems = tuple(_problem(manifest.source, fault) for fault in manifest.problems)
    if not manifest.resources:
        if any(document.broken for document in manifest.documents) and may_be_manifest(manifest.source.text):
            return unlinted(path, SkipReason.BROKEN, *problems)
        return unlinted(path, SkipReason.NOT_MANIFEST)
    waivers = written(manifest, plan)
    verdicts = Verdicts(plan, plan.judged_level(waived=bool(waivers)))
    words = dispatch.mentioned(manifest.source)
    alike = [dispatch.alike.of(resource, words, verdicts.level) for resource in manifest.resources]
    for resource, like in zip(manifest.resources, alike, strict=True):
        before = len(verdicts.findings)
        verdicts.judge_alike(like, dispatch.within, resource)
        if len(verdicts.findings) > before and is_test(resource):
            verdicts.findings[before:] = map(strict, verdicts.findings[before:])
    ahead = looked_ahead(manifest.resources, alike, plan, dispatch, verdicts.level) if dispatch.links else None
    pods, crashes = levels(manifest.resources, alike) if plan.tells_pods else ((), ())
    for resource, like in zip(manifest.resources, alike, strict=True):
        dispatch.alike.learn(like, resource)
        resource.release()
    manifest.source.release()
    return FileResult(
        path,
        len(manifest.documents),
        len(manifest.resources),
        tuple(verdicts.findings),
        (*problems, *verdicts.problems, *crashes),
        pods=pods,
        linkable=tuple(linked(manifest.resources)) if dispatch.links else (),
        waivers=waivers,
        ahead=ahead,
    )


_KINDS = {Kind.SIZE: ProblemKind.LIMIT, Kind.NESTING: ProblemKind.LIMIT, Kind.ALIASING: ProblemKind.LIMIT}


def _problem(source: Source, fault: Fault) -> Problem:
    """What is wrong with the file as YAML; what does not keep a document from being read is a note."""
    kind = _KINDS.get(fault.kind, ProblemKind.BROKEN) if fault.fatal else ProblemKind.NOTE
    return Problem(kind, fault.message, source.shown, location(Place(source, fault.span)))
