"""Capabilities of containers: what is added, what is kept, and names that do nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest import capability
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.known import expected
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.model.pod_security_baseline import ALLOWED_CAPABILITIES, DANGEROUS_CAPABILITIES
from hullmark.linter.rule import (
    Hit,
    Offer,
    Rule,
    append,
    because,
    in_container,
    in_pod,
    insert,
    remove,
    rewrite,
    together,
)
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_PSS = "PSS/baseline/capabilities_baseline"
_PSS_RESTRICTED = "PSS/restricted/capabilities_restricted"
_TAKEOVER = frozenset({"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH", "BPF"})
_LESSER = frozenset({"SYS_TIME", "SYSLOG"})


def _weight(name: str, pod: PodSpec) -> Severity:
    if name in _TAKEOVER or (name == "SYS_PTRACE" and pod.host_pid.is_true):
        return Severity.CRITICAL
    if name in _LESSER or (name == "NET_ADMIN" and not pod.host_network.is_true):
        return Severity.MEDIUM
    return Severity.HIGH


def _name(item: StrField) -> str:
    return capability.normalised(item.value or "")


def _added(
    rule: Rule[PodSpec],
    pod: PodSpec,
    wanted: Callable[[str], bool],
    weight: Callable[[str, PodSpec], Severity],
) -> Iterator[Hit]:
    for container in pod.containers:
        items = [item for item in container.capabilities.add.items if item.value and wanted(_name(item))]
        items.sort(key=lambda item: -weight(_name(item), pod))
        if items:
            names = ", ".join(_name(item)[:40] for item in items[:4])
            # Ordinary for known infrastructure only if all of it is.
            odd = next((item for item in items if not expected(pod, container, _power(item))), items[0])
            yield pod_hit(
                rule,
                pod,
                items[0],
                f"{container.described} adds capability {names}",
                *(because(item, f"adds {_name(item)[:40]}") for item in items[1:]),
                container=container,
                detail=_name(items[0]),
                power=_power(odd),
                severity=weight(_name(items[0]), pod),
                fix=remove(items[0]) if len(items) == 1 else None,
            )


def _power(item: StrField) -> str:
    return f"capabilities:{_name(item)}"


def _dangerous(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    yield from _added(rule, pod, DANGEROUS_CAPABILITIES.__contains__, _weight)


def _beyond_baseline(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    by_the_letter = pod.resource.context.standard is not None

    def wanted(name: str) -> bool:
        # Outside the standards an unknown name is `unknown-capability` and no second defect.
        known = by_the_letter or name in capability.ALL
        return known and name not in DANGEROUS_CAPABILITIES and name not in ALLOWED_CAPABILITIES

    def weight(name: str, pod: PodSpec) -> Severity:
        return Severity.MEDIUM if name == "NET_RAW" else Severity.LOW

    yield from _added(rule, pod, wanted, weight)


def _beyond_restricted(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    def wanted(name: str) -> bool:
        return name in ALLOWED_CAPABILITIES and name != "NET_BIND_SERVICE"

    yield from _added(rule, pod, wanted, lambda name, pod: Severity.INFO)


def _kept(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        field = container.capabilities.drop
        if field.unknown or (field.absent and not container.lacks(field)):
            continue
        dropped = {capability.normalised(text) for text in field.texts}
        if "ALL" in dropped or dropped >= capability.DEFAULT:
            continue
        kept = (
            "keeps NET_RAW and the other default capabilities"
            if "NET_RAW" not in dropped
            else "keeps default capabilities"
        )
        yield pod_hit(rule, pod, field, f"{container.described} {kept}", container=container, fix=_dropping(container))


def _dropping(container: Container) -> Offer:
    field = container.capabilities.drop
    if field.absent:
        return insert(container, "securityContext.capabilities.drop", ["ALL"])
    return append(field, "ALL") if field.items else rewrite(field, "[ALL]")


def _unknown(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        own = container.capabilities
        items = [item for item in (*own.add.items, *own.drop.items) if item.value and not _valid(item.value)]
        if not items:
            continue
        fixes = [rewrite(item, _name(item), safe=True) if _valid(_name(item)) else None for item in items]
        first = items[0]
        where = first.cursor.path[-2]
        # containerd and CRI-O compare names of dropped capabilities without regard to case.
        dropped = all(item.cursor.path[-2] == "drop" and _valid((item.value or "").upper()) for item in items)
        effect = "the container does not start or does not get it" if where == "add" else "it is not dropped"
        if dropped:
            effect = "runtimes drop it all the same, Pod Security counts it in upper case only"
        yield pod_hit(
            rule,
            pod,
            first,
            f"{container.described} names capability {first.value!r} in {where}, unknown to Kubernetes: {effect}",
            *(because(item, f"{item.value!r} is not known either") for item in items[1:]),
            container=container,
            fix=together("write it as Kubernetes does", *fixes, safe=True),
            severity=Severity.LOW if dropped else None,
            profile=Profile.STRICT if dropped else None,
        )


def _valid(name: str) -> bool:
    return name == "ALL" or name in capability.ALL


_DROPS = in_container("securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}")

RULES = (
    PodRow(
        "workload/dangerous-capability-added",
        "Container adds a capability with which it can escape.",
        "Mounting file systems, loading modules, tracing processes, reading any file or reconfiguring the\n"
        "network: each of these is a way out of the container, some of them in one command.",
        "Remove the capability. Where one operation needs it, leave that to a small container of its own,\n"
        "or to the node's configuration.",
        _dangerous,
        severity=Severity.HIGH,
        linux=True,
        controls=("CIS-1.12/5.2.9", _PSS, _PSS_RESTRICTED, "MITRE/T1611", "MITRE/T1068"),
        mentions=("capabilities",),
        bad=(
            in_container(
                """
                securityContext:
                  capabilities:
                    add:
                      - CHOWN
                      - SYS_ADMIN  # ! container 'app' of Pod 'web' adds capability SYS_ADMIN
                """,
                fixed="""
                securityContext:
                  capabilities:
                    add:
                      - CHOWN
                """,
            ),
            in_container(
                "securityContext: {capabilities: {add: [NET_ADMIN, cap_sys_ptrace]}}  # ! adds capability "
                "SYS_PTRACE, NET"
            ),
        ),
        good=(_DROPS,),
    ),
    PodRow(
        "workload/capability-beyond-baseline",
        "Container adds a capability that baseline refuses.",
        "The container runtime keeps these rights from containers for a reason. With NET_RAW a container\n"
        "answers for others on its network; the rest changes how the node treats memory, time and logs.",
        "Remove the capability. Ping needs none where `net.ipv4.ping_group_range` allows it.",
        _beyond_baseline,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.2.8", "CIS-1.12/5.2.9", _PSS, _PSS_RESTRICTED),
        mentions=("capabilities",),
        bad=(
            in_container(
                "securityContext: {capabilities: {add: [NET_RAW, SYS_NICE]}}  # ! adds capability NET_RAW, SYS_NICE"
            ),
            in_container(
                "securityContext:\n  capabilities:\n    add: [CHOWN, IPC_LOCK]  # ! adds capability IPC_LOCK",
                fixed="securityContext:\n  capabilities:\n    add: [CHOWN]",
            ),
        ),
        good=(_DROPS,),
    ),
    PodRow(
        "workload/capability-beyond-restricted",
        "Container adds a capability that restricted refuses.",
        "Capabilities of the default set let root in a container act as root on its own files and users.\n"
        "Level restricted allows one: binding ports below 1024.",
        "Remove the capability, and let the program run as the user that owns its files.",
        _beyond_restricted,
        severity=Severity.INFO,
        profile=Profile.ALL,
        controls=("CIS-1.12/5.2.9", _PSS_RESTRICTED),
        mentions=("capabilities",),
        bad=(
            in_container(
                "securityContext:\n  capabilities:\n    add: [NET_BIND_SERVICE, CHOWN]  # ! adds capability CHOWN",
                fixed="securityContext:\n  capabilities:\n    add: [NET_BIND_SERVICE]",
            ),
        ),
        good=(_DROPS,),
    ),
    PodRow(
        "workload/capabilities-not-dropped",
        "Container keeps the default capabilities.",
        "Container runtimes leave fourteen capabilities to a container that says nothing, among them\n"
        "changing users and owners of files and, with NET_RAW, answering for others on the network.",
        "Set `capabilities.drop: [ALL]`, and add what the program needs by name.",
        _kept,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        linux=True,
        controls=("CIS-1.12/5.2.8", "CIS-1.12/5.2.9", _PSS_RESTRICTED, "NSA/pod-security"),
        bad=(
            in_container(
                "securityContext: {capabilities: {drop: [MKNOD]}}  # ! keeps NET_RAW",
                fixed="securityContext: {capabilities: {drop: [MKNOD, ALL]}}",
            ),
            in_container(
                "securityContext:  # ! keeps NET_RAW and the other default capabilities\n  runAsNonRoot: true",
                fixed="securityContext:\n  runAsNonRoot: true\n  capabilities:\n    drop:\n      - ALL",
            ),
        ),
        good=(
            _DROPS,
            in_container("securityContext: {capabilities: {drop: [all]}}"),
            in_pod("nodeSelector: {kubernetes.io/os: windows}"),
        ),
    ),
    PodRow(
        "workload/unknown-capability",
        "Capability has a name that Kubernetes does not know.",
        "A name with `CAP_` in front, in lower case or with a typo keeps the container from starting, or\n"
        "silently gives or drops nothing: what was meant to be taken away stays.",
        "Write the name as capabilities(7) does, in upper case and without `CAP_`: `NET_ADMIN`.",
        _unknown,
        severity=Severity.MEDIUM,
        mentions=("capabilities",),
        bad=(
            in_container(
                "securityContext: {capabilities: {drop: [all]}}  # ! names capability 'all' in drop",
                fixed="securityContext: {capabilities: {drop: [ALL]}}",
            ),
            in_container(
                "securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVCE]}}  # ! 'NET_BIND_SERVCE' in add"
            ),
        ),
        good=(_DROPS,),
    ),
)
