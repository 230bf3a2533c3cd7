"""Rules about settings of etcd that the table decides."""

from __future__ import annotations

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.model.processes import Etcd
from hullmark.linter.patterns import regex
from hullmark.linter.rule.settings.judgement import Outcome
from hullmark.linter.rule.settings.plan import Repair
from hullmark.linter.rule.settings.refinements import lowered, softened
from hullmark.linter.rule.settings.rows import About, rows

# https://github.com/etcd-io/etcd/blob/main/CHANGELOG/CHANGELOG-3.6.md: the flag is gone.
_WITHOUT_V2 = regex(r"v?3\.(?:[6-9]|[1-9]\d)(?!\d)")
_SELF_MADE = "the traffic is encrypted with a certificate that etcd made itself"
_CA_ENFORCES = "etcd demands client certificates anyway, because a trusted CA is set"


def _v2(component: Component, outcome: Outcome) -> Outcome:
    """From 3.6 on there is no such API."""
    if _WITHOUT_V2.match(component.traits.release) is None:
        return outcome
    return lowered(outcome, Severity.INFO, Profile.ALL, "etcd 3.6 has no such setting")


RULES = rows(
    "etcd",
    Etcd,
    {
        "client-traffic-without-tls": About(
            "etcd serves clients in clear text.", refine=softened("auto-tls", Severity.LOW, _SELF_MADE)
        ),
        "client-certificates-not-required": About(
            "etcd accepts clients without a certificate.",
            Repair.SET,
            "true",
            refine=softened("trusted-ca-file", Severity.LOW, _CA_ENFORCES, Profile.STRICT),
        ),
        # Without a certificate of its own etcd would speak in clear text then: no fix, here and for peers.
        "self-signed-client-tls": About("etcd serves clients a certificate that it made itself."),
        "peer-traffic-without-tls": About(
            "etcd members speak to each other in clear text.",
            refine=softened("peer-auto-tls", Severity.LOW, _SELF_MADE),
        ),
        "peer-certificates-not-required": About(
            "etcd accepts peers without a certificate.",
            Repair.SET,
            "true",
            refine=softened("peer-trusted-ca-file", Severity.LOW, _CA_ENFORCES, Profile.STRICT),
        ),
        "self-signed-peer-tls": About("etcd shows peers a certificate that it made itself."),
        "client-url-over-http": About("etcd listens for clients in clear text."),
        "peer-url-over-http": About("etcd listens for peers in clear text."),
        "metrics-exposed": About("etcd serves its metrics to the network.", Repair.LOOPBACK),
        "profiling-enabled": About("etcd serves its profiler.", Repair.SET, "false"),
        "v2-api-enabled": About("etcd serves its old API, which RBAC does not cover.", Repair.SET, "false", refine=_v2),
        "weak-tls-ciphers": About("etcd offers weak TLS cipher suites.", Repair.DROP),
        "discovery-without-verification": About("etcd does not verify its discovery service.", Repair.SET, "false"),
        "peer-san-check-skipped": About("etcd does not check the names of peers.", Repair.SET, "false"),
        "fsync-disabled": About("etcd does not wait for writes to reach the disk.", Repair.SET, "false"),
    },
)
