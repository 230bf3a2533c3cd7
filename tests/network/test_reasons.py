"""Reasons against the oracle on clusters at random, and that what is named as deciding does decide."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, seed, settings

from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.reach.peers import Peer, Sort, workloads
from hullmark.linter.model.reach.reasons import Answer, reasons
from tests.network.clusters import clusters
from tests.network.oracle import Oracle
from tests.network.oracle_terms import EGRESS, INGRESS, Call, Object, Place
from tests.one_bundle import bundle_of

PROBES = (("TCP", 80), ("TCP", 443), ("TCP", 8080), ("TCP", 9999), ("UDP", 80))
ADDRESSES = ("203.0.113.5", "10.1.2.3", "2001:db8::1")
_SETTINGS = settings(database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


def analysed(objects: list[Object]) -> Network:
    return network(bundle_of(objects))


def peer(known: Network, place: Place) -> Peer:
    if place.pod is None:
        found = block(place.address)
        assert found is not None
        return Peer(place.address, Sort.ADDRESSES, blocks=(found,))
    name = place.pod["metadata"]["name"]
    return next(each for each in workloads(known) if each.unit is not None and each.unit.name == name)


def calls(objects: list[Object]) -> list[Call]:
    pods = [Place(each) for each in objects if each["kind"] == "Pod"]
    outside = [Place(None, address) for address in ADDRESSES]
    pairs = [(one, other) for one in pods for other in pods if one.pod is not other.pod]
    pairs += [(place, pod) for place in outside for pod in pods if not pod.is_host]
    pairs += [(pod, place) for place in outside for pod in pods]
    return [Call(*pair, protocol, port) for pair in pairs for protocol, port in PROBES]


def answered(known: Network, call: Call) -> Answer:
    atom = known.universe.atoms.at(call.protocol, call.port)
    found = [each for each in reasons(known, peer(known, call.source), peer(known, call.target)) if each.ports & atom]
    assert len(found) == 1, call  # every port is in exactly one answer
    return found[0]


@given(clusters())
@settings(_SETTINGS, max_examples=50)
@seed(5)
def test_reasons_say_what_the_oracle_says_side_by_side(objects: list[Object]) -> None:
    known, oracle = analysed(objects), Oracle(objects)
    for call in calls(objects):
        if call.target.is_host:
            continue
        answer = answered(known, call)
        assert answer.allowed is oracle.allowed(call), (call, objects)
        for side in answer.sides:
            assert side.allowed is oracle.side((INGRESS, EGRESS)[side.direction], call), (call, objects)
            assert all(each.allowed for each in side.verdicts) is side.allowed


@given(clusters())
@settings(_SETTINGS, max_examples=40)
@seed(6)
def test_what_is_named_as_deciding_is_enough_for_the_answer(objects: list[Object]) -> None:
    """With no other policy in the cluster than those that the answer names, the answer is the same."""
    known = analysed(objects)
    for call in calls(objects)[::7]:
        if call.target.is_host:
            continue
        answer = answered(known, call)
        named = {
            policy.resource.name
            for side in answer.sides
            for verdict in side.verdicts
            for policy in (*verdict.policies, *([] if verdict.rule is None else [verdict.rule.policy]))
        }
        kept = [each for each in objects if "Policy" not in each["kind"] or each["metadata"]["name"] in named]
        assert answered(analysed(kept), call).allowed is answer.allowed, (call, named, objects)
