"""Options of `hullmark graph network`, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence

from hullmark.linter.cli.stop import StopError
from hullmark.linter.manifest.components.spelling import nearest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.zones import ZONES
from hullmark.linter.model.network.analysis import network
from hullmark.linter.model.reach.choice import Choice, spoken
from hullmark.linter.model.reach.connections import Plan
from hullmark.linter.model.reach.peers import NODES, OUTSIDE, Peer, Sort, any_pod, namespaces, workloads
from hullmark.linter.records import record, replace

PICTURES = ("svg", "mermaid", "dot")


@record
class GraphOptions:
    """Options of `graph network`. `full` spells every pair, `compact` joins workloads that nothing tells apart."""

    form: str = "text"
    config: str = ""
    choice: Choice = Choice()
    full: bool = False
    compact: bool = False


@record
class Asked:
    """What is asked beside who reaches whom: why, for two ends and perhaps a port, and what is new since a base."""

    explain: tuple[str, str] | None = None
    port: str = ""
    diff: str = ""


def plan_of(options: GraphOptions) -> Plan:
    """How the options want connections to be listed."""
    choice = options.choice
    plan = Plan(wildcards=not options.full, grouped=options.compact or options.form in PICTURES)
    return replace(plan, wanted=choice.wanted, key=choice.key) if choice.is_narrow else plan


def check(choice: Choice, bundles: Sequence[Bundle]) -> None:
    """Says which filter means nothing in the input; a name that is not there would look like no connection."""
    peers = [Peer(zone, Sort.ZONE) for zone in ZONES]
    peers += [Peer(OUTSIDE, Sort.ADDRESSES), Peer(NODES, Sort.NODES)]
    for bundle in bundles:
        known = network(bundle)
        peers += [*workloads(known), *namespaces(known), any_pod(known)]
    for name in choice.unmatched(tuple(peers)):
        names = sorted(
            {peer.namespace for peer in peers if peer.namespace} if name == choice.namespace else spoken(peers)
        )
        near = nearest(name, names)
        hint = f"did you mean {near!r}?" if near else "`hullmark graph network` without filters lists all"
        raise StopError(f"nothing in the input is called {name!r}; {hint}")
