"""Measures reachability at the size of a large cluster: seconds of processor time, memory, and how they grow.

    python benchmarks/network.py

5,000 pods, 1,000 policies and 500 Services: half a second for who reaches whom, one second for the rules on top,
500 MB in all. Ten seconds for what a change of one policy opens and closes.
"""

from __future__ import annotations

import gc
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.bits import members
from hullmark.linter.model.network.readers import policies
from hullmark.linter.model.network.units import units
from hullmark.linter.model.reach.changes import differences
from hullmark.linter.model.reach.connections import Plan
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.rule.modules import rules_of
from hullmark.linter.text import Source

REACH_BUDGET = 0.5
RULES_BUDGET = 1.0
MEMORY_BUDGET = 500.0
COMPARISON_BUDGET = 10.0
SIZES = ((500, 100, 50), (5_000, 1_000, 500), (20_000, 4_000, 2_000))
APPS = 25

_POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"


def manifests(pods: int, closing: int, services: int, seed: int = 1) -> Iterator[str]:
    """Namespaces of fifty pods; a default deny in each, and policies of single applications."""
    dice = random.Random(seed)
    spaces = max(pods // 50, 1)
    for number in range(spaces):
        labels = f"{{team: team-{number % 9}}}"
        yield f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: space-{number}, labels: {labels}}}\n"
    for number in range(pods):
        yield (
            f"apiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{number}, namespace: space-{number % spaces}, "
            f"labels: {{app: app-{number // spaces % APPS}, tier: tier-{number // spaces % 4}}}}}\n"
            "spec: {containers: [{name: app, image: 'registry.example/app:1.0', "
            f"ports: [{{name: http, containerPort: {8000 + number % 40}}}]}}]}}\n"
        )
    for number in range(closing):
        home = f"metadata: {{name: policy-{number}, namespace: space-{number % spaces}}}\n"
        if number < spaces:
            yield f"{_POLICY}{home}spec: {{podSelector: {{}}, policyTypes: [Ingress, Egress]}}\n"
            continue
        yield (
            f"{_POLICY}{home}spec:\n  podSelector: {{matchLabels: {{app: app-{dice.randrange(APPS)}}}}}\n"
            f"  policyTypes: [Ingress, Egress]\n  ingress:\n    - from: [{_peer(dice)}, {_peer(dice)}]\n"
            f"      ports: [{{port: {8000 + dice.randrange(40)}}}, {{port: http}}]\n"
            f"  egress:\n    - to: [{_peer(dice)}]\n      ports: [{{port: {8000 + dice.randrange(40)}}}]\n"
            "    - ports: [{port: 53, protocol: UDP}]\n"
        )
    for number in range(services):
        yield (
            f"apiVersion: v1\nkind: Service\nmetadata: {{name: service-{number}, namespace: space-{number % spaces}}}\n"
            f"spec: {{selector: {{app: app-{number // spaces % APPS}}}, ports: [{{port: 80, targetPort: http}}]}}\n"
        )


def _peer(dice: random.Random) -> str:
    match dice.randrange(4):
        case 0:
            return f"{{podSelector: {{matchLabels: {{app: app-{dice.randrange(APPS)}}}}}}}"
        case 1:
            return f"{{namespaceSelector: {{matchLabels: {{team: team-{dice.randrange(9)}}}}}}}"
        case 2:
            return f"{{ipBlock: {{cidr: 10.{dice.randrange(200)}.0.0/16}}}}"
    return (
        f"{{namespaceSelector: {{matchLabels: {{team: team-{dice.randrange(9)}}}}}, "
        f"podSelector: {{matchLabels: {{tier: tier-{dice.randrange(4)}}}}}}}"
    )


def bundle(size: tuple[int, int, int]) -> Bundle:
    """Everything of one size, parsed and linked but not yet looked at."""
    found = linked(manifests(*size))
    for pod in found.pods:
        assert pod.containers  # what parsing leaves to the first look belongs to parsing
    return found


def linked(texts: Iterable[str]) -> Bundle:
    """The bundle of manifests."""
    resources = read_manifest(Source("network.yaml", "---\n".join(texts))).resources
    return build_workspace(resources).bundles[0]


def read(found: Bundle) -> object:
    """The first look at the texts of pods and policies, of which parsing only leaves the places."""
    return found.derived(units), found.derived(policies)


def reachability(found: Bundle) -> int:
    """Who reaches whom on which ports, once everything is read: the number of pairs that are connected, by atom."""
    reach = found.derived(Network).reach()
    return sum(
        sources.bit_count() * targets.bit_count()
        for number in members(reach.every)
        for sources, targets in reach.rectangles(1 << number)
    )


def rules_about_networks() -> list[Any]:
    """Every network rule about several resources."""
    family = import_module("hullmark.checks.network")
    modules = iter_modules(family.__path__, f"{family.__name__}.")
    return [rule for module in modules for rule in rules_of(module.name) if hasattr(rule.subject, "among")]


def worth_asking(found: Bundle, rules: list[Any]) -> list[Any]:
    """Those that may find something here, as a run chooses them."""
    return [rule for rule in rules if rule.needs is None or not rule.needs.kinds.isdisjoint(found.kinds)]


def judged(found: Bundle, rules: list[Any]) -> int:
    """Every rule over every subject: the number of hits."""
    return sum(
        1 for rule in worth_asking(found, rules) for subject in rule.subject.among(found) for _ in rule.check(subject)
    )


def comparison(size: tuple[int, int, int]) -> float:
    """Seconds of telling what a change opens and closes: the last policy but one is gone, both states are read."""
    texts = list(manifests(*size))
    at = [number for number, text in enumerate(texts) if text.startswith(_POLICY)][-2]
    now, before = (network(linked(each)) for each in ([*texts[:at], *texts[at + 1 :]], texts))
    return seconds(lambda: (differences(now, before, Plan()), differences(before, now, Plan())))


def seconds(action: Callable[[], object]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    action()
    return time.process_time() - start


def cost(size: tuple[int, int, int], rules: list[Any]) -> tuple[float, float, float]:
    """Seconds of the first look, of reachability and of the rules on top."""
    found = bundle(size)
    looked = seconds(lambda: read(found))
    reach = seconds(lambda: reachability(found))
    return looked, reach, seconds(lambda: judged(found, rules))


def run() -> bool:
    """Print the table; whether every budget was kept. Of several runs the best counts: all else only adds."""
    gc.disable()  # as a run does
    kept, rules = True, rules_about_networks()
    for size in SIZES:
        bounded = size == SIZES[1]
        costs = []
        for _ in range(3 if bounded else 1):
            costs.append(cost(size, rules))
            gc.collect()
        looked, reach, judging = (min(each) for each in zip(*costs, strict=True))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        pods, count, services = size
        fine = reach <= REACH_BUDGET and judging <= RULES_BUDGET and memory <= MEMORY_BUDGET
        verdict = ("ok" if fine else "MISSED") if bounded else ""
        kept = kept and (fine or not bounded)
        print(
            f"{pods:6,} pods {count:5,} policies {services:5,} services   reading {looked:5.2f} s"
            f"   reach {reach:5.2f} s   rules {judging:5.2f} s   {memory:5.0f} MB   {verdict}",
            flush=True,
        )
    compared = comparison(SIZES[1])
    fine = compared <= COMPARISON_BUDGET
    print(f"{SIZES[1][0]:6,} pods, one policy less: compared in {compared:5.2f} s   {'ok' if fine else 'MISSED'}")
    return kept and fine


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
