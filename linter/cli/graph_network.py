"""`hullmark graph network`: who reaches whom, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hullmark.linter.cli.access import gathered
from hullmark.linter.cli.graph_network_options import PICTURES, Asked, GraphOptions, check, plan_of
from hullmark.linter.cli.stop import INCOMPLETE, StopError
from hullmark.linter.cli.terminal import show
from hullmark.linter.engine.gather import Gathered
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.analysis import network
from hullmark.linter.model.network.plugins import unenforced
from hullmark.linter.model.reach.connections import Listing, ordered
from hullmark.linter.model.reach.peers import Peer
from hullmark.linter.model.reach.published import Published, published
from hullmark.linter.records import replace
from hullmark.linter.report.graph_network import Graph, as_json, text
from hullmark.linter.report.graph_network_diagrams import dot, mermaid
from hullmark.linter.report.graph_network_svg import svg

FORMATS: dict[str, Callable[[Sequence[Graph]], str]] = {
    "text": text,
    "json": as_json,
    "svg": svg,
    "mermaid": mermaid,
    "dot": dot,
}


def graph_network(paths: tuple[str, ...], options: GraphOptions, asked: Asked) -> int:
    """Prints the connections that pass the filters, or answers what is asked; exit code 3 where files are missing."""
    _check_options(options, asked)
    if asked.explain is not None:
        from hullmark.linter.cli import graph_network_explain as explaining

        question = explaining.Question(*asked.explain, asked.port)
        return explaining.explain(paths, question, options.form, options.config)
    if asked.diff:
        from hullmark.linter.cli import graph_network_diff as comparing

        return comparing.diff(paths, asked.diff, options)
    found = gathered(paths, options.config)
    graphs = graphs_of(found, options)
    show(FORMATS[options.form](graphs))
    return INCOMPLETE if any(problem.incomplete for problem in found.problems) else 0


def _check_options(options: GraphOptions, asked: Asked) -> None:
    """Says what makes no sense before the work begins."""
    if options.full and options.compact:
        raise StopError("--full and --compact exclude each other: one spells every pair, the other joins them")
    if asked.explain is not None and asked.diff:
        raise StopError("--explain and --diff exclude each other: one is about this state, the other about two")
    if asked.explain is not None and options.choice.is_narrow:
        raise StopError("--explain names both ends; --from, --to, --workload and --namespace say nothing more")
    if asked.port and asked.explain is None:
        raise StopError("--port narrows --explain SRC DST")


def graphs_of(found: Gathered, options: GraphOptions) -> list[Graph]:
    """The graph of every bundle that has workloads."""
    bundles = [bundle for bundle in found.workspace.bundles if network(bundle).units]
    check(options.choice, bundles)
    return [graph_of(bundle, options) for bundle in bundles]


def graph_of(bundle: Bundle, options: GraphOptions) -> Graph:
    """The graph of one bundle."""
    known, choice = network(bundle), options.choice
    ways = tuple(each for each in published(known) if choice.wanted(each.zone, each.target))
    drawn = options.form in PICTURES
    plan = plan_of(options)
    if drawn:
        plan = replace(plan, key=_seen(ways, plan.key))
    listing = Listing(known, plan)
    groups = tuple(alike.members for alike in listing.groups[0])
    return Graph(bundle.name, known, ordered(listing.connections()), ways, tuple(_notes(bundle)), groups)


def _seen(ways: Sequence[Published], key: Callable[[Peer], object]) -> Callable[[Peer], object]:
    """Workloads that are published differently are not alike in a picture."""
    ports: dict[int, list[tuple[str, str, int, bool]]] = {}
    for each in ways:
        ports.setdefault(each.target.mask, []).append((each.zone.name, each.protocol, each.port, each.blocked))
    return lambda peer: (key(peer), tuple(ports.get(peer.mask, ())))


def _notes(bundle: Bundle) -> list[str]:
    """What speaks against taking the lines at their word."""
    known = network(bundle)
    found = [f"{each.message}: what policies forbid is possible all the same" for each in unenforced(bundle)]
    kinds = sorted({each.resource.kind for each in known.unmodelled if each.isolates})
    if kinds:
        found.append(f"{', '.join(kinds)}: not understood, may close what is listed as open")
    if known.is_mixed:
        found.append("policies of Calico and of Cilium: only what both allow is listed, though one cluster runs one")
    return found
