"""Measures RBAC at the size of a large cluster: seconds of processor time, and how they grow.

    python benchmarks/rbac.py

The grants of 20,000 rules, 5,000 bindings and 2,000 workloads must be made within a second, and time must grow no
faster than the input.
"""

from __future__ import annotations

import gc
import math
import random
import sys
import time
from collections.abc import Callable, Iterator

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.pod_accounts import PodAccount
from hullmark.linter.model.rbac.shared import HeldPower
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source

BUDGET = 1.0
EXPONENT = 1.15
RUNS = 2
SIZES = ((5_000, 1_250, 500), (10_000, 2_500, 1_000), (20_000, 5_000, 2_000))
RULES_PER_ROLE = 4
NAMESPACES = 200

_GROUPS = ('""', "apps", '""', "batch", "widgets.example.com")
_RESOURCES = ("pods", "secrets", "configmaps", "deployments", "pods/exec", "services", "events", "jobs", "nodes")
_VERBS = ("get", "list", "watch", "create", "update", "delete", "patch")
_API = "apiVersion: rbac.authorization.k8s.io/v1\n"


def manifests(rules: int, bindings: int, workloads: int, seed: int = 1) -> Iterator[str]:
    """Roles, bindings and Deployments that refer to each other."""
    dice = random.Random(seed)
    roles = rules // RULES_PER_ROLE
    for number in range(roles):
        kind, home = _kind(number)
        lines = [f"  - {{apiGroups: [{dice.choice(_GROUPS)}], resources: {_some(dice, _RESOURCES, 2)}, "
                 f"verbs: {_some(dice, _VERBS, 3)}}}\n" for _ in range(RULES_PER_ROLE)]  # fmt: skip
        yield f"{_API}kind: {kind}\nmetadata: {{name: role-{number}{home}}}\nrules:\n{''.join(lines)}"
    for number in range(bindings):
        role = dice.randrange(roles)
        kind, _ = _kind(role)
        space = f"space-{role % NAMESPACES}"
        wide = kind == "ClusterRole" and number % 5 == 0
        home = "" if wide else f", namespace: {space}"
        yield (
            f"{_API}kind: {'ClusterRoleBinding' if wide else 'RoleBinding'}\n"
            f"metadata: {{name: binding-{number}{home}}}\n"
            f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {kind}, name: role-{role}}}\n"
            f"subjects:\n  - {{kind: ServiceAccount, name: account-{dice.randrange(20)}, namespace: {space}}}\n"
        )
    for number in range(workloads):
        yield (
            f"apiVersion: apps/v1\nkind: Deployment\n"
            f"metadata: {{name: app-{number}, namespace: space-{number % NAMESPACES}}}\n"
            f"spec: {{template: {{spec: {{serviceAccountName: account-{number % 20}, "
            f"containers: [{{name: app, image: 'registry.example/app:1.0'}}]}}}}}}\n"
        )


def _kind(number: int) -> tuple[str, str]:
    return ("ClusterRole", "") if number % 3 == 0 else ("Role", f", namespace: space-{number % NAMESPACES}")


def _some(dice: random.Random, values: tuple[str, ...], count: int) -> str:
    return f"[{', '.join(dice.sample(values, count))}]"


def bundle(size: tuple[int, int, int]) -> Bundle:
    """Everything of one size, parsed and linked but not yet looked at."""
    resources = read_manifest(Source("rbac.yaml", "---\n".join(manifests(*size)))).resources
    return build_workspace(resources).bundles[0]


def seconds(action: Callable[[], object]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    action()
    return time.process_time() - start


def main() -> int:
    """Print a line for each size; 1 when the largest takes too long, or when time grows faster than the input."""
    gc.disable()
    grants: list[float] = []
    powers: list[float] = []
    for size in SIZES:
        times = [_measured(size) for _ in range(RUNS)]
        grants.append(min(each[0] for each in times))
        powers.append(min(each[1] for each in times))
        pods = min(each[2] for each in times)
        print(f"{size[0]:6,} rules, {size[1]:5,} bindings, {size[2]:5,} workloads: "
              f"grants {grants[-1]:.2f} s, powers {powers[-1]:.2f} s, pods {pods:.2f} s")  # fmt: skip
    span = SIZES[-1][0] / SIZES[0][0]
    rows = (
        ("grants of the largest, seconds", grants[-1], BUDGET),
        ("grants, exponent of growth", math.log(grants[-1] / grants[0], span), EXPONENT),
        ("powers, exponent of growth", math.log(powers[-1] / powers[0], span), EXPONENT),
    )
    for name, figure, budget in rows:
        print(f"{name:<32} {figure:5.2f}   budget {budget:.2f}   {'ok' if figure <= budget else 'MISSED'}")
    return 0 if all(figure <= budget for _, figure, budget in rows) else 1


def _measured(size: tuple[int, int, int]) -> tuple[float, float, float]:
    made = bundle(size)
    return (
        seconds(lambda: access(made)),
        seconds(lambda: HeldPower.among(made)),
        seconds(lambda: PodAccount.among(made)),
    )


if __name__ == "__main__":
    sys.exit(main())
