"""Lines of connections, read back as a stranger would read them, against the oracle on clusters at random."""

from __future__ import annotations

import json
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.reach.connections import Plan, connections
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.report.graph_network import Graph, text
from hullmark.linter.text import Source
from tests.network.clusters import clusters
from tests.network.oracle import Oracle
from tests.network.oracle_terms import Call, Object, Place

ADDRESSES = ("203.0.113.5", "203.0.113.200", "198.51.100.7", "10.1.2.3", "2001:db8::1", "2606:4700::1")
PROBES = (("TCP", 80), ("TCP", 443), ("TCP", 8080), ("TCP", 79), ("TCP", 9999), ("UDP", 80), ("SCTP", 80), ("ICMP", 0))
PLANS = {"usual": Plan(), "full": Plan(wildcards=False), "compact": Plan(grouped=True)}
_SETTINGS = settings(database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


def analysed(objects: list[Object]) -> Network:
    written = "\n---\n".join(json.dumps(each) for each in objects)
    (bundle,) = build_workspace(read_manifest(Source("cluster.yaml", written)).resources).bundles
    return network(bundle)


class Lines:
    """The text, parsed: no name or number comes from anywhere else."""

    def __init__(self, printed: str) -> None:
        self.lines: list[tuple[str, str, str, bool]] = []
        self.members: dict[str, list[str]] = {}
        for row in printed.splitlines():
            if row.startswith("# ") and " = " in row:
                name, _, members = row[2:].partition(" = ")
                self.members[name] = members.split(", ")
            elif not row.startswith("#"):
                ends, _, ports = row.partition(" : ")
                source, _, target = ends.partition(" => ")
                self.lines.append((source, target, ports.removesuffix(" (perhaps)"), not ports.endswith(" (perhaps)")))

    def allows(self, call: Call, *, sure: bool) -> bool:
        return any(
            (certain or not sure)
            and _holds(ports, call)
            and self.means(source, call.source)
            and self.means(target, call.target)
            for source, target, ports, certain in self.lines
        )

    def means(self, name: str, place: Place) -> bool:
        if place.pod is None:
            return name == "outside" or ("/" in name and name[0] in "0123456789:" and _in_blocks(name, place.address))
        space, own = place.pod["metadata"]["namespace"], place.pod["metadata"]["name"]
        full = f"{space}/{own}[Pod]"
        if name in self.members:
            return any(member == full or self.means_all(member, place, space) for member in self.members[name])
        return name == full or self.means_all(name, place, space)

    def means_all(self, name: str, place: Place, space: str) -> bool:
        return place.is_pod and name in ("*", f"{space}/*")


def _in_blocks(name: str, address: str) -> bool:
    included, _, excepted = name.partition(" except ")
    holds = [
        any(ip_address(address) in ip_network(each) for each in part.split(",")) if part else False
        for part in (included, excepted)
    ]
    return holds[0] and not holds[1]


def _holds(ports: str, call: Call) -> bool:
    if ports == "All Connections":
        return True
    protocol = ""
    for part in ports.split(","):
        if part == "other protocols":
            if call.protocol == "ICMP":
                return True
            continue
        if " " in part:
            protocol, _, part = part.partition(" ")
        first, _, last = part.partition("-")
        if protocol == call.protocol and int(first) <= call.port <= int(last or first):
            return True
    return False


def calls(objects: Iterable[Object]) -> list[Call]:
    pods = [Place(each) for each in objects if each["kind"] == "Pod"]
    outside = [Place(None, address) for address in ADDRESSES]
    pairs = [(one, other) for one in pods for other in pods if one.pod is not other.pod]
    pairs += [(place, pod) for place in outside for pod in pods if not pod.is_host]
    pairs += [(pod, place) for place in outside for pod in pods]
    return [Call(*pair, protocol, port) for pair in pairs for protocol, port in PROBES]


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
    everybody = 300 + 1  # and the pods of cluster DNS
    both_ways = 2
    assert len(connections(known, Plan(wildcards=False))) == everybody * (everybody - 1) + both_ways * everybody
    assert len(connections(known, Plan(grouped=True))) == len(connections(known, Plan()))
