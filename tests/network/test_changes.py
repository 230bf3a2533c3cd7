"""What a change opens and closes, against the oracle on both states of clusters at random."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from hullmark.linter.cli.graph_network_diff import difference
from hullmark.linter.cli.graph_network_options import GraphOptions
from hullmark.linter.model.network.ports import EVERY_PORT, PortRange
from hullmark.linter.model.reach.changes import minus
from hullmark.linter.report.graph_network_diff import diff_text
from tests.network.clusters import clusters
from tests.network.lines import Lines, calls
from tests.network.oracle import Oracle
from tests.network.oracle_terms import Object
from tests.one_bundle import bundle_of, network_policy, pod

_SETTINGS = settings(database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


@st.composite
def states(draw: st.DrawFn) -> tuple[list[Object], list[Object]]:
    """Two states of one cluster: some policies are only in the one, some only in the other."""
    objects = draw(clusters())
    before, after = [], []
    for each in objects:
        where = draw(st.sampled_from("ab*")) if "Policy" in each["kind"] else "*"
        before += [each] if where != "a" else []
        after += [each] if where != "b" else []
    return before, after


def test_lines_say_what_the_oracle_says_of_both_states() -> None:
    outcomes: Counter[tuple[bool, bool]] = Counter()

    @given(states())
    @settings(_SETTINGS, max_examples=60)
    @seed(8)
    def judge(both: tuple[list[Object], list[Object]]) -> None:
        before, after = both
        printed = diff_text("base", [difference(bundle_of(after), bundle_of(before), GraphOptions())])
        opened, closed = Lines(printed, "+ "), Lines(printed, "- ", "# before: ")
        then, now = Oracle(before), Oracle(after)
        for call in calls(after):
            if call.target.is_host:
                continue
            was, is_now = then.allowed(call), now.allowed(call)
            assert opened.allows(call, sure=True) is (is_now and not was), (call, both)
            assert closed.allows(call, sure=True) is (was and not is_now), (call, both)
            outcomes[was, is_now] += 1

    judge()
    assert all(outcomes[was, is_now] > 100 for was in (True, False) for is_now in (True, False)), outcomes


@given(clusters())
@settings(_SETTINGS, max_examples=30)
@seed(9)
def test_no_change_opens_and_closes_nothing(objects: list[Object]) -> None:
    found = difference(bundle_of(objects), bundle_of(list(reversed(objects))), GraphOptions())
    assert found.is_empty


PORTS = st.lists(st.tuples(st.sampled_from(("TCP", "UDP")), st.integers(1, 30), st.integers(0, 9)), max_size=6)


@given(PORTS, PORTS)
@settings(_SETTINGS, max_examples=200)
def test_minus_is_the_difference_of_sets(one: list[tuple[str, int, int]], other: list[tuple[str, int, int]]) -> None:
    def ranges(found: list[tuple[str, int, int]]) -> list[PortRange]:
        return [PortRange(protocol, first, first + size) for protocol, first, size in found]

    def spelled(found: list[PortRange]) -> set[tuple[str, int]]:
        return {(each.protocol, port) for each in found for port in range(each.first, each.last + 1)}

    left = minus(ranges(one), ranges(other))
    assert spelled(list(left)) == spelled(ranges(one)) - spelled(ranges(other))
    assert minus(EVERY_PORT, EVERY_PORT) == ()


CLOSED = [pod("web", "shop"), network_policy("deny", "shop", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})]


def _opened(*added: Object) -> list[str]:
    found = [difference(bundle_of([*CLOSED, *added]), bundle_of(CLOSED), GraphOptions())]
    return [line for line in diff_text("base", found).splitlines() if not line.startswith("# compared")]


def test_what_opens_addresses_opens_nodes() -> None:
    away = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}
    assert _opened(network_policy("out", "shop", {"podSelector": {}, "policyTypes": ["Egress"], "egress": [away]})) == [
        "+ shop/* => 0.0.0.0/0 : All Connections",
        "+ shop/* => nodes : All Connections",
    ]


def test_what_labels_that_nobody_knows_decide_is_told_with_a_doubt() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"team": "a"}}}
    lines = _opened(
        network_policy("in", "shop", {"podSelector": {}, "ingress": [{"from": [peer]}]}), pod("api", "elsewhere")
    )
    assert "+ elsewhere/* => shop/* : All Connections (perhaps)" in lines
    assert all("(perhaps)" in line for line in lines if line.startswith("+"))
