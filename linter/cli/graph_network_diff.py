"""`hullmark graph network --diff BASE`: connections that a change opens and closes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from hullmark.linter.cli.access import gathered
from hullmark.linter.cli.earlier import earlier_of
from hullmark.linter.cli.graph_network_options import GraphOptions, check, plan_of
from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.stop import INCOMPLETE, StopError, say
from hullmark.linter.cli.terminal import show
from hullmark.linter.cli.work import prepared
from hullmark.linter.engine.gather import Gathered, gather
from hullmark.linter.load.git.repository import GitError
from hullmark.linter.load.git.repository import opened as open_repository
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.reach.changes import Change, differences, published_only
from hullmark.linter.records import replace
from hullmark.linter.report.graph_network import members, unclear
from hullmark.linter.report.graph_network_diff import Difference, diff_json, diff_text

OPENED = 1


def diff(paths: tuple[str, ...], base: str, options: GraphOptions) -> int:
    """Prints what is open now and was not; exit code 1 if something is, 0 if nothing, 3 where files are missing."""
    if options.form not in ("text", "json"):
        raise StopError(f"--diff has no form {options.form!r}; it is text or json")
    now = gathered(paths, options.config)
    name, before = _before(paths, base, options.config)
    pairs = _paired(now, before)
    check(options.choice, [bundle for pair in pairs for bundle in pair if network(bundle).units])
    found = [difference(one, other, options) for one, other in pairs]
    show(diff_json(name, found) if options.form == "json" else diff_text(name, found))
    if any(problem.incomplete for each in (now, before) for problem in each.problems):
        return INCOMPLETE
    return OPENED if any(each.opens for each in found) else 0


def _before(paths: tuple[str, ...], base: str, config: str) -> tuple[str, Gathered]:
    """The state to compare with: a folder, else a commit."""
    if os.path.isdir(base):
        return base, gathered((base,), config)
    work = prepared(LintOptions(paths=paths or (".",), config=config or None))
    try:
        earlier = earlier_of(work, open_repository(work.request.root), base, False)
        files = tuple(earlier.content(file) for file in earlier.found.files)
    except GitError as error:
        raise StopError(f"{error}; --diff takes a commit or a folder") from None
    found = gather(replace(work.request, found=replace(earlier.found, files=files)), work.registry)
    for problem in found.problems:
        if problem.incomplete:
            say(f"{problem.path} in {earlier.name}: {problem.message}")
    return earlier.name, found


def _paired(now: Gathered, before: Gathered) -> list[tuple[Bundle, Bundle]]:
    """Bundles of both states with workloads, by name below what is common to all; one alone with one alone."""
    one, other = _named(now), _named(before)
    if len(one) == len(other) == 1:
        return list(zip(one.values(), other.values(), strict=True))
    names = dict.fromkeys((*one, *other))
    return [(one.get(name) or Bundle(name, ()), other.get(name) or Bundle(name, ())) for name in names]


def _named(found: Gathered) -> Mapping[str, Bundle]:
    bundles: Sequence[Bundle] = [bundle for bundle in found.workspace.bundles if network(bundle).units]
    if len(bundles) < 2:
        return {bundle.name: bundle for bundle in bundles}
    common = os.path.commonpath([bundle.name or "." for bundle in bundles])
    return {os.path.relpath(bundle.name or ".", common or "."): bundle for bundle in bundles}


def difference(now: Bundle, before: Bundle, options: GraphOptions) -> Difference:
    """What is different between two bundles."""
    one, other = network(now), network(before)
    plan, choice = plan_of(options), options.choice
    here, there = _titles(one), _titles(other)
    opened, closed = differences(one, other, plan), differences(other, one, plan)
    return Difference(
        now.name,
        opened,
        closed,
        tuple(each for each in published_only(one, other) if choice.wanted(each.zone, each.target)),
        tuple(each for each in published_only(other, one) if choice.wanted(each.zone, each.target)),
        tuple(sorted(here - there)),
        tuple(sorted(there - here)),
        (*_meanings(one, opened, ""), *_meanings(other, closed, "before: ")),
    )


def _meanings(known: Network, changes: Sequence[Change], mark: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for peer in unclear(peer for each in changes for peer in (each.source, each.target)):
        yield f"{mark}{peer.name}", members(known, peer)


def _titles(known: Network) -> set[str]:
    return {unit.title for unit in known.units}
