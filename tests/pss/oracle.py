"""Pod Security Standards over plain data, written from the published standard and for these tests only.

https://kubernetes.io/docs/concepts/security/pod-security-standards/. Shares nothing with the engine.
"""

from typing import Any

Pod = dict[str, Any]
Minor = tuple[int, int]

THIRTEEN = {
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
}
PLAIN_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
}


def refused(pod: Pod, level: str, version: Minor) -> set[str]:
    """Ids of the checks that the pod fails."""
    baseline = {
        "hostNamespaces": host_namespaces(pod),
        "privileged": any(context(c).get("privileged") for c in containers(pod)),
        "capabilities_baseline": any(set(adds(c)) - THIRTEEN for c in containers(pod)),
        "hostPathVolumes": any("hostPath" in v for v in volumes(pod)),
        "hostPorts": any(p.get("hostPort") for c in containers(pod) for p in c.get("ports", [])),
        "appArmorProfile": app_armor(pod),
        "seLinuxOptions": se_linux(pod, version),
        "procMount": proc_mount(pod) and not (version >= (1, 35) and userns(pod)),
        "seccompProfile_baseline": seccomp_baseline(pod, version),
        "sysctls": bool(
            {s["name"] for s in spec(pod).get("securityContext", {}).get("sysctls", [])} - sysctls(version)
        ),
        "windowsHostProcess": any(c.get("windowsOptions", {}).get("hostProcess") for c in contexts(pod)),
    }
    if version >= (1, 34):
        baseline["hostProbesAndHostLifecycle"] = probe_hosts(pod)
    if level == "baseline":
        return {name for name, failed in baseline.items() if failed}
    return {name for name, failed in restricted(pod, version, baseline).items() if failed}


def restricted(pod: Pod, version: Minor, checks: dict[str, bool]) -> dict[str, bool]:
    checks = dict(checks)
    windows = version >= (1, 25) and spec(pod).get("os", {}).get("name") == "windows"
    relaxed = version >= (1, 35) and userns(pod)
    del checks["hostPathVolumes"]
    checks["restrictedVolumes"] = any(set(v) - {"name"} - PLAIN_VOLUMES for v in volumes(pod))
    checks["runAsNonRoot"] = not relaxed and root_possible(pod)
    if version >= (1, 8):
        allowed = [context(c).get("allowPrivilegeEscalation") for c in containers(pod)]
        checks["allowPrivilegeEscalation"] = not windows and any(value is not False for value in allowed)
    if version >= (1, 19):
        del checks["seccompProfile_baseline"]
        checks["seccompProfile_restricted"] = not windows and seccomp_restricted(pod)
    if version >= (1, 22):
        del checks["capabilities_baseline"]
        checks["capabilities_restricted"] = not windows and any(
            "ALL" not in drops(c) or set(adds(c)) - {"NET_BIND_SERVICE"} for c in containers(pod)
        )
    if version >= (1, 23):
        checks["runAsUser"] = not relaxed and any(c.get("runAsUser") == 0 for c in contexts(pod))
    if version >= (1, 35):
        del checks["procMount"]
        checks["procMount_restricted"] = proc_mount(pod)
    return checks


def spec(pod: Pod) -> Pod:
    found: Pod = pod["spec"]
    return found


def containers(pod: Pod) -> list[Pod]:
    lists = ("initContainers", "containers", "ephemeralContainers")
    return [container for name in lists for container in spec(pod).get(name, [])]


def context(container: Pod) -> Pod:
    found: Pod = container.get("securityContext", {})
    return found


def contexts(pod: Pod) -> list[Pod]:
    return [spec(pod).get("securityContext", {}), *(context(c) for c in containers(pod))]


def volumes(pod: Pod) -> list[Pod]:
    found: list[Pod] = spec(pod).get("volumes", [])
    return found


def adds(container: Pod) -> list[str]:
    found: list[str] = context(container).get("capabilities", {}).get("add", [])
    return found


def drops(container: Pod) -> list[str]:
    found: list[str] = context(container).get("capabilities", {}).get("drop", [])
    return found


def userns(pod: Pod) -> bool:
    return spec(pod).get("hostUsers") is False


def host_namespaces(pod: Pod) -> bool:
    return any(spec(pod).get(name) for name in ("hostNetwork", "hostPID", "hostIPC"))


def annotations(pod: Pod) -> dict[str, str]:
    found: dict[str, str] = pod["metadata"].get("annotations", {})
    return found


def app_armor(pod: Pod) -> bool:
    for name, value in annotations(pod).items():
        ours = name.startswith("container.apparmor.security.beta.kubernetes.io/")
        if ours and value not in ("", "runtime/default") and not value.startswith("localhost/"):
            return True
    kinds = [c["appArmorProfile"]["type"] for c in contexts(pod) if "appArmorProfile" in c]
    return any(kind not in ("RuntimeDefault", "Localhost") for kind in kinds)


def se_linux(pod: Pod, version: Minor) -> bool:
    types = {"", "container_t", "container_init_t", "container_kvm_t"}
    if version >= (1, 31):
        types.add("container_engine_t")
    found = [c["seLinuxOptions"] for c in contexts(pod) if "seLinuxOptions" in c]
    return any(o.get("type", "") not in types or o.get("user") or o.get("role") for o in found)


def proc_mount(pod: Pod) -> bool:
    return any(context(c).get("procMount", "Default") != "Default" for c in containers(pod))


def seccomp_types(pod: Pod) -> list[str]:
    return [c["seccompProfile"]["type"] for c in contexts(pod) if "seccompProfile" in c]


def seccomp_baseline(pod: Pod, version: Minor) -> bool:
    if version >= (1, 19):
        return any(kind not in ("RuntimeDefault", "Localhost") for kind in seccomp_types(pod))
    for name, value in annotations(pod).items():
        ours = name.startswith(("seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha."))
        if ours and value not in ("runtime/default", "docker/default") and not value.startswith("localhost/"):
            return True
    return False


def seccomp_restricted(pod: Pod) -> bool:
    good = ("RuntimeDefault", "Localhost")
    if any(kind not in good for kind in seccomp_types(pod)):
        return True
    if spec(pod).get("securityContext", {}).get("seccompProfile", {}).get("type") in good:
        return False
    return any("seccompProfile" not in context(c) for c in containers(pod))


def root_possible(pod: Pod) -> bool:
    if any(c.get("runAsNonRoot") is False for c in contexts(pod)):
        return True
    if spec(pod).get("securityContext", {}).get("runAsNonRoot") is True:
        return False
    return any(context(c).get("runAsNonRoot") is not True for c in containers(pod))


def probe_hosts(pod: Pod) -> bool:
    for container in containers(pod):
        handlers = [container.get(name, {}) for name in ("livenessProbe", "readinessProbe", "startupProbe")]
        handlers += [container.get("lifecycle", {}).get(name, {}) for name in ("postStart", "preStop")]
        if any(handler.get(kind, {}).get("host") for handler in handlers for kind in ("httpGet", "tcpSocket")):
            return True
    return False


def sysctls(version: Minor) -> set[str]:
    found = {"kernel.shm_rmid_forced", "net.ipv4.ping_group_range", "net.ipv4.tcp_syncookies"}
    found |= {"net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"}
    if version >= (1, 27):
        found.add("net.ipv4.ip_local_reserved_ports")
    if version >= (1, 29):
        found |= {f"net.ipv4.tcp_{name}" for name in ("fin_timeout", "keepalive_time")}
        found |= {f"net.ipv4.tcp_keepalive_{name}" for name in ("intvl", "probes")}
    if version >= (1, 32):
        found |= {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}
    if version >= (1, 37):
        found |= {"net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"}
    return found
