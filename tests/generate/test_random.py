"""Generated policies on clusters at random: a connection is possible if and only if it is declared."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.intent.plan import Plan, plan
from hullmark.linter.model.intent.scene import Options
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.report.network_policies import network_policies
from hullmark.linter.text import Source
from tests.generate.declared_clusters import ADDRESSES, NAMESPACES, PROBES, DeclaredCluster, declared, declared_clusters
from tests.generate.worlds import DNS, Edge, World, documents, namespace_of, title
from tests.network.clusters_parts import network_policy
from tests.network.oracle import Oracle
from tests.network.oracle_terms import Call, Object, Place

_SETTINGS = settings(database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


def bundle_of(objects: list[Object]) -> Bundle:
    text = "\n---\n".join(json.dumps(each) for each in objects)
    (bundle,) = build_workspace(read_manifest(Source("cluster.yaml", text)).resources).bundles
    return bundle


def generated(objects: list[Object]) -> tuple[Plan, list[Object]]:
    """The plan, and its policies as a parser that is not ours reads what is written."""
    made = plan(bundle_of(objects), Options())
    found = documents(network_policies(made.policies))
    names = Counter((namespace_of(each), each["metadata"]["name"]) for each in [*found, *policies_in(objects)])
    assert not names or max(names.values()) == 1, "applying them would replace one by another"
    return made, found


def policies_in(objects: list[Object]) -> list[Object]:
    return [each for each in objects if each["kind"] == "NetworkPolicy"]


def is_judged(world: World, edge: Edge) -> bool:
    """Nodes are beyond policies, and whether a block holds their addresses nobody knows; kube-system is left alone."""
    hosts = {title(each) for each in world.pods if each["spec"].get("hostNetwork")}
    return not hosts & set(edge[:2]) and any(end.partition("/")[0] in NAMESPACES for end in edge[:2])


def test_possible_if_and_only_if_declared() -> None:
    seen: Counter[bool] = Counter()

    @seed(11)
    @settings(_SETTINGS, max_examples=200)
    @given(declared_clusters())
    def judge(cluster: DeclaredCluster) -> None:
        _, found = generated(cluster.objects)
        world, wanted = World([*cluster.objects, DNS], found), declared(cluster)
        for edge, oracle, engine in world.calls(ADDRESSES, PROBES):
            if not is_judged(world, edge):
                continue
            target = edge[1]
            expected = edge in wanted
            assert (oracle, engine) == (expected, expected), (edge, cluster.objects, found)
            seen[expected and target != title(DNS)] += 1

    judge()
    assert seen[True] > 300, seen


@seed(12)
@settings(_SETTINGS, max_examples=80)
@given(declared_clusters(), st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=3))
def test_policies_of_the_input_are_respected(cluster: DeclaredCluster, seeds: list[int]) -> None:
    """Possible is what is declared, what a policy allows to certain pods today, and what both sides allow already."""
    existing = [network_policy(f"policy{number}").roll(Random(each)) for number, each in enumerate(seeds)]
    made, found = generated([*cluster.objects, *existing])
    gone = {each.name for each in made.gone}
    kept = [each for each in existing if each["metadata"]["name"] not in gone]
    wanted, everything = declared(cluster), [*cluster.objects, DNS]
    before, closed = World(everything, kept), World(everything, [*kept, *map(default_deny, NAMESPACES)])
    earlier = {edge: allowed for edge, allowed, _ in before.calls(ADDRESSES, PROBES)}
    allowed_alone = {edge for edge, allowed, _ in closed.calls(ADDRESSES, PROBES) if allowed}
    after = World(everything, [*kept, *found])
    for edge, oracle, engine in after.calls(ADDRESSES, PROBES):
        if is_judged(after, edge):
            expected = edge in wanted or edge in allowed_alone or (earlier[edge] and is_named(before, kept, edge))
            assert (oracle, engine) == (expected, expected), (edge, cluster.objects, existing, found)


def default_deny(namespace: str) -> Object:
    metadata = {"name": "closed", "namespace": namespace}
    spec = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def is_named(world: World, policies: list[Object], edge: Edge) -> bool:
    """Whether a rule of a policy lets the connection through and no pod without labels, here or elsewhere."""
    by_name = {title(each): each for each in world.pods if each["metadata"]["labels"]}
    source, target, protocol, port = edge
    if source not in by_name or target not in by_name:
        return False
    start, end = by_name[source], by_name[target]
    for policy in policies:
        for direction, own, peer in (("ingress", end, start), ("egress", start, end)):
            if not _selects(world.oracle, policy, own, direction):
                continue
            for rule in policy["spec"].get(direction) or []:
                strangers = [_unlabelled(namespace_of(own)), _unlabelled("elsewhere")]
                matches = [
                    _matches(world.oracle, policy, rule, direction, own, other, protocol, port)
                    for other in (peer, *strangers)
                ]
                if matches == [True, False, False]:
                    return True
    return False


def _selects(oracle: Oracle, policy: Object, pod: Object, direction: str) -> bool:
    return any(each is policy for each in oracle.plain_policies(pod, direction))


def _unlabelled(namespace: str) -> Object:
    return {"metadata": {"name": "x", "namespace": namespace, "labels": {}}, "spec": {"containers": []}}


def _matches(
    oracle: Oracle, policy: Object, rule: Object, direction: str, own: Object, peer: Object, protocol: str, port: int
) -> bool:
    oracle.spaces.setdefault("elsewhere", {"kubernetes.io/metadata.name": "elsewhere"})
    ends = (Place(peer), Place(own)) if direction == "ingress" else (Place(own), Place(peer))
    return oracle.plain_rule(policy, rule, direction, Place(peer), Call(*ends, protocol, port))
