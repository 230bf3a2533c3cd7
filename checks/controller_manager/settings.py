"""Rules about settings of the controller manager that the table decides."""

from __future__ import annotations

from hullmark.linter.model.processes import ControllerManager
from hullmark.linter.rule.settings.plan import Repair
from hullmark.linter.rule.settings.refinements import low_when_inert, unless
from hullmark.linter.rule.settings.rows import About, rows

RULES = rows(
    "controller-manager",
    ControllerManager,
    {
        "profiling-enabled": About("Controller manager serves its profiler.", Repair.SET, "false"),
        "shared-controller-identity": About("All controllers act with one powerful identity.", Repair.SET, "true"),
        "service-account-key-missing": About("Controller manager cannot sign service account tokens."),
        "root-ca-missing": About("Pods are not given the CA of the API server."),
        "kubelet-certificate-rotation-off": About("Kubelet serving certificates are not renewed.", Repair.DROP),
        "bind-address-not-loopback": About(
            "Controller manager listens on the network.", Repair.SET, "127.0.0.1", refine=unless("secure-port", 0)
        ),
        "terminated-pod-cleanup-off": About("Terminated pods are never removed."),
        "weak-tls-version": About("Controller manager accepts TLS 1.0 or 1.1.", Repair.SET, "VersionTLS12"),
        "paths-without-authorization": About("Controller manager serves sensitive paths to everyone."),
        "insecure-port-open": About(
            "Controller manager listens without authentication.", Repair.SET, "0", refine=low_when_inert
        ),
        "long-client-certificates": About("Signed client certificates live longer than a year."),
    },
)
