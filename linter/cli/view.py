"""What renderers are told: rules and their descriptors, contents of files, and how the user wants it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.terminal import colored, width
from hullmark.linter.cli.work import Work
from hullmark.linter.engine.run import STDIN, Request
from hullmark.linter.engine.verdict import severities
from hullmark.linter.finding import Problem, Report
from hullmark.linter.load.read import read
from hullmark.linter.records import replace
from hullmark.linter.report.view import Detail, LineHash, View
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source

WHOLE = ("sarif", "gitlab")
"""Formats for hosts that find out themselves what is new: they always get everything."""


def view_of(options: LintOptions, work: Work, changed: Mapping[str, bytes]) -> View:
    """The options of renderers; `changed` are contents that are not on disk (yet)."""
    detail = Detail.QUIET if options.quiet else Detail.VERBOSE if options.verbose else Detail.NORMAL
    content = _content(work.request, changed)
    return View(
        rules=work.registry.docs,
        descriptors=_Descriptors(work.registry),
        content=content,
        source=_sources(content),
        width=width(sys.stdout),
        color=colored(options.color or "auto", sys.stdout),
        detail=detail,
        statistics=options.statistics,
        include_suppressed=options.show_suppressed or options.sarif_include_suppressed,
        include_absorbed=options.show_absorbed,
        category=options.sarif_category or "",
        line_hash=LineHash(options.sarif_fingerprint or "github"),
        blob_url=_blob_url(),
    )


def whole(report: Report) -> Report:
    """The report as if it had not been compared with an earlier state."""
    findings = tuple(sorted((*report.findings, *report.known), key=lambda finding: finding.sort_key))
    fixable = sum(finding.fix is not None for finding in findings)
    summary = replace(report.summary, by_severity=severities(findings), fixable=fixable)
    return replace(report, findings=findings, known=(), summary=summary)


class _Descriptors(Mapping[str, Mapping[str, object]]):
    """SARIF descriptors of rules, each made when it is asked for."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __getitem__(self, rule: str) -> Mapping[str, object]:
        from hullmark.linter.docs.descriptors import descriptor  # only SARIF wants them

        return descriptor(self._registry.doc(rule))

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry.ids)

    def __len__(self) -> int:
        return len(self._registry.ids)


def _content(request: Request, changed: Mapping[str, bytes]) -> Callable[[str], bytes | None]:
    """Gives the bytes of a file by its report path."""
    held = {file.path: file.content for file in request.found.files} if request.found is not None else {}

    def content(path: str) -> bytes | None:
        if path in changed:
            return changed[path]
        if request.found is not None:
            return held.get(path)
        if path == request.stdin_name and STDIN in request.paths:
            return request.stdin
        data = read(os.path.join(request.root, path), path, request.settings.limits.file_size)
        return None if isinstance(data, Problem) else data

    return content


def _sources(content: Callable[[str], bytes | None]) -> Callable[[str], Source | None]:
    @cache
    def source(path: str) -> Source | None:
        from hullmark.linter.yaml.decode import decode

        data = content(path)
        return None if data is None else Source(path, decode(data).text)

    return source


def _blob_url() -> str:
    """Where the host of a CI job shows files, as its runner says."""
    environment = os.environ
    if repository := environment.get("GITHUB_REPOSITORY"):
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{repository}/blob/{environment.get('GITHUB_SHA', 'HEAD')}"
    if project := environment.get("CI_PROJECT_URL"):
        return f"{project}/-/blob/{environment.get('CI_COMMIT_SHA', 'HEAD')}"
    return ""
