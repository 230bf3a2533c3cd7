"""Classes of pods that the same rules apply to, and what each may hear or say: one fold a class, not one a pod."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from functools import partial, reduce

from hullmark.linter.model.network.bits import Bits, members
from hullmark.linter.model.network.fold import Allowed, Match, Stage, fold, parts
from hullmark.linter.model.network.policy import Action, Compiled, Rule
from hullmark.linter.model.network.stages import Arrange
from hullmark.linter.model.network.universe import Direction, Universe
from hullmark.linter.records import record


class Reading(IntEnum):
    """How to take what the input leaves open.

    SURE is for findings about openness: what is allowed, whatever the rest of the cluster is like. POSSIBLE is for
    findings about blocked traffic: what may be allowed.
    """

    SURE = 0
    POSSIBLE = 1


@record(eq=False)
class TrafficClass:
    """Pods alike in one direction: `allowed` pairs ports with peers; the policies are those that select them."""

    members: int
    first: int
    policies: tuple[Compiled, ...]
    allowed: Allowed

    def peers(self, atoms: int) -> int:
        """Peers on some of the atoms."""
        found = 0
        for part, peers in self.allowed:
            if part & atoms:
                found |= peers
        return found

    def atoms(self, peers: int) -> int:
        """Atoms on which some of the peers are allowed."""
        found = 0
        for part, those in self.allowed:
            if those & peers:
                found |= part
        return found


class Side:
    """All pods, as classes, in one direction and one reading."""

    __slots__ = ("_of", "arrangements", "classes", "direction", "reading", "universe")

    def __init__(
        self,
        universe: Universe,
        policies: tuple[Compiled, ...],
        arrange: tuple[Arrange, ...],
        direction: Direction,
        reading: Reading,
        known: Side | None = None,
    ) -> None:
        """`known` is the same direction in another reading: what leaves nothing open is taken from there."""
        self.universe = universe
        self.direction = direction
        self.reading = reading
        self.arrangements = arrange
        if known is None:
            relevant = [each for each in policies if each.policy.isolates[direction] or each.rules[direction]]
            self.classes = tuple(self._classes(relevant))
        else:
            self.classes = tuple(self._reread(each) for each in known.classes)
        self._of: dict[int, TrafficClass] = {at: each for each in self.classes for at in members(each.members)}

    def of(self, number: int) -> TrafficClass:
        """The class of one pod."""
        return self._of[number]

    def meeting(self, pods: int) -> Iterator[TrafficClass]:
        """Classes of the pods of a set, each once."""
        while pods:
            found = self._of[(pods & -pods).bit_length() - 1]
            yield found
            pods &= ~found.members

    def _classes(self, policies: list[Compiled]) -> Iterator[TrafficClass]:
        universe, groups = self.universe, dict[tuple[object, ...], list[int]]()
        applying: list[list[tuple[int, bool]]] = [[] for _ in universe.speakers]
        for at, each in enumerate(policies):
            selected = each.selected
            for number in members(selected.possible):
                applying[number].append((at, bool(selected.sure >> number & 1)))
        varying = {at: tuple(self._varying(each)) for at, each in enumerate(policies)}
        hosts = universe.hosts
        for number, chosen in enumerate(applying):
            if hosts >> number & 1:
                groups.setdefault(("host",), []).append(number)
                continue
            key: tuple[object, ...] = tuple(chosen)
            if any(varying[at] for at, _ in chosen):
                key += tuple(vary(number) for at, _ in chosen for vary in varying[at])
            groups.setdefault(key, []).append(number)
        everything = ((universe.atoms.every, universe.everybody[self.direction]),)
        for key, numbers in groups.items():
            mask, first = sum(1 << number for number in numbers), numbers[0]
            if key == ("host",) or not key:
                yield TrafficClass(mask, first, (), everything)
                continue
            own = tuple(policies[at] for at, _ in applying[first])
            yield TrafficClass(mask, first, own, self._folded(own, first))

    def _reread(self, known: TrafficClass) -> TrafficClass:
        if not any(each.is_open(self.universe, self.direction) for each in known.policies):
            return known
        return TrafficClass(known.members, known.first, known.policies, self._folded(known.policies, known.first))

    def _varying(self, policy: Compiled) -> Iterator[Callable[[int], object]]:
        """What of a policy depends on the pod beyond being selected."""
        for rule in policy.rules[self.direction]:
            if self.direction is Direction.INGRESS and rule.names:
                yield partial(_meanings, self.universe, rule)
            if rule.local is not None:
                yield partial(_locality, rule.local)

    def _folded(self, policies: tuple[Compiled, ...], number: int) -> Allowed:
        return self.folded(policies, number, lambda each: bool(each.selected.sure >> number & 1))

    def folded(self, policies: tuple[Compiled, ...], number: int, surely: Callable[[Compiled], bool]) -> Allowed:
        """What the policies let one pod hear or say."""
        universe, owner = self.universe, {id(each.policy): each for each in policies}
        every, everybody = universe.atoms.every, universe.everybody[self.direction]
        results = []
        for arrange in self.arrangements:
            plan = tuple(
                (
                    tuple(
                        match
                        for rule in stage.rules
                        for match in self._matches(rule, number, surely(owner[id(rule.policy)]))
                    ),
                    self._denies(stage, owner, surely),
                )
                for stage in arrange(policies, self.direction)
            )
            results.append(fold(plan, every, everybody))
        found = results[0] if len(results) == 1 else reduce(_intersection, results)
        if self.direction is Direction.EGRESS:
            return found
        hosts = universe.hosts_and_nodes  # a node may always reach its pods: the kubelet probes them
        return tuple((atoms, peers | hosts) for atoms, peers in found)

    def _denies(self, stage: Stage, owner: dict[int, Compiled], surely: Callable[[Compiled], bool]) -> bool:
        if self.reading is Reading.SURE or not stage.denies:
            return stage.denies
        return any(surely(owner[id(policy)]) for policy in stage.deciders)

    def _matches(self, rule: Rule, number: int, surely: bool) -> Iterator[Match]:
        """What the rule matches for one pod, as the reading takes what is uncertain.

        What an uncertain allow would decide is left to later rules where openness must be sure, and given where it
        need only be possible; an uncertain deny the other way round.
        """
        local = Bits(1, 1) if rule.local is None else Bits(*_locality(rule.local, number))
        allows, lenient = rule.action is Action.ALLOW, self.reading is Reading.POSSIBLE
        if (not allows and rule.written.narrowed) or not local.possible:
            return
        applies = surely and bool(local.sure)
        for atoms, peers in rule.within(self.universe, self.direction, number):
            sure = peers.sure if applies else 0
            decided = peers.possible if allows is lenient else sure
            if peers.possible and atoms:
                yield Match(rule.action, atoms, decided, peers.possible if lenient else sure)


def _meanings(universe: Universe, rule: Rule, number: int) -> tuple[int, ...]:
    return tuple(universe.named_on(each, number) for each in rule.names)


def _locality(local: Bits, number: int) -> tuple[int, int]:
    return (local.sure >> number & 1, local.possible >> number & 1)


def _intersection(one: Allowed, other: Allowed) -> Allowed:
    found = []
    every = reduce(int.__or__, (atoms for atoms, _ in one), 0)
    for part in parts(every, (atoms for atoms, _ in (*one, *other))):
        peers = -1
        for atoms, those in (*one, *other):
            if atoms & part:
                peers &= those
        found.append((part, peers))
    return tuple(found)
