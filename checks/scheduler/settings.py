"""Rules about settings of the scheduler that the table decides."""

from __future__ import annotations

from hullmark.linter.model.processes import Scheduler
from hullmark.linter.rule.settings.plan import Repair
from hullmark.linter.rule.settings.refinements import low_when_inert, unless
from hullmark.linter.rule.settings.rows import About, rows

RULES = rows(
    "scheduler",
    Scheduler,
    {
        "profiling-enabled": About("Scheduler serves its profiler.", Repair.SET, "false"),
        "bind-address-not-loopback": About(
            "Scheduler listens on the network.", Repair.SET, "127.0.0.1", refine=unless("secure-port", 0)
        ),
        "weak-tls-version": About("Scheduler accepts TLS 1.0 or 1.1.", Repair.SET, "VersionTLS12"),
        "paths-without-authorization": About("Scheduler serves sensitive paths to everyone."),
        "insecure-port-open": About(
            "Scheduler listens without authentication.", Repair.SET, "0", refine=low_when_inert
        ),
    },
)
