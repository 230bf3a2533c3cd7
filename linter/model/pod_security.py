"""Pod Security Standards to the letter: what a level of a version refuses in a pod, check by check.

https://kubernetes.io/docs/concepts/security/pod-security-standards/ and the checks of k8s.io/pod-security-admission
(Apache-2.0) are the standard; each check has revisions, and the newest one that is not above the wanted version
applies. Nothing here is lenient or strict beyond that: known workloads, Windows by node selector and the like belong
to rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from hullmark.linter.manifest.context import NEWEST_KNOWN, Minor
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.model import pod_security_baseline as baseline
from hullmark.linter.model import pod_security_restricted as restricted
from hullmark.linter.model.pod_violation import Violation

BASELINE = "baseline"
RESTRICTED = "restricted"
LEVELS = ("privileged", BASELINE, RESTRICTED)

Judge = Callable[[PodSpec, Minor], Iterator[Violation]]


class Check(NamedTuple):
    """One check: its id, its level, the version of its first revision, and the check that it replaces."""

    id: str
    level: str
    since: Minor
    judge: Judge
    overrides: str = ""


CHECKS = (
    Check("hostNamespaces", BASELINE, (1, 0), baseline.host_namespaces),
    Check("privileged", BASELINE, (1, 0), baseline.privileged),
    Check("capabilities_baseline", BASELINE, (1, 0), baseline.capabilities),
    Check("hostPathVolumes", BASELINE, (1, 0), baseline.host_paths),
    Check("hostPorts", BASELINE, (1, 0), baseline.host_ports),
    Check("hostProbesAndHostLifecycle", BASELINE, (1, 34), baseline.probe_hosts),
    Check("appArmorProfile", BASELINE, (1, 0), baseline.app_armor),
    Check("seLinuxOptions", BASELINE, (1, 0), baseline.se_linux),
    Check("procMount", BASELINE, (1, 0), baseline.proc_mount),
    Check("seccompProfile_baseline", BASELINE, (1, 0), baseline.seccomp),
    Check("sysctls", BASELINE, (1, 0), baseline.sysctls),
    Check("windowsHostProcess", BASELINE, (1, 0), baseline.windows_host_process),
    Check("restrictedVolumes", RESTRICTED, (1, 0), restricted.volumes, "hostPathVolumes"),
    Check("allowPrivilegeEscalation", RESTRICTED, (1, 8), restricted.privilege_escalation),
    Check("runAsNonRoot", RESTRICTED, (1, 0), restricted.non_root),
    Check("runAsUser", RESTRICTED, (1, 23), restricted.user),
    Check("seccompProfile_restricted", RESTRICTED, (1, 19), restricted.seccomp, "seccompProfile_baseline"),
    Check("capabilities_restricted", RESTRICTED, (1, 22), restricted.capabilities, "capabilities_baseline"),
    Check("procMount_restricted", RESTRICTED, (1, 35), restricted.proc_mount, "procMount"),
)


def violations(pod: PodSpec, level: str, version: Minor) -> Iterator[Violation]:
    """Everything because of which `level` of `version` refuses the pod; nothing where it allows it."""
    for check in checks(level, version):
        for violation in check.judge(pod, min(version, NEWEST_KNOWN)):
            yield violation._replace(check=check.id)


def level_of(pod: PodSpec, version: Minor) -> tuple[str, tuple[str, ...]]:
    """The strictest level of `version` that allows the pod, and the checks of the restricted one that it fails."""
    failed = tuple(dict.fromkeys(each.check for each in violations(pod, RESTRICTED, version)))
    own = {each.id for each in checks(RESTRICTED, version)}
    for check in checks(BASELINE, version):
        # What the restricted level judges by the same check need not be judged again.
        if check.id in failed or (check.id not in own and any(True for _ in check.judge(pod, version))):
            return LEVELS[0], failed
    return (BASELINE if failed else RESTRICTED), failed


@cache
def checks(level: str, version: Minor) -> tuple[Check, ...]:
    """The checks that `level` consists of in `version`."""
    version = min(version, NEWEST_KNOWN)
    if level == LEVELS[0]:
        return ()
    chosen = [each for each in CHECKS if version >= each.since and (level == RESTRICTED or each.level == BASELINE)]
    overridden = {each.overrides for each in chosen}
    return tuple(each for each in chosen if each.id not in overridden)


def parsed_version(text: str | None) -> Minor | None:
    """A version as labels write it (`v1.29`), `latest` as the newest known; None where it is none."""
    if text is None or text == "latest":
        return NEWEST_KNOWN
    major, dot, minor = text.removeprefix("v").partition(".")
    if not text.startswith("v") or not dot or major != "1" or not minor.isascii() or not minor.isdigit():
        return None
    # The plugin refuses leading zeros: https://pkg.go.dev/k8s.io/pod-security-admission/api#ParseVersion
    return None if len(minor) > 1 and minor.startswith("0") else (1, int(minor))
