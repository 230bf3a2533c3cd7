"""Generated policies applied to the example clusters: every declared connection is possible, and no other.

What is declared is written down here by hand, from reading the manifests: nothing of the generator takes part.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Scratch
from tests.generate.worlds import DNS, Edge, World, documents, namespace_of, objects_in, pods, title
from tests.network.oracle_terms import Object

OUTSIDE = ("203.0.113.5", "198.51.100.9", "10.1.2.3", "10.10.0.11", "10.20.0.11", "2001:db8::1")
PORTS = tuple(("TCP", port) for port in (53, 80, 443, 5432, 6443, 8443, 9100, 31999))
PORTS += (("UDP", 53), ("UDP", 8443), ("SCTP", 5432))
INGRESS_NGINX: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "controller",
        "namespace": "ingress-nginx",
        "labels": {"app.kubernetes.io/name": "ingress-nginx"},
    },
    "spec": {"containers": [{"name": "controller", "image": "registry.k8s.io/ingress-nginx/controller:v1.13.0"}]},
}
SHOP: set[Edge] = {
    ("198.51.100.9", "edge/gateway", "TCP", 8443),
    ("edge/gateway", "shop/web", "TCP", 8443),
    ("shop/web", "shop/orders", "TCP", 8443),
    ("shop/orders", "shop/postgres", "TCP", 5432),
    ("shop/orders", "10.10.0.11", "TCP", 6443),
}
# Nothing but a policy says it: its author is believed.
BY_POLICY: set[Edge] = {("shop/clean-up", "shop/postgres", "TCP", 5432)}
INSECURE: set[Edge] = {
    ("ingress-nginx/controller", "shop/frontend", "TCP", 80),
    *((address, "shop/frontend", "TCP", 80) for address in OUTSIDE),
    *((address, "shop/database", "TCP", 5432) for address in OUTSIDE),
    ("shop/frontend", "10.20.0.11", "TCP", 6443),
    ("shop/database", "10.20.0.11", "TCP", 6443),
}


def generated(scratch: Scratch, folder: Path) -> tuple[list[Object], str]:
    done = scratch.hullmark("generate", "network-policy", folder)
    assert done.returncode == 0, done.stderr
    return documents(done.stdout), done.stderr


def judged(world: World, closed: set[str], declared: set[Edge]) -> None:
    """Each connection of the pods in the closed namespaces is allowed if and only if it is declared, or DNS."""
    hosts = {title(each) for each in world.pods if each["spec"].get("hostNetwork")}
    governed = {title(each) for each in world.pods if namespace_of(each) in closed} - hosts
    dns = {(pod, title(DNS), protocol, 53) for pod in governed for protocol in ("UDP", "TCP")}
    tried = 0
    for edge, oracle, engine in world.calls(OUTSIDE, PORTS):
        source, target, *_ = edge
        if not {source, target} & governed:
            continue
        expected = edge in declared | dns or (source in hosts and target in governed)
        assert (oracle, engine) == (expected, expected), edge
        tried += expected
    assert tried >= len(declared)


@pytest.mark.parametrize("with_policies", [True, False], ids=["complete", "from scratch"])
def test_hardened_cluster(scratch: Scratch, repository: Path, tmp_path: Path, with_policies: bool) -> None:
    folder = repository / "examples" / "hardened"
    declared = SHOP | BY_POLICY
    if not with_policies:
        folder = without_policies(folder, tmp_path / "hardened")
        declared = SHOP
    found, _ = generated(scratch, folder)
    objects = objects_in(folder)
    assert bool(found) is not with_policies
    existing = [each for each in objects if each["kind"] == "NetworkPolicy"]
    judged(World([*objects, DNS], [*existing, *found]), {"shop", "edge"}, declared)


def test_insecure_cluster(scratch: Scratch, repository: Path) -> None:
    """One of its policies lets everybody in: the command says that it has to go, and then everything else is closed."""
    folder = repository / "examples" / "insecure"
    found, said = generated(scratch, folder)
    gone = re.findall(r"NetworkPolicy '([^']+)' lets everybody in or out", said)
    assert gone == ["make-it-work"]
    objects = objects_in(folder)
    existing = [each for each in objects if each["kind"] == "NetworkPolicy" and each["metadata"]["name"] not in gone]
    assert not {each["metadata"]["name"] for each in existing} & {
        each["metadata"]["name"] for each in found if namespace_of(each) == "shop"
    }, "applying would replace a policy of the cluster"
    judged(World([*objects, DNS, INGRESS_NGINX], [*existing, *found]), {"shop", "tools"}, INSECURE)


def without_policies(folder: Path, copy: Path) -> Path:
    """The manifests without their network policies, places kept."""
    for path in sorted(folder.rglob("*.yaml")):
        there = copy / path.relative_to(folder)
        there.parent.mkdir(parents=True, exist_ok=True)
        parts = [part for part in re.split(r"(?m)^---\n", path.read_text()) if "\nkind: NetworkPolicy" not in part]
        there.write_text("---\n".join(parts))
    return copy


def test_examples_have_what_the_table_says(repository: Path) -> None:
    """The table above names pods of the examples, and none that they no longer have."""
    names = {
        title(each) for part in ("hardened", "insecure") for each in pods(objects_in(repository / "examples" / part))
    }
    named = {end for edge in SHOP | BY_POLICY | INSECURE for end in edge[:2] if "/" in end}
    assert named - names == {title(INGRESS_NGINX)}
