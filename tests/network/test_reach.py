"""Whether sets of pods are connected, against one pair of pods after the other."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from hullmark.linter.model.network import reach
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.classes import Reading
from tests.network.clusters import clusters
from tests.network.oracle_terms import Object
from tests.one_bundle import bundle_of

_SETTINGS = settings(database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


def some(dice: random.Random, mask: int) -> int:
    return sum(1 << number for number in members(mask) if dice.random() < dice.choice((0.2, 0.6)))


def disagreements(found: Network, dice: random.Random) -> list[tuple[int, int, int]]:
    units, atoms = found.universe.every_unit, found.universe.atoms.every
    wrong = []
    for reading in Reading:
        pairs = {
            (one, other): found.connections(one, other, reading) for one in members(units) for other in members(units)
        }
        for _ in range(12):
            sources, targets, ports = some(dice, units), some(dice, units), some(dice, atoms)
            expected = any(
                connected & ports and sources >> one & 1 and targets >> other & 1
                for (one, other), connected in pairs.items()
            )
            if found.reach(reading).connects(sources, targets, ports) is not expected:
                wrong.append((sources, targets, ports))
    return wrong


@pytest.mark.parametrize("few", [0, 64])
def test_sets_are_connected_where_some_pair_is(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_FEW", few)

    @given(clusters())
    @settings(_SETTINGS, max_examples=60)
    @seed(5)
    def agrees(objects: list[Object]) -> None:
        assert disagreements(network(bundle_of(objects)), random.Random(len(objects))) == []

    agrees()
