"""What pods ask of the node's kernel: parameters, labels, /proc, probes from its network, sandboxes."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.globs import name_glob
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.model.pod_security_baseline import contexts, probe_host_fields, safe_sysctls, se_linux_types
from hullmark.linter.rule import Hit, Option, Rule, because, in_container, in_pod, manifest, remove
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_SYSCTLS = "PSS/baseline/sysctls"
_NODE_WIDE = ("kernel.", "vm.", "fs.", "dev.")
# The kernel keeps these apart for every IPC namespace: https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
_NAMESPACED = ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_LINK_LOCAL = ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32")
_SANDBOXES = ("gvisor", "runsc", "kata*")
_AGENTS = frozenset({("agents.x-k8s.io", "Sandbox"), ("extensions.agents.x-k8s.io", "SandboxTemplate")})


def _selinux(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    types = se_linux_types(pod.resource.context.kubernetes)
    for at, container in contexts(pod):
        options = at.get("seLinuxOptions")
        if options.absent:
            continue
        fields = [StrField(options.get(name)) for name in ("type", "user", "role")]
        odd = [f for f in fields if f.value and not (f.cursor.path[-1] == "type" and f.value in types)]
        if odd:
            name = odd[0].value or ""
            wide = odd[0].cursor.path[-1] == "type" and (name == "spc_t" or "unconfined" in name)
            who = str(pod) if container is None else container.described
            yield pod_hit(
                rule,
                pod,
                odd[0],
                f"{who} runs with SELinux {odd[0].cursor.path[-1]} {name!r}",
                *(because(field, f"and {field.cursor.path[-1]} {field.value!r}") for field in odd[1:]),
                container=container,
                power="selinux",
                severity=Severity.HIGH if wide else None,
            )


def _sysctl(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    safe = safe_sysctls(pod.resource.context.kubernetes)
    named = [(s, (s.name.value or "").replace("/", ".")) for s in pod.security_context.sysctls]
    odd = [(sysctl, name) for sysctl, name in named if name and name not in safe]
    if odd:
        name = odd[0][1]
        wide = name.startswith(_NODE_WIDE) and not name.startswith(_NAMESPACED)
        effect = (
            "which is of the whole node: the kubelet refuses the pod" if wide else "which kubelets refuse by default"
        )
        why = (because(sysctl.name, f"{other!r} is not safe either") for sysctl, other in odd[1:])
        yield pod_hit(rule, pod, odd[0][0].name, f"{pod} sets kernel parameter {name!r}, {effect}", *why)


def _injection(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for sysctl in pod.security_context.sysctls:
        if any(mark in (sysctl.value.value or "") for mark in "+="):
            yield pod_hit(rule, pod, sysctl.value, f"{pod} sets a kernel parameter to a value that holds further ones")


def _proc(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    apart = pod.host_users.is_false and pod.resource.context.at_least(1, 33)
    for container in pod.containers:
        field = container.proc_mount
        if field.value not in (None, "Default"):
            yield pod_hit(
                rule,
                pod,
                field,
                f"{container.described} sees /proc unmasked",
                container=container,
                severity=Severity.LOW if apart else None,
                profile=Profile.STRICT if apart else None,
                fix=remove(field, safe=True),
            )


def _probe_host(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for field in probe_host_fields(container):
            host = StrField(field).value
            if not host:
                continue
            local = host.strip("[]") in _LOCAL
            ordinary = local and pod.host_network.is_true
            severity = Severity.LOW if ordinary else Severity.HIGH if _is_link_local(host) else None
            yield pod_hit(
                rule,
                pod,
                field,
                f"a {_occasion(field)} of {container.described} is sent to {host!r}, from the node",
                container=container,
                severity=severity,
                profile=Profile.STRICT if ordinary else None,
                fix=remove(StrField(field), safe=True) if local and not pod.host_network.is_true else None,
            )


def _occasion(field: Cursor) -> str:
    return "hook" if "lifecycle" in field.path[-4:] else "probe"


def _is_link_local(host: str) -> bool:
    from ipaddress import ip_address, ip_network  # hardly a probe names a host

    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return host == "metadata.google.internal"
    return any(address in network for network in map(ip_network, _LINK_LOCAL) if network.version == address.version)


def _sandbox(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    context = pod.resource.context
    agent = pod.resource.gk in _AGENTS
    wanted = context.texts("sandbox.required-for")
    if not agent and not any(_covers(each, pod) for each in wanted):
        return
    field = pod.runtime_class_name
    classes = rule.texts(context, "sandbox.classes")
    if pod.lacks(field) or (field.value is not None and not any(name_glob(c).fullmatch(field.value) for c in classes)):
        said = f"runtime class {field.value!r} is no sandbox" if field.present else "no runtime class"
        profile = Profile.STRICT if agent and not wanted else None
        yield pod_hit(rule, pod, field, f"{pod} has to run in a sandbox: {said}", profile=profile)


def _covers(wanted: str, pod: PodSpec) -> bool:
    """A namespace, or a label as `key=value`."""
    key, equals, value = wanted.partition("=")
    if equals:
        return pod.labels.get(key).value == value or pod.resource.label(key).value == value
    return bool(name_glob(wanted).fullmatch(pod.resource.namespace))


RULES = (
    PodRow(
        "workload/custom-selinux-options",
        "Container runs with an SELinux label of its own choice.",
        "The label decides what the kernel lets the container touch on the node. `spc_t` and unconfined\n"
        "types let it touch everything.",
        "Remove `seLinuxOptions`, or choose `container_t`, `container_init_t`, `container_kvm_t` or, from\n"
        "1.31 on, `container_engine_t`.",
        _selinux,
        severity=Severity.MEDIUM,
        controls=("PSS/baseline/seLinuxOptions", "MITRE/T1611"),
        mentions=("seLinuxOptions",),
        bad=(
            in_pod("securityContext: {seLinuxOptions: {type: spc_t}}  # ! runs with SELinux type 'spc_t'"),
            in_container("securityContext: {seLinuxOptions: {level: s0, user: system_u}}  # ! SELinux user 'system_u'"),
        ),
        good=(in_pod("securityContext: {seLinuxOptions: {type: container_init_t, level: 's0:c1,c2'}}"),),
    ),
    PodRow(
        "workload/unsafe-sysctl",
        "Pod sets an unsafe kernel parameter.",
        "Parameters outside the safe list affect other pods or the node, or have never been looked at. A\n"
        "kubelet refuses them unless it was told to allow them.",
        "Remove the parameter, or set node-wide ones where nodes are configured.",
        _sysctl,
        severity=Severity.MEDIUM,
        controls=(_SYSCTLS,),
        mentions=("sysctls",),
        bad=(
            in_pod("securityContext: {sysctls: [{name: vm.max_map_count, value: '262144'}]}  # ! of the whole node"),
            in_pod(
                "securityContext:\n  sysctls:\n    - {name: net.core.somaxconn, value: '1024'}  # ! refuse by default"
            ),
        ),
        good=(in_pod("securityContext: {sysctls: [{name: net/ipv4/ip_unprivileged_port_start, value: '0'}]}"),),
    ),
    PodRow(
        "workload/sysctl-value-injection",
        "Kernel parameter has a value that holds further ones.",
        "CRI-O 1.19 to 1.23 took `+` in a value for the start of another parameter: a pod could set\n"
        "`kernel.core_pattern` and run code on the node (CVE-2022-0811).",
        "Write a plain number or range.",
        _injection,
        severity=Severity.HIGH,
        controls=("CVE-2022-0811", "MITRE/T1611"),
        mentions=("sysctls",),
        bad=(
            in_pod(
                "securityContext:\n  sysctls:\n    - name: kernel.shm_rmid_forced\n"
                "      value: '1+kernel.core_pattern=|/x'  # ! holds further ones"
            ),
        ),
        good=(in_pod("securityContext: {sysctls: [{name: kernel.shm_rmid_forced, value: '1'}]}"),),
    ),
    PodRow(
        "workload/proc-mount-unmasked",
        "Container sees /proc unmasked.",
        "The parts of /proc that are hidden from containers show and change the kernel: memory, timers,\n"
        "parameters of the whole node.",
        "Remove `procMount`. Containers in containers work with `hostUsers: false`.",
        _proc,
        severity=Severity.HIGH,
        linux=True,
        controls=("CIS-2.1/5.2.13", "PSS/baseline/procMount", "PSS/restricted/procMount_restricted", "MITRE/T1611"),
        mentions=("procMount",),
        bad=(
            in_container(
                "securityContext:\n  runAsNonRoot: true\n  procMount: Unmasked  # ! sees /proc unmasked",
                fixed="securityContext:\n  runAsNonRoot: true",
            ),
        ),
        good=(in_container("securityContext: {procMount: Default}"),),
    ),
    PodRow(
        "workload/probe-targets-other-host",
        "Probe or hook is sent to another host.",
        "The kubelet sends it from the node's network: the author of a pod reaches what only nodes may\n"
        "reach, such as a cloud's metadata service, and learns from the answer.",
        "Remove `host`: the pod's own address is the default.",
        _probe_host,
        severity=Severity.MEDIUM,
        controls=("PSS/baseline/hostProbesAndHostLifecycle", "MITRE/T1090"),
        mentions=("httpGet", "tcpSocket"),
        bad=(
            in_container("livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}  # ! a probe of container 'app'"),
            in_container(
                "readinessProbe:\n  tcpSocket:\n    port: 80\n    host: localhost  # ! is sent to 'localhost'",
                fixed="readinessProbe:\n  tcpSocket:\n    port: 80",
            ),
            in_container("lifecycle: {preStop: {httpGet: {host: stop.example, port: 80}}}  # ! a hook of"),
        ),
        good=(in_container("livenessProbe: {httpGet: {port: 80, path: /healthz}}"),),
    ),
    PodRow(
        "workload/runtime-class-missing",
        "Pod that has to be sandboxed is not.",
        "Its code shares the kernel with everything else on the node, and was to be kept from it.",
        "Set `runtimeClassName` to a class that runs pods in a sandbox.",
        _sandbox,
        severity=Severity.MEDIUM,
        options=(
            Option("sandbox.required-for", (), "Namespaces, or labels as key=value, whose pods need a sandbox."),
            Option("sandbox.classes", _SANDBOXES, "Runtime classes that are sandboxes."),
        ),
        bad=(
            manifest(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec:  # ! has to run in a sandbox: no runtime class
                  containers: [{name: app, image: registry.example/shop/app:1.4.2}]
                """,
                options={"sandbox.required-for": ("shop",)},
            ),
            in_pod("runtimeClassName: nvidia  # ! 'nvidia' is no sandbox", options={"sandbox.required-for": ("sh*",)}),
        ),
        good=(
            in_pod("runtimeClassName: kata-qemu", options={"sandbox.required-for": ("shop",)}),
            in_pod("automountServiceAccountToken: false"),
        ),
    ),
)
