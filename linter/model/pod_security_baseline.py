"""Checks of level baseline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hullmark.linter.manifest.context import Minor
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.model.pod_violation import Violation

ALLOWED_CAPABILITIES = frozenset(
    [
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
    ]
)
DANGEROUS_CAPABILITIES = frozenset(
    [
        "SYS_ADMIN",
        "SYS_PTRACE",
        "SYS_MODULE",
        "SYS_RAWIO",
        "SYS_BOOT",
        "SYS_TIME",
        "NET_ADMIN",
        "DAC_READ_SEARCH",
        "BPF",
        "PERFMON",
        "MAC_ADMIN",
        "MAC_OVERRIDE",
        "SYSLOG",
        "CHECKPOINT_RESTORE",
        "ALL",
    ]
)
_SYSCTLS = {
    (1, 0): "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_unprivileged_port_start "
    "net.ipv4.tcp_syncookies net.ipv4.ping_group_range",
    (1, 27): "net.ipv4.ip_local_reserved_ports",
    (1, 29): "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl "
    "net.ipv4.tcp_keepalive_probes",
    (1, 32): "net.ipv4.tcp_rmem net.ipv4.tcp_wmem",
    (1, 37): "net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_notsent_lowat",
}
_SELINUX = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
GOOD_PROFILES = frozenset({"RuntimeDefault", "Localhost"})


@cache
def safe_sysctls(version: Minor) -> frozenset[str]:
    """Names of kernel parameters that a pod may set."""
    return frozenset(name for since, names in _SYSCTLS.items() if version >= since for name in names.split())


def se_linux_types(version: Minor) -> frozenset[str]:
    """Types of SELinux labels that a pod may set."""
    return _SELINUX | {"container_engine_t"} if version >= (1, 31) else _SELINUX


def host_namespaces(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """`hostNetwork`, `hostPID`, `hostIPC`."""
    for rule, field in (("host-network", pod.host_network), ("host-pid", pod.host_pid), ("host-ipc", pod.host_ipc)):
        if field.is_true:
            yield Violation(rule, field, "{} sets {}", (pod, field.cursor.path[-1]))


def privileged(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """`privileged`."""
    for container in pod.containers:
        if container.privileged.is_true:
            wording = "{.described} runs privileged"
            yield Violation("privileged-container", container.privileged, wording, (container,), container)


def capabilities(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Added capabilities; names count as they are written."""
    for container in pod.containers:
        for item in container.capabilities.add.items:
            if item.value is not None and item.value not in ALLOWED_CAPABILITIES:
                yield added(container, item.value, item.cursor)


def added(container: Container, name: str, at: Cursor) -> Violation:
    """A capability that is added and should not be."""
    rule = "capability-beyond-baseline"
    if name in DANGEROUS_CAPABILITIES:
        rule = "dangerous-capability-added"
    elif name in ALLOWED_CAPABILITIES:
        rule = "capability-beyond-restricted"
    return Violation(rule, at, "{.described} adds capability {!r}", (container, name), container)


def host_paths(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Volumes of the host."""
    for volume in pod.volumes:
        if volume.host_path.present:
            place = volume.host_path.cursor.key_place
            yield Violation("host-path-volume", place, "{} of {} is a hostPath", (volume, pod))


def host_ports(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Host ports; 0 is none."""
    for container in pod.containers:
        for port in container.ports:
            if port.host_port.value:
                about = (container, port.host_port.value)
                yield Violation("host-port", port.host_port, "{.described} opens host port {}", about, container)


def probe_hosts(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Hosts of probes and hooks."""
    for container in pod.containers:
        for field in probe_host_fields(container):
            host = StrField(field).value
            if host:
                about = (container, field.path[-3], host)
                yield Violation("probe-targets-other-host", field, "{.described} sends {} to {!r}", about, container)


def probe_host_fields(container: Container) -> Iterator[Cursor]:
    """Every `host` that a probe or hook names."""
    for at in container.occasions:
        for handler in ("httpGet", "tcpSocket"):
            field = at.get(handler, "host")
            if field.present:
                yield field


def app_armor(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """AppArmor by annotation and by field, both whatever the other says.

    The field came to every version of the standard with the API server that has it (1.30):
    https://github.com/kubernetes/kubernetes/pull/123435
    """
    for name, value in pod.annotations.fields():
        text = value.value
        if name.startswith(_APPARMOR) and text and text != "runtime/default" and not text.startswith("localhost/"):
            rule = "apparmor-unconfined" if text == "unconfined" else "apparmor-annotation-invalid"
            yield Violation(rule, value, "{} asks for AppArmor profile {!r}", (pod, text))
    if pod.resource.context.at_least(1, 30):
        yield from _profiles(pod, "appArmorProfile", "apparmor-unconfined", "AppArmor")


def se_linux(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """SELinux labels of their own."""
    types = se_linux_types(version)
    for at, container in contexts(pod):
        options = at.get("seLinuxOptions")
        if options.absent:
            continue
        for field in (options.get("type"), options.get("user"), options.get("role")):
            text = StrField(field).value
            if text and not (field.path[-1] == "type" and text in types):
                about = (_who(pod, container), field.path[-1], text)
                yield Violation("custom-selinux-options", field, "{} sets SELinux {} {!r}", about, container)


def proc_mount(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Unmasked /proc; allowed inside a user namespace since 1.35."""
    if version >= (1, 35) and pod.host_users.is_false:
        return
    yield from unmasked_proc(pod)


def unmasked_proc(pod: PodSpec) -> Iterator[Violation]:
    """Containers with another /proc than the default."""
    for container in pod.containers:
        text = container.proc_mount.value
        if text is not None and text != "Default":
            wording = "{.described} mounts /proc as {!r}"
            yield Violation("proc-mount-unmasked", container.proc_mount, wording, (container, text), container)


def seccomp(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Seccomp by annotation up to 1.18, by field since."""
    if version >= (1, 19):
        yield from _profiles(pod, "seccompProfile", "seccomp-unconfined", "seccomp")
        return
    # Of annotations for containers those count whose container the pod has.
    ours = {_SECCOMP_POD, *(f"{_SECCOMP}{container.name}" for container in pod.containers)}
    for name, value in pod.annotations.fields():
        if name in ours:
            text = value.value
            if text not in (None, "runtime/default", "docker/default") and not (text or "").startswith("localhost/"):
                yield Violation("seccomp-unconfined", value, "{} asks for seccomp profile {!r}", (pod, text))


def sysctls(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Kernel parameters outside the safe list; names count as they are written."""
    safe = safe_sysctls(version)
    for sysctl in pod.security_context.sysctls:
        name = sysctl.name.value
        if name is not None and name not in safe:
            yield Violation("unsafe-sysctl", sysctl.name, "{} sets kernel parameter {!r}", (pod, name))


def windows_host_process(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """HostProcess containers."""
    for at, container in contexts(pod):
        field = at.get("windowsOptions", "hostProcess")
        if field.text is not None and pod_bool(field) is True:
            about = (_who(pod, container),)
            yield Violation("windows-host-process", field, "{} is a process of the node", about, container)


def contexts(pod: PodSpec) -> Iterator[tuple[Cursor, Container | None]]:
    """The pod's security context, and that of every container."""
    yield pod.cursor.get("securityContext"), None
    for container in pod.containers:
        yield container.cursor.get("securityContext"), container


def _who(pod: PodSpec, container: Container | None) -> object:
    return pod if container is None else container.described


def pod_bool(field: Cursor) -> bool | None:
    """The boolean at a place, None where it is none."""
    value = getattr(field.node, "resolved", None)
    return value if isinstance(value, bool) else None


def _profiles(pod: PodSpec, name: str, rule: str, what: str) -> Iterator[Violation]:
    """Explicit profiles other than those that confine."""
    for at, container in contexts(pod):
        field = at.get(name, "type")
        text = StrField(field).value
        if text is not None and text not in GOOD_PROFILES:
            yield Violation(rule, field, "{} asks for {} profile {!r}", (_who(pod, container), what, text), container)
