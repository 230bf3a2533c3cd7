"""Rules about settings of kube-proxy that the table decides."""

from __future__ import annotations

from hullmark.linter.model.processes import KubeProxy
from hullmark.linter.rule.settings.plan import Repair
from hullmark.linter.rule.settings.rows import About, rows

RULES = rows(
    "kube-proxy",
    KubeProxy,
    {
        "metrics-exposed": About("kube-proxy serves its metrics to the network.", Repair.SET, "127.0.0.1:10249"),
        "profiling-enabled": About("kube-proxy serves its profiler.", Repair.SET, "false"),
        "node-ports-on-localhost": About("Node ports are reachable through localhost.", Repair.SET, "false"),
    },
)
