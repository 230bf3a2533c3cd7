"""Folding the rules that apply to one pod into what it may hear (or say): for each set of ports, the set of peers.

A stage is a list of rules in order, first match decides. What no rule of a stage matches goes on to the next stage,
or ends there where the stage denies by default; what a rule passes goes on in any case. What is left at the end is
allowed. Policies that only allow are a stage that denies by default if one of them isolates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.model.network.policy import Action, Policy, Rule
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import record


@record(eq=False)
class Stage:
    """Rules that apply to one pod; `deciders` are the policies that deny what is left, if it is denied."""

    rules: tuple[Rule, ...]
    denies: bool = False
    deciders: tuple[Policy, ...] = ()
    title: str = ""


class Match(NamedTuple):
    """What one rule matches for one pod, in one reading: peers that it decides, and those its verdict holds for."""

    action: Action
    atoms: int
    decided: int
    meant: int


Plan = tuple[tuple[tuple[Match, ...], bool], ...]
"""Stages with the matches of their rules, and whether they deny by default."""

Allowed = tuple[tuple[int, int], ...]
"""Pairs of atoms and peers; the atoms of all pairs together are all atoms, and no atom is in two."""


def fold(plan: Plan, atoms: int, everybody: int) -> Allowed:
    """What is allowed."""
    found: dict[int, int] = {}
    for part in parts(atoms, (match.atoms for matches, _ in plan for match in matches)):
        peers = _decided(plan, part, everybody)
        found[peers] = found.get(peers, 0) | part
    return tuple((part, peers) for peers, part in found.items())


def parts(atoms: int, masks: Iterable[int]) -> Iterator[int]:
    """The coarsest division of `atoms` that none of the masks cuts through."""
    pieces = [atoms]
    for mask in set(masks):
        if mask & atoms in (0, atoms):
            continue
        cut = []
        for piece in pieces:
            inside = piece & mask
            if inside == 0 or inside == piece:
                cut.append(piece)
            else:
                cut += (inside, piece & ~mask)
        pieces = cut
    return iter(pieces)


def _decided(plan: Plan, part: int, everybody: int) -> int:
    undecided, allowed = everybody, 0
    for matches, denies in plan:
        deferred = 0
        for action, atoms, decided, meant in matches:
            if not atoms & part:
                continue
            if action is Action.ALLOW:
                allowed |= undecided & meant
            elif action is Action.PASS:
                deferred |= undecided & meant
            undecided &= ~decided
        undecided = deferred if denies else undecided | deferred
        if not undecided:
            break
    return allowed | undecided
