"""Rules about settings of the API server that the table decides."""

from __future__ import annotations

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.setting import Carrier
from hullmark.linter.model.processes import ApiServer
from hullmark.linter.rule.settings.judgement import PASSED, Judgement, Outcome, Verdict, failed
from hullmark.linter.rule.settings.plan import Repair, Sample
from hullmark.linter.rule.settings.refinements import (
    deferring_to,
    loopback_endpoints,
    low_when_inert,
    lowered,
    only_sockets,
    unless,
)
from hullmark.linter.rule.settings.rows import About, rows


def _insecure_address(component: Component, outcome: Outcome) -> Outcome:
    """Critical only while the insecure port opens: below 1.20, and not when it is switched off."""
    if component.effective("insecure-port").always(0):
        return lowered(outcome, Severity.LOW)
    return low_when_inert(component, outcome)


def _anonymous(component: Component, outcome: Outcome) -> Outcome:
    """Not where every request is allowed anyway: the server resets the flag then, though not what a file says.

    ApplyAuthorization in pkg/kubeapiserver/options/authentication.go.
    """
    outcome = _UNREAD_FILE(component, outcome)
    setting, modes = component.explicit("anonymous-auth"), component.effective("authorization-mode")
    of_file = any(each is not None and each.carrier is Carrier.FIELD for each in (setting, modes.setting))
    if outcome.verdict is not Verdict.FAIL or of_file or not modes.known or not (modes.explicit or modes.proof):
        return outcome
    allowed = all(isinstance(value, tuple) and "AlwaysAllow" in value for value in modes.values)
    return PASSED if allowed else outcome


_UNREAD_FILE = deferring_to("authentication-config")


def _abac(component: Component) -> Outcome:
    """ABAC among the authorizers, else a policy file for it."""
    for row in (_ABAC_MODE, _ABAC_FILE):
        outcome = row(component)
        if outcome.verdict is not Verdict.PASS:
            return outcome
    return failed(())


_ABAC_MODE = Judgement({"op": "not-contains", "safe": "ABAC", "settings": ["authorization-mode"], "unset": "pass"})
_ABAC_FILE = Judgement({"op": "absent", "settings": ["authorization-policy-file"], "unset": "pass"})

RULES = rows(
    "apiserver",
    ApiServer,
    {
        "anonymous-auth-enabled": About(
            "API server answers requests without credentials.",
            Repair.SET,
            "false",
            refine=_anonymous,
            sample=Sample(
                {"anonymous-auth": "true"},
                {"anonymous-auth": "false"},
                beside={"authorization-mode": "Node,RBAC"},
                unset=True,
            ),
        ),
        "static-token-file": About("API server accepts static tokens from a file.", Repair.REMOVE),
        "static-password-file": About("API server accepts static passwords from a file.", Repair.REMOVE),
        "always-allow-authorization": About(
            "API server allows every authenticated request.",
            Repair.SET,
            "Node,RBAC",
            refine=deferring_to("authorization-config", "authorization-mode"),
            sample=Sample({"authorization-mode": "AlwaysAllow"}, {"authorization-mode": "Node,RBAC"}, unset=True),
        ),
        "node-authorizer-missing": About(
            "API server does not limit kubelets to their own objects.",
            Repair.ADD,
            "Node",
            refine=deferring_to("authorization-config", "authorization-mode"),
        ),
        "rbac-authorizer-missing": About(
            "API server ignores roles: RBAC is not an authorizer.",
            Repair.ADD,
            "RBAC",
            refine=deferring_to("authorization-config", "authorization-mode"),
        ),
        "abac-authorization": About("API server authorizes by a policy file (ABAC).", judge=_abac),
        "kubelet-client-certificate-missing": About("API server calls kubelets without a client certificate."),
        "kubelet-certificate-not-verified": About("API server does not verify kubelet certificates."),
        "kubelet-https-off": About("API server speaks to kubelets in clear text.", Repair.REMOVE),
        "etcd-over-http": About("API server speaks to etcd in clear text.", refine=loopback_endpoints),
        "etcd-client-certificate-missing": About("API server has no client certificate for etcd.", refine=only_sockets),
        "etcd-ca-missing": About("API server does not verify the certificate of etcd.", refine=only_sockets),
        "serving-certificate-missing": About("API server serves a certificate that it made itself."),
        "client-ca-missing": About("API server has no CA for client certificates."),
        "service-account-key-missing": About("API server names no key for service account tokens."),
        "token-lookup-disabled": About("Tokens of deleted service accounts stay valid.", Repair.REMOVE),
        "service-account-token-extended": About("Service account tokens of pods live a year.", Repair.SET, "false"),
        "token-lifetime-unlimited": About("Requested service account tokens may live for ever."),
        "profiling-enabled": About("API server serves its profiler.", Repair.SET, "false"),
        "debug-socket-open": About("API server serves its profiler on an open socket.", Repair.REMOVE),
        "request-timeout-too-long": About("API server lets requests run for too long."),
        "weak-tls-ciphers": About(
            "API server offers weak TLS cipher suites.", Repair.DROP, refine=unless("tls-min-version", "VersionTLS13")
        ),
        "weak-tls-version": About("API server accepts TLS 1.0 or 1.1.", Repair.SET, "VersionTLS12"),
        "insecure-port-open": About(
            "API server listens without authentication.", Repair.SET, "0", refine=low_when_inert
        ),
        "insecure-bind-address": About(
            "API server binds its insecure port to an address.", Repair.REMOVE, refine=_insecure_address
        ),
        "secure-port-off": About("API server does not serve over TLS.", Repair.SET, "6443"),
        "alpha-apis-served": About("API server serves every alpha API."),
    },
)
