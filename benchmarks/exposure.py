"""Measures exposure at the size of a large cluster: seconds of processor time, and how they grow.

    python benchmarks/exposure.py

5,000 workloads with 2,000 Services and 500 routes of several gateways: one second for every rule of the family, and
twice the workloads may cost little more than twice the time.
"""

from __future__ import annotations

import gc
import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.rule.modules import rules_of
from hullmark.linter.text import Source

BUDGET = 1.0
EXPONENT = 1.1
SIZES = ((1_250, 500, 125), (5_000, 2_000, 500), (20_000, 8_000, 2_000))
RUNS = (3, 3, 1)
"""How often each size is measured: the best counts, since everything else on the machine only adds."""
PER_NAMESPACE = 50

_IMAGES = ("registry.example/shop/web", "docker.io/library/postgres", "docker.io/library/redis", "grafana/grafana")
_TYPES = ("ClusterIP", "ClusterIP", "ClusterIP", "LoadBalancer", "NodePort")


def manifests(workloads: int, services: int, routes: int, seed: int = 1) -> Iterator[str]:
    """Namespaces of fifty workloads, Services before some of them, routes of five kinds, gateways that take those."""
    dice = random.Random(seed)
    spaces = max(workloads // PER_NAMESPACE, 1)
    yield from _gateways()
    for number in range(spaces):
        yield f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: space-{number}}}\n"
    for number in range(workloads):
        name, space = f"app-{number}", f"space-{number % spaces}"
        port = 8000 + number % 40
        yield (
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {space}}}\n"
            f"spec: {{template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{serviceAccountName: {name}, "
            f"containers: [{{name: app, image: '{dice.choice(_IMAGES)}:1.{number % 9}', "
            f"ports: [{{name: http, containerPort: {port}}}]}}]}}}}}}\n"
        )
    for number in range(services):
        yield (
            f"apiVersion: v1\nkind: Service\nmetadata: {{name: app-{number}, namespace: space-{number % spaces}}}\n"
            f"spec: {{type: {dice.choice(_TYPES)}, selector: {{app: app-{number}}}, "
            "ports: [{port: 80, targetPort: http}]}\n"
        )
    for number in range(routes):
        yield _route(number, f"app-{number}", f"space-{number % spaces}")


def _gateways() -> Iterator[str]:
    yield (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: edge}\n"
        "spec:\n  gatewayClassName: eg\n  listeners:\n"
        "    - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}\n"
    )
    yield (
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: mesh, namespace: edge}\n"
        "spec:\n  selector: {istio: ingressgateway}\n  servers:\n"
        "    - {port: {number: 80, name: http, protocol: HTTP}, hosts: ['*/*.example.com']}\n"
    )
    yield (
        "apiVersion: getambassador.io/v3alpha1\nkind: Host\nmetadata: {name: all, namespace: edge}\n"
        "spec: {hostname: '*.example.com', tlsSecret: {name: all}}\n"
    )
    yield (
        "apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: https, namespace: edge}\n"
        "spec: {port: 8443, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}\n"
    )


def _route(number: int, name: str, space: str) -> str:
    meta, host = f"metadata: {{name: {name}, namespace: {space}}}", f"{name}.example.com"
    match number % 5:
        case 0:
            return (
                f"apiVersion: networking.k8s.io/v1\nkind: Ingress\n{meta}\nspec:\n  ingressClassName: nginx\n"
                f"  rules:\n    - host: {host}\n      http:\n        paths:\n"
                f"          - {{path: /, pathType: Prefix, "
                f"backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}\n"
            )
        case 1:
            return (
                f"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n{meta}\nspec:\n"
                f"  parentRefs: [{{name: edge, namespace: edge}}]\n  hostnames: [{host}]\n"
                f"  rules: [{{backendRefs: [{{name: {name}, port: 80}}]}}]\n"
            )
        case 2:
            return (
                f"apiVersion: networking.istio.io/v1\nkind: VirtualService\n{meta}\nspec:\n  hosts: [{host}]\n"
                f"  gateways: [edge/mesh]\n  http: [{{route: [{{destination: {{host: {name}}}}}]}}]\n"
            )
        case 3:
            return (
                f"apiVersion: getambassador.io/v3alpha1\nkind: Mapping\n{meta}\n"
                f"spec: {{hostname: {host}, prefix: /, service: {name}}}\n"
            )
    return (
        f"apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\n{meta}\nspec:\n  routes:\n"
        f"    - {{match: 'Host(`{host}`)', services: [{{name: {name}, port: 80}}]}}\n"
    )


def bundle(size: tuple[int, int, int]) -> Bundle:
    """Everything of one size, parsed and linked but not yet looked at."""
    resources = read_manifest(Source("exposure.yaml", "---\n".join(manifests(*size)))).resources
    return build_workspace(resources).bundles[0]


def read(found: Bundle) -> object:
    """The first look at pods and Services, of which parsing only leaves the places: paid once, by whoever looks."""
    services = [(each.type.value, each.selector.value, each.ports) for each in found.each(Service)]
    return [container.image.value for pod in found.pods for container in pod.containers], services, found.pod_index


def rules_about_exposure() -> dict[Any, list[Any]]:
    """Every rule of the family that is about several resources, by what it is about."""
    family = import_module("hullmark.checks.exposure")
    found: dict[Any, list[Any]] = {}
    for module in iter_modules(family.__path__, f"{family.__name__}."):
        for rule in rules_of(module.name):
            if hasattr(rule.subject, "among"):
                found.setdefault(rule.subject, []).append(rule)
    return found


def judged(found: Bundle, rules: dict[Any, list[Any]]) -> int:
    """Every rule over every subject, each of which is made once as in a run: the number of hits."""
    return sum(
        1
        for subject, members in rules.items()
        for each in subject.among(found)
        for rule in members
        for _ in rule.check(each)
    )


def seconds(action: Callable[[], object]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    action()
    return time.process_time() - start


def measured(size: tuple[int, int, int], rules: dict[Any, list[Any]]) -> tuple[float, float]:
    """Seconds of one run: of the first look, and of the rules."""
    found = bundle(size)
    return seconds(lambda: read(found)), seconds(lambda: judged(found, rules))


def main() -> int:
    """Print a line for each size; 1 when a budget was missed."""
    gc.disable()  # as a run does
    rules, costs = rules_about_exposure(), []
    for size, runs in zip(SIZES, RUNS, strict=True):
        looked, cost = min((measured(size, rules) for _ in range(runs)), key=lambda each: each[1])
        costs.append(cost)
        workloads, services, routes = size
        print(
            f"{workloads:6,} workloads {services:5,} services {routes:5,} routes"
            f"   reading {looked:5.2f} s   rules {cost:5.2f} s",
            flush=True,
        )
    exponent = math.log(costs[-1] / costs[0]) / math.log(SIZES[-1][0] / SIZES[0][0])
    kept = costs[1] <= BUDGET and exponent <= EXPONENT
    print(
        f"rules at {SIZES[1][0]:,} workloads: {costs[1]:.2f} s   budget {BUDGET:.2f} s; "
        f"exponent {exponent:.2f}   budget {EXPONENT:.2f}   {'ok' if kept else 'MISSED'}"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
