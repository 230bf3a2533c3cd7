"""`hullmark graph network --explain SRC DST`: which lines decide about one connection."""

from __future__ import annotations

from collections.abc import Sequence

from hullmark.linter.cli.access import gathered
from hullmark.linter.cli.stop import INCOMPLETE, StopError
from hullmark.linter.cli.terminal import show
from hullmark.linter.manifest.components.spelling import nearest
from hullmark.linter.model.exposure.zones import ZONES
from hullmark.linter.model.network.addresses import WHOLE, block
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.ports import FIRST, LAST, WITH_PORTS, PortRange
from hullmark.linter.model.reach.choice import Pattern, spoken
from hullmark.linter.model.reach.peers import NODES, OUTSIDE, Peer, Sort, namespaces, nodes, workloads
from hullmark.linter.model.reach.published import published
from hullmark.linter.model.reach.reasons import end, reasons
from hullmark.linter.records import record
from hullmark.linter.report.graph_network_explain import Explained, explain_json, explain_text

DENIED = 1


@record
class Question:
    """Two ends as the user writes them, and a port: `5432`, `UDP/53`, the name of a container port; empty for all."""

    source: str
    target: str
    port: str = ""


def explain(paths: tuple[str, ...], question: Question, form: str, config: str) -> int:
    """Prints what decides; exit code 0 if some of it is or may be allowed, 1 if none, 3 as ever."""
    if form not in ("text", "json"):
        raise StopError(f"--explain has no form {form!r}; it is text or json")
    found = gathered(paths, config)
    known = [network(bundle) for bundle in found.workspace.bundles if network(bundle).units]
    answers = []
    for each in known:
        source, target = _end(each, question.source), _end(each, question.target)
        if source is not None and target is not None:
            answers.append(_explained(each, source, target, question.port))
    if not answers:
        raise StopError(_unknown(known, question))
    show(explain_json(answers) if form == "json" else explain_text(answers))
    if any(problem.incomplete for problem in found.problems):
        return INCOMPLETE
    return 0 if any(answer.allowed is not False for each in answers for answer in each.answers) else DENIED


def _explained(known: Network, source: Peer, target: Peer, port: str) -> Explained:
    if source.name == target.name and source.sort is not Sort.NAMESPACE:
        raise StopError(f"{source.name} is both ends: a pod always reaches itself")
    if source.blocks and target.blocks:
        raise StopError("both ends are outside the cluster, where no policy holds")
    atoms = _atoms(known, target, port) if port else 0
    ways = tuple(each for each in published(known) if each.zone.name == source.name and each.target.name == target.name)
    answers = reasons(known, end(known, source), end(known, target), atoms)
    return Explained(known.bundle.name, known, source, target, answers, ways)


def _end(known: Network, text: str) -> Peer | None:
    """Who is meant; None if nobody in this bundle."""
    if text in ZONES:
        return Peer(text, Sort.ZONE, blocks=WHOLE)
    if text == OUTSIDE:
        return Peer(OUTSIDE, Sort.ADDRESSES, blocks=WHOLE)
    if text == NODES:
        top = nodes(known)
        return Peer(NODES, Sort.NODES, top.mask & known.universe.node)
    asked = block(text)
    if asked is not None:
        return Peer(text, Sort.ADDRESSES, blocks=(asked,))
    peers = [*workloads(known), *namespaces(known)]
    exact = [peer for peer in peers if peer.name == text]
    found = exact or [peer for peer in peers if Pattern(text).matches(peer)]
    names = sorted({peer.name for peer in found})
    if len(names) > 1:
        raise StopError(f"{text!r} means several: {', '.join(names[:5])}{', ...' if len(names) > 5 else ''}")
    return found[0] if found else None


def _unknown(known: Sequence[Network], question: Question) -> str:
    peers = [peer for each in known for peer in (*workloads(each), *namespaces(each))]
    for text in (question.source, question.target):
        if all(_end(each, text) is None for each in known):
            near = nearest(text, sorted(spoken(peers)))
            hint = f"did you mean {near!r}?" if near else "`hullmark graph network` lists who there is"
            return f"nothing in the input is called {text!r}; {hint}"
    return f"{question.source!r} and {question.target!r} are never applied to one cluster together"


def _atoms(known: Network, target: Peer, text: str) -> int:
    """The atoms of a port; a name is that of a port of the target's containers."""
    protocol, slash, number = text.replace(":", "/").rpartition("/")
    protocol = protocol.upper() if slash else "TCP"
    if protocol not in WITH_PORTS:
        raise StopError(f"{text!r} is no port: protocols are {', '.join(WITH_PORTS)}")
    if number.isdecimal() and FIRST <= int(number) <= LAST:
        return known.universe.atoms.of(PortRange(protocol, int(number), int(number)))
    declared = [port for port in (() if target.unit is None else target.unit.ports) if port.name == number]
    if not declared:
        raise StopError(f"{text!r} is no port; write 8080, UDP/53, or the name of a port of {target.name}")
    atoms = 0
    for port in declared:
        atoms |= known.universe.atoms.of(port.range)
    return atoms
