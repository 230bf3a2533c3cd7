"""Pod Security Standards to the letter: what a level of a version refuses in a pod, check by check.

https://kubernetes.io/docs/concepts/security/pod-security-standards/ and the checks of k8s.io/pod-security-admission
(Apache-2.0) are the standard; each check has revisions, and the newest one that is not above the wanted version
applies. Nothing here is lenient or strict beyond that: known workloads, Windows by node selector and the like belong
to rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from hullmark.linter.manifest.context import NEWEST_KNOWN, Minor
from hullmark.linter.manifest.mentions import mentioned
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.model import pod_security_baseline as baseline
from hullmark.linter.model import pod_security_restricted as restricted
from hullmark.linter.model.pod_violation import Violation
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.text import Source

BASELINE = "baseline"
RESTRICTED = "restricted"
LEVELS = ("privileged", BASELINE, RESTRICTED)

Judge = Callable[[PodSpec, Minor], Iterator[Violation]]


class Check(NamedTuple):
    """One check: its id, its level, the version of its first revision, and the check that it replaces.

    `mentions` are words of which the file has to hold one for a violation; none where absence is one.
    """

    id: str
    level: str
    since: Minor
    judge: Judge
    overrides: str = ""
    mentions: tuple[str, ...] = ()


CHECKS = (
    Check("hostNamespaces", BASELINE, (1, 0), baseline.host_namespaces, mentions=("hostNetwork", "hostPID", "hostIPC")),
    Check("privileged", BASELINE, (1, 0), baseline.privileged, mentions=("privileged",)),
    Check("capabilities_baseline", BASELINE, (1, 0), baseline.capabilities, mentions=("capabilities",)),
    Check("hostPathVolumes", BASELINE, (1, 0), baseline.host_paths, mentions=("hostPath", "hostDisk")),
    Check("hostPorts", BASELINE, (1, 0), baseline.host_ports, mentions=("hostPort",)),
    Check("hostProbesAndHostLifecycle", BASELINE, (1, 34), baseline.probe_hosts, mentions=("httpGet", "tcpSocket")),
    Check(
        "appArmorProfile",
        BASELINE,
        (1, 0),
        baseline.app_armor,
        mentions=("appArmorProfile", "container.apparmor.security.beta.kubernetes.io"),
    ),
    Check("seLinuxOptions", BASELINE, (1, 0), baseline.se_linux, mentions=("seLinuxOptions",)),
    Check("procMount", BASELINE, (1, 0), baseline.proc_mount, mentions=("procMount",)),
    Check("seccompProfile_baseline", BASELINE, (1, 0), baseline.seccomp, mentions=("seccomp",)),
    Check("sysctls", BASELINE, (1, 0), baseline.sysctls, mentions=("sysctls",)),
    Check("windowsHostProcess", BASELINE, (1, 0), baseline.windows_host_process, mentions=("hostProcess",)),
    Check("restrictedVolumes", RESTRICTED, (1, 0), restricted.volumes, "hostPathVolumes", mentions=("volumes",)),
    Check("allowPrivilegeEscalation", RESTRICTED, (1, 8), restricted.privilege_escalation),
    Check("runAsNonRoot", RESTRICTED, (1, 0), restricted.non_root),
    Check("runAsUser", RESTRICTED, (1, 23), restricted.user, mentions=("runAsUser",)),
    Check("seccompProfile_restricted", RESTRICTED, (1, 19), restricted.seccomp, "seccompProfile_baseline"),
    Check("capabilities_restricted", RESTRICTED, (1, 22), restricted.capabilities, "capabilities_baseline"),
    Check("procMount_restricted", RESTRICTED, (1, 35), restricted.proc_mount, "procMount", mentions=("procMount",)),
)
_LOOKED_FOR = frozenset(word for check in CHECKS for word in check.mentions)


def violations(pod: PodSpec, level: str, version: Minor) -> Iterator[Violation]:
    """Everything because of which `level` of `version` refuses the pod; nothing where it allows it."""
    known = min(version, NEWEST_KNOWN)
    for check in _asked(level, version, _words(pod.cursor.source)):
        for violation in check.judge(pod, known):
            yield violation._replace(check=check.id)


def refused(pod: PodSpec) -> tuple[Violation, ...]:
    """Everything because of which the standard of the run, if it judges by one, refuses the pod."""
    standard = pod.resource.context.standard
    return () if standard is None else tuple(violations(pod, *standard))


def level_of(pod: PodSpec, version: Minor) -> tuple[str, tuple[str, ...]]:
    """The strictest level of `version` that allows the pod, and the checks of the restricted one that it fails."""
    words, known = _words(pod.cursor.source), min(version, NEWEST_KNOWN)
    failed = tuple([check.id for check in _asked(RESTRICTED, version, words) if _refuses(check, pod, known)])
    for check in _asked(BASELINE, version, words):
        # What the restricted level judges by the same check need not be judged again.
        if check.id in failed or (check not in checks(RESTRICTED, version) and _refuses(check, pod, known)):
            return LEVELS[0], failed
    return (BASELINE if failed else RESTRICTED), failed


def _refuses(check: Check, pod: PodSpec, version: Minor) -> bool:
    return next(iter(check.judge(pod, version)), None) is not None


@cache
def _asked(level: str, version: Minor, words: frozenset[str]) -> tuple[Check, ...]:
    """Checks that may find something in a file that holds these of the words that checks look for."""
    found = checks(level, version)
    return tuple(check for check in found if not check.mentions or not words.isdisjoint(check.mentions))


@lru_cache(maxsize=1)
def _words(source: Source) -> frozenset[str]:
    """Words of checks that may occur in a file: asked for one pod after the other."""
    return mentioned(source.text, _LOOKED_FOR)


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
