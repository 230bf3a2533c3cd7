"""The engine of classes and sets against one that asks about one connection at a time, on clusters at random."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.classes import Reading
from hullmark.linter.model.network.universe import Direction
from tests.network.clusters import clusters
from tests.network.oracle import Oracle
from tests.network.oracle_terms import Call, Object, Place
from tests.one_bundle import bundle_of

ADDRESSES = ("203.0.113.5", "203.0.113.200", "198.51.100.7", "10.1.2.3", "2001:db8::1", "2606:4700::1")
PROBES = (("TCP", 80), ("TCP", 443), ("TCP", 8080), ("TCP", 79), ("TCP", 9999), ("UDP", 80), ("SCTP", 80), ("ICMP", 0))
ROUNDS = 4
CLUSTERS = 500


def analysed(objects: list[Object]) -> Network:
    return network(bundle_of(objects))


class Answers:
    """The engine's verdicts about single connections; where pods and addresses are is looked up once."""

    def __init__(self, found: Network, objects: list[Object]) -> None:
        self.found = found
        numbers = {unit.name: found.number(unit) for unit in found.units}
        self.numbers = {id(each): numbers[each["metadata"]["name"]] for each in objects if each["kind"] == "Pod"}
        self.outside = {
            address: [_ranges(found, address, direction) for direction in Direction] for address in ADDRESSES
        }
        atoms = found.universe.atoms
        self.atoms = {
            (protocol, port): atoms.at("other" if protocol == "ICMP" else protocol, port or 1)
            for protocol, port in PROBES
        }

    def __call__(self, call: Call, reading: Reading) -> bool:
        atom, heard, said = self.atoms[call.protocol, call.port], True, True
        if call.target.pod is not None:
            own = self.found.side(Direction.INGRESS, reading).of(self.numbers[id(call.target.pod)])
            heard = bool(own.peers(atom) & self._bit(call.source, Direction.INGRESS))
        if call.source.pod is not None:
            own = self.found.side(Direction.EGRESS, reading).of(self.numbers[id(call.source.pod)])
            said = bool(own.peers(atom) & self._bit(call.target, Direction.EGRESS))
        return heard and said

    def _bit(self, place: Place, direction: Direction) -> int:
        if place.pod is not None:
            return 1 << self.numbers[id(place.pod)]
        return self.outside[place.address][direction]


def _ranges(found: Network, address: str, direction: Direction) -> int:
    known = block(address)
    assert known is not None
    return found.universe.outside[direction].holding(known)


def calls(objects: list[Object]) -> list[Call]:
    pods = [Place(each) for each in objects if each["kind"] == "Pod"]
    outside = [Place(None, address) for address in ADDRESSES]
    pairs = [(one, other) for one in pods for other in pods if one.pod is not other.pod]
    pairs += [(place, pod) for place in outside for pod in pods] + [(pod, place) for place in outside for pod in pods]
    return [Call(*pair, protocol, port) for pair in pairs for protocol, port in PROBES]


_SETTINGS = settings(database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_engine_equals_the_oracle(round_number: int) -> None:
    outcomes: Counter[tuple[str, bool]] = Counter()

    @seed(round_number)
    @settings(_SETTINGS, max_examples=CLUSTERS)
    @given(clusters())
    def judge(objects: list[Object]) -> None:
        answer = Answers(analysed(objects), objects)
        without, within = Oracle(objects), Oracle(objects, hosts_in_blocks=True)
        kinds = {each["apiVersion"].partition("/")[0] for each in objects} - {"v1"}
        for call in calls(objects):
            sure, possible = (answer(call, reading) for reading in Reading)
            low = without.allowed(call)
            high = within.allowed(call) if call.target.is_host else low
            if call.target.is_host:
                assert min(low, high) >= sure, (call, objects)
                assert max(low, high) <= possible, (call, objects)
            else:
                assert low is sure is possible, (call, objects)
            for kind in kinds:
                outcomes[kind, possible] += 1

    judge()
    for kind in ("networking.k8s.io", "policy.networking.k8s.io", "cilium.io", "projectcalico.org"):
        allowed, denied = outcomes[kind, True], outcomes[kind, False]
        assert min(allowed, denied) > 0.12 * (allowed + denied), (kind, allowed, denied)


@given(clusters())
@settings(_SETTINGS, max_examples=100)
@seed(7)
def test_unknown_labels_of_a_namespace_leave_no_wrong_certainty(objects: list[Object]) -> None:
    """Without its object, a namespace may have any labels: answers must hold for all of them."""
    partial = [each for each in objects if each["metadata"]["name"] != "shop" or each["kind"] != "Namespace"]
    answer = Answers(analysed(partial), partial)
    possible_labels: list[Object] = [{}, {"team": "a"}, {"team": "b"}, {"team": "c"}]
    completions = [
        Oracle([*partial, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}}])
        for labels in possible_labels
    ]
    for call in calls(objects):
        if call.target.is_host:
            continue
        sure, possible = (answer(call, reading) for reading in Reading)
        verdicts = [oracle.allowed(call) for oracle in completions]
        assert sure <= min(verdicts), (call, objects)
        assert possible >= max(verdicts), (call, objects)
