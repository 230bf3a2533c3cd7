"""Which rule or policy decides about one connection, one side at a time: the answer with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.classes import Reading, Side
from hullmark.linter.model.network.fold import Stage
from hullmark.linter.model.network.policy import Action, Compiled, Policy, Rule
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.records import record


@record(eq=False)
class Verdict:
    """Whether one side allows a connection, and why: a rule, else policies that deny by default, else nobody."""

    direction: Direction
    allowed: bool
    rule: Rule | None = None
    policies: tuple[Policy, ...] = ()
    note: str = ""


def verdicts(network: Network, direction: Direction, number: int, peers: int, atom: int) -> tuple[Verdict, ...]:
    """What each engine in force says for the pod `number`, its peer (one bit) and one atom."""
    universe = network.universe
    if universe.hosts >> number & 1:
        return (Verdict(direction, True, note="pods in the network of their node are beyond policies"),)
    if direction is Direction.INGRESS and peers & universe.hosts_and_nodes:
        return (Verdict(direction, True, note="a node may always reach its pods"),)
    side = network.side(direction)
    policies = side.of(number).policies
    return tuple(_verdict(side, arrange(policies, direction), number, peers, atom) for arrange in side.arrangements)


def _verdict(side: Side, stages: tuple[Stage, ...], number: int, peers: int, atom: int) -> Verdict:
    direction = side.direction
    for stage in stages:
        passed = False
        for rule in stage.rules:
            if not matches(side, rule, number, peers, atom):
                continue
            if rule.action is not Action.PASS:
                return Verdict(direction, rule.action is Action.ALLOW, rule)
            passed = True
            break
        if stage.denies and not passed:
            return Verdict(direction, False, policies=stage.deciders)
    return Verdict(direction, True, note="no policy selects it" if not stages else "no policy decides")


def matches(side: Side, rule: Rule, number: int, peers: int, atom: int) -> bool:
    """Whether a rule surely matches."""
    if rule.local is not None and not rule.local.sure >> number & 1:
        return False
    if rule.written.narrowed and rule.action is not Action.ALLOW:
        return False
    return any(
        atoms & atom and those.sure & peers for atoms, those in rule.within(side.universe, side.direction, number)
    )


def allowing(network: Network, direction: Direction, number: int, peers: int, atoms: int) -> Iterator[Rule]:
    """Rules by which some of the peers are allowed on some of the atoms, in the order in which they are asked."""
    side = network.side(direction)
    for compiled in side.of(number).policies:
        for rule in compiled.rules[direction]:
            if rule.action is Action.ALLOW and matches(side, rule, number, peers, atoms):
                yield rule


def effective(network: Network, direction: Direction) -> dict[int, list[Rule]]:
    """Rules by id that decide nothing, with those that decided before them what they match."""
    shadows: dict[int, list[Rule]] = {}
    alive: set[int] = set()
    side = network.side(direction, Reading.SURE)
    for each in side.classes:
        for arrange in side.arrangements:
            for stage in arrange(each.policies, direction):
                _walk(side, stage, each.first, shadows, alive)
    return {rule: earlier for rule, earlier in shadows.items() if rule not in alive}


def _walk(side: Side, stage: Stage, number: int, shadows: dict[int, list[Rule]], alive: set[int]) -> None:
    """One stage for one class. What is decided is widened to whole namespaces only where the rule says so."""
    seen: list[tuple[Rule, int, int]] = []
    for rule in stage.rules:
        wanted = [(atoms, peers.possible) for atoms, peers in rule.within(side.universe, side.direction, number)]
        if not any(peers for _, peers in wanted) and not any(True for _ in rule.written.blocks()):
            # Nobody is meant today: only what is decided for all pods is decided for those of tomorrow.
            wanted = [(atoms, side.universe.every_pod) for atoms, _ in wanted]
        wanted = [(atoms, widened(side, peers)) for atoms, peers in wanted if atoms and peers]
        if not wanted or (rule.local is not None and not rule.local.possible >> number & 1):
            continue
        left = any(_left(seen, rule, atoms, peers) for atoms, peers in wanted)
        if left:
            alive.add(id(rule))
        else:
            shadows.setdefault(id(rule), []).extend(
                other for other, atoms, peers in seen if any(atoms & mine and peers & those for mine, those in wanted)
            )
        if rule.local is None and not rule.written.narrowed:
            for atoms, peers in rule.within(side.universe, side.direction, number):
                if atoms and peers.sure:
                    seen.append((rule, atoms, peers.sure))


def widened(side: Side, peers: int) -> int:
    """Peers with the pristine pods of their namespaces: others may be started there that the rule is written for."""
    for number in members(peers & side.universe.every_pod):
        peers |= 1 << side.universe.home_of[number].pristine
    return peers


def _left(seen: list[tuple[Rule, int, int]], rule: Rule, atoms: int, peers: int) -> bool:
    """Whether something of the rectangle is left after the rules before it."""
    same = [peer.peers for peer in rule.written.peers]
    rest = [(atoms, peers)]
    for other, taken, gone in seen:
        covers = gone
        if all(peer in [each.peers for each in other.written.peers] for peer in same):
            covers = peers  # the same words mean the same pods, those of tomorrow included
        following = []
        for part, those in rest:
            if part & ~taken:
                following.append((part & ~taken, those))
            if part & taken and those & ~covers:
                following.append((part & taken, those & ~covers))
        rest = following
    return bool(rest)


def rules_of(compiled: Compiled) -> Iterator[tuple[Direction, Rule]]:
    """Rules of a policy with their direction."""
    for direction in Direction:
        for rule in compiled.rules[direction]:
            yield direction, rule
