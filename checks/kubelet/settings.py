"""Rules about settings of the kubelet that the table decides."""

from __future__ import annotations

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.model.kubelets import Kubelet
from hullmark.linter.rule.settings.judgement import Judgement, Outcome, Verdict, failed
from hullmark.linter.rule.settings.plan import Repair, Sample
from hullmark.linter.rule.settings.refinements import lowered, unless
from hullmark.linter.rule.settings.rows import About, rows

# The timeout has had no effect since 1.34, when streaming moved to the container runtime.
_IDLE_TIMEOUT_INERT_FROM = 34


def _rotation(component: Component, outcome: Outcome) -> Outcome:
    """kubeadm overwrites an explicit false with true."""
    if component.traits.origin != "kubeadm":
        return outcome
    return lowered(outcome, Severity.INFO, Profile.ALL, "kubeadm overwrites it with true")


def _idle(component: Component, outcome: Outcome) -> Outcome:
    if all(minor >= _IDLE_TIMEOUT_INERT_FROM for minor in component.traits.minors):
        return lowered(outcome, Severity.INFO, None, "the setting has no effect since 1.34")
    return outcome


def _dynamic(component: Component) -> Outcome:
    """A directory for dynamic configuration, or the gate that allows it."""
    outcomes = [_DYNAMIC_DIR(component), _DYNAMIC_GATE(component)]
    offences = [each for outcome in outcomes for each in outcome.offences]
    if offences or all(outcome.verdict is Verdict.PASS for outcome in outcomes):
        return failed(offences)
    return Outcome(Verdict.UNKNOWN)


_DYNAMIC_DIR = Judgement({"op": "absent", "settings": ["dynamic-config-dir"], "unset": "pass"})
_DYNAMIC_GATE = Judgement(
    {"op": "gate-not", "safe": "DynamicKubeletConfig=true", "settings": ["feature-gates"], "unset": "pass"}
)
_PROFILERS = ("contention-profiling", "enable-profiling-handler", "enable-debug-flags-handler")

RULES = rows(
    "kubelet",
    Kubelet,
    {
        "anonymous-auth-enabled": About("Kubelet answers requests without credentials.", Repair.SET, "false"),
        "always-allow-authorization": About("Kubelet allows every authenticated request.", Repair.SET, "Webhook"),
        "webhook-authentication-off": About("Kubelet does not check bearer tokens.", Repair.SET, "true"),
        "client-ca-missing": About("Kubelet has no CA for client certificates."),
        "read-only-port-open": About("Kubelet serves pods and metrics to everyone.", Repair.SET, "0"),
        "self-signed-serving-certificate": About(
            "Kubelet serves a certificate that it made itself.",
            Repair.SET,
            "true",
            "rotate-server-certificates",
            sample=Sample({}, {"rotate-server-certificates": "true"}, unset=True),
        ),
        "client-certificate-rotation-off": About(
            "Kubelet does not renew its client certificate.", Repair.SET, "true", refine=_rotation
        ),
        "server-certificate-rotation-off": About("Kubelet does not renew its serving certificate.", Repair.DROP),
        "weak-tls-ciphers": About(
            "Kubelet offers weak TLS cipher suites.", Repair.DROP, refine=unless("tls-min-version", "VersionTLS13")
        ),
        "weak-tls-version": About("Kubelet accepts TLS 1.0 or 1.1.", Repair.SET, "VersionTLS12"),
        "seccomp-default-off": About("Containers run without a seccomp filter by default.", Repair.SET, "true"),
        "no-pod-process-limit": About("A pod may use up all process ids of its node."),
        "kernel-defaults-unprotected": About("Kubelet changes kernel settings of its node.", Repair.SET, "true"),
        "idle-streams-never-closed": About("Kubelet never closes idle exec sessions.", refine=_idle),
        "iptables-chains-unmanaged": About("Kubelet does not maintain its iptables chains.", Repair.SET, "true"),
        "hostname-overridden": About("Kubelet registers under a name of its own choice."),
        "event-recording-limited": About("Kubelet drops events above a low rate."),
        "unsafe-sysctls-allowed": About("Pods may set kernel settings that are not isolated."),
        "log-query-enabled": About("Kubelet serves logs of the node.", Repair.SET, "false"),
        "profiling-enabled": About(
            "Kubelet serves its profiler.",
            Repair.SET,
            "false",
            judge=Judgement({"op": "not-equals", "safe": True, "settings": _PROFILERS, "unset": "pass", "every": True}),
        ),
        "static-pods-from-url": About("Kubelet runs whatever pods a URL returns."),
        "static-pods-on-worker": About("Worker runs pods from files that nobody admits."),
        "health-port-exposed": About("Kubelet serves its health port to the network.", Repair.SET, "127.0.0.1"),
        "image-credentials-not-verified": About(
            "Pods may use private images without their own credentials.", Repair.SET, "AlwaysVerify"
        ),
        "dynamic-config-enabled": About("Kubelet takes its configuration from the API.", Repair.REMOVE, judge=_dynamic),
        # A kubelet that fails on swap does not start where there is some: no fix.
        "swap-allowed": About("Kubelet runs on nodes with swap."),
    },
)
