"""Small clusters at random, as plain data: namespaces, pods, and policies of every kind that is understood."""

from __future__ import annotations

from random import Random

from hypothesis import strategies

from tests.network import dice as st
from tests.network.clusters_calico import calico_policy, calico_world
from tests.network.clusters_parts import Object, cilium_policy, network_policy, pods, spaces, tier_policy


def clusters() -> strategies.SearchStrategy[list[Object]]:
    """Clusters, each from a seed."""
    return strategies.integers(0, 2**64 - 1).map(lambda seed: cluster().roll(Random(seed)))


@st.composite
def cluster(draw: st.Draw) -> list[Object]:
    """A cluster: the policies of Kubernetes and of the tiers, and perhaps those of one engine."""
    found: list[Object] = [*draw(spaces()), *draw(pods())]
    engine = draw(st.sampled_from(("none", "none", "cilium", "calico")))
    if engine == "calico":
        found += calico_world(draw(st.booleans()))
    used_baseline = False
    for number in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(("plain", "plain", "admin", "baseline", "cluster", engine, engine, engine)))
        name = f"policy{number}"
        if kind == "admin":
            found.append(draw(tier_policy("AdminNetworkPolicy", name)))
        elif kind == "baseline" and not used_baseline:
            used_baseline = True
            found.append(draw(tier_policy("BaselineAdminNetworkPolicy", "default0")))
        elif kind == "cluster":
            found.append(draw(tier_policy("ClusterNetworkPolicy", name)))
        elif kind == "cilium":
            found.append(draw(cilium_policy(name)))
        elif kind == "calico":
            found.append(draw(calico_policy(name)))
        else:
            found.append(draw(network_policy(name)))
    return found
