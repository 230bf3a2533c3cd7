"""Lines of connections, read back as a stranger would read them, against the oracle on clusters at random."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.reach.connections import Plan, connections
from hullmark.linter.report.graph_network import Graph, text
from tests.network.clusters import clusters
from tests.network.lines import Lines, calls
from tests.network.oracle import Oracle
from tests.network.oracle_terms import Object
from tests.one_bundle import bundle_of, network_policy, pod

PLANS = {"usual": Plan(), "full": Plan(wildcards=False), "compact": Plan(grouped=True)}
_SETTINGS = settings(database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


def analysed(objects: list[Object]) -> Network:
    return network(bundle_of(objects))


@pytest.mark.parametrize("name", PLANS)
def test_lines_say_what_the_oracle_says(name: str) -> None:
    counted = {True: 0, False: 0}

    @seed(len(name))
    @settings(_SETTINGS, max_examples=50)
    @given(clusters())
    def judge(objects: list[Object]) -> None:
        known = analysed(objects)
        found = Lines(text([Graph("cluster", known, connections(known, PLANS[name]), ())]))
        without, within = Oracle(objects), Oracle(objects, hosts_in_blocks=True)
        for call in calls(objects):
            sure, possible = found.allows(call, sure=True), found.allows(call, sure=False)
            answers = {without.allowed(call), within.allowed(call)} if call.target.is_host else {without.allowed(call)}
            assert sure <= min(answers), (call, objects)
            assert possible >= max(answers), (call, objects)
            if not call.target.is_host:
                assert sure is possible, (call, objects)
                counted[possible] += 1

    judge()
    assert min(counted.values()) > 0.1 * sum(counted.values())


@given(clusters())
@settings(_SETTINGS, max_examples=30)
@seed(3)
def test_no_line_repeats_what_a_wider_one_says(objects: list[Object]) -> None:
    known = analysed(objects)
    found = [each for each in connections(known, Plan()) if each.source.mask and each.target.mask]
    for each in found:
        for other in found:
            wider = each.source.mask & ~other.source.mask == 0 and each.target.mask & ~other.target.mask == 0
            if other is not each and wider and other.sure:
                assert each.ports & ~other.ports, (each, other)


@given(clusters())
@settings(_SETTINGS, max_examples=30)
@seed(4)
def test_the_order_of_files_changes_nothing(objects: list[Object]) -> None:
    printed = [
        text([Graph("cluster", known, connections(known, Plan()), ())])
        for known in (analysed(objects), analysed(list(reversed(objects))))
    ]
    assert printed[0] == printed[1]


def test_a_cluster_without_policies_is_few_lines() -> None:
    pods: list[Object] = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"pod{number}", "namespace": f"space{number % 10}"},
            "spec": {"containers": [{"name": "main", "image": "a"}]},
        }
        for number in range(300)
    ]
    known = analysed(pods)
    assert text([Graph("cluster", known, connections(known, Plan()), ())]).splitlines() == [
        "* => * : All Connections",
        "* => nodes : All Connections",
        "* => outside : All Connections",
        "outside => * : All Connections",
    ]
    callers, called = 300, 300 + 1  # and the pods of cluster DNS
    with_outside = callers + called
    assert len(connections(known, Plan(wildcards=False))) == callers * (called - 1) + with_outside
    assert len(connections(known, Plan(grouped=True))) == len(connections(known, Plan()))


def test_what_some_pods_of_a_wildcard_may_do_is_no_line_of_the_wildcard() -> None:
    peer = {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "a"}}}
    known = analysed(
        [
            pod("a", "shop"),
            pod("b", "shop"),
            pod("t", "data"),
            network_policy("deny", "data", {"podSelector": {}}),
            network_policy("in", "data", {"podSelector": {"matchLabels": {"app": "t"}}, "ingress": [{"from": [peer]}]}),
        ]
    )
    found = {(each.source.name, each.target.name) for each in connections(known, Plan())}
    assert {pair for pair in found if pair[1].startswith("data/")} == {("shop/a[Pod]", "data/t[Pod]")}
