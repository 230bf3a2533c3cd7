"""Pods that live in the namespaces of their node: its processes, its memory, its network."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.rule import (
    Hit,
    Rule,
    because,
    in_container,
    in_deployment,
    in_pod,
    insert,
    manifest,
    remove,
    rewrite,
)
from hullmark.linter.rule.pod_rows import PodRow, named, pod_hit

_PSS = "PSS/baseline/hostNamespaces"
_TRAFFIC = ("NET_ADMIN", "NET_RAW")


def _host_pid(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.host_pid.is_true:
        message = f"{pod} sees every process of its node"
        yield pod_hit(rule, pod, pod.host_pid, message, power="host-pid", fix=remove(pod.host_pid))


def _host_ipc(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.host_ipc.is_true:
        message = f"{pod} shares the memory segments of its node"
        yield pod_hit(rule, pod, pod.host_ipc, message, power="host-ipc", fix=remove(pod.host_ipc))


def _host_network(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if not pod.host_network.is_true or _is_host_process(pod):
        return
    reads = next((each for each in pod.containers if _may_read_traffic(each)), None)
    severity = None if reads is None else Severity.HIGH
    why = (
        ()
        if reads is None
        else (because(reads, f"{reads} keeps a capability with which it can read the node's traffic"),)
    )
    message = f"{pod} uses the network of its node"
    yield pod_hit(
        rule,
        pod,
        pod.host_network,
        message,
        *why,
        power="host-network",
        severity=severity,
        fix=remove(pod.host_network),
    )


def _is_host_process(pod: PodSpec) -> bool:
    """Windows HostProcess pods have to use the network of their node."""
    containers = pod.containers
    return bool(containers) and all(each.effective.host_process.is_true for each in containers)


def _may_read_traffic(container: Container) -> bool:
    held = container.effective.capabilities
    return held is not None and not held.isdisjoint(_TRAFFIC)


def _host_process(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    inherited = pod.security_context.windows_options.host_process
    affected = [each for each in pod.containers if each.effective.host_process.is_true]
    heirs = [each for each in affected if each.security_context.windows_options.host_process.absent]
    if heirs and inherited.is_true:
        yield pod_hit(rule, pod, inherited, f"{named(heirs)} of {pod} run as processes of the node", containers=heirs)
    for container in affected:
        field = container.security_context.windows_options.host_process
        if field.is_true:
            yield pod_hit(rule, pod, field, f"{container.described} runs as a process of the node", container=container)


def _host_port(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        ports = [port.host_port for port in container.ports if port.host_port.value]
        if ports:
            shown = ", ".join(str(port.value) for port in ports[:4]) + (" ..." if len(ports) > 4 else "")
            yield pod_hit(
                rule,
                pod,
                ports[0],
                f"{container.described} opens port {shown} of its node",
                *(because(port, f"host port {port.value}") for port in ports[1:]),
                container=container,
                power="host-port",
                fix=remove(ports[0]) if len(ports) == 1 else None,
            )


def _shared_processes(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    field = pod.share_process_namespace
    if not field.is_true:
        return
    running = [each for each in pod.containers if each.is_long_running]
    images = {each.image_reference.repository if each.image_reference else each.name for each in running}
    mixed = len(running) > 1 and len(images) > 1
    message = f"{pod} lets its containers see each other's processes"
    why = tuple(because(each, f"{each} runs another image") for each in running[1:3]) if mixed else ()
    yield pod_hit(rule, pod, field, message, *why, profile=Profile.STRICT if mixed else Profile.ALL)


def _host_users(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    field = pod.host_users
    if not pod.resource.context.at_least(1, 33) or not (field.is_true or pod.lacks(field)):
        return
    # The API server accepts `hostUsers: false` neither beside namespaces of the host nor beside raw devices:
    # https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/#limitations
    shared = (pod.host_network, pod.host_pid, pod.host_ipc)
    if any(not each.absent and not each.is_false for each in shared) or any(c.volume_devices for c in pod.containers):
        return
    fix = rewrite(field, "false") if field.present else insert(pod, "hostUsers", False)
    yield pod_hit(rule, pod, field if field.present else pod, f"root of {pod} is root of its node", fix=fix)


_PLAIN_POD = in_pod("automountServiceAccountToken: false")
_PROXY = """
    shareProcessNamespace: true{mark}
    initContainers:
      - name: proxy
        image: registry.example/mesh/proxy:2.0.0
        restartPolicy: Always
"""

_USERS = """
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:{}
  containers: [{{name: app, image: registry.example/shop/app:1.4.2}}]
{}"""

RULES = (
    PodRow(
        "workload/host-pid",
        "Pod shares the process table of its node.",
        "Every process of the node is visible, with its arguments and, for root, its environment and\n"
        "memory: secrets of other pods can be read, and their processes traced or stopped.",
        "Remove `hostPID`. Tools that profile one program can share its pod's process table with\n"
        "`shareProcessNamespace`.",
        _host_pid,
        severity=Severity.HIGH,
        controls=("CIS-1.12/5.2.3", _PSS, "NSA/pod-security", "MITRE/T1611"),
        mentions=("hostPID",),
        bad=(
            in_pod("hostPID: true  # ! Pod 'web' sees every process", fixed=""),
            in_deployment("hostPID: yes  # !", fixed=""),
        ),
        good=(_PLAIN_POD, in_pod("hostPID: false")),
    ),
    PodRow(
        "workload/host-ipc",
        "Pod shares the inter-process memory of its node.",
        "Shared memory and message queues of every process of the node can be read and written, those of\n"
        "other pods and of the node's own services among them.",
        "Remove `hostIPC`. Containers of one pod share memory without it.",
        _host_ipc,
        severity=Severity.MEDIUM,
        controls=("CIS-1.12/5.2.4", _PSS, "NSA/pod-security", "MITRE/T1611"),
        mentions=("hostIPC",),
        bad=(in_pod("hostIPC: true  # ! shares the memory segments", fixed=""),),
        good=(_PLAIN_POD,),
    ),
    PodRow(
        "workload/host-network",
        "Pod uses the network of its node.",
        "The pod reaches what listens on the node's loopback address, is not held by network policies, and\n"
        "answers on the node's own addresses. With NET_RAW or NET_ADMIN it also reads the traffic of others.",
        "Remove `hostNetwork`. Publish the pod through a Service, or with a `hostPort` where the node's\n"
        "address matters.",
        _host_network,
        severity=Severity.MEDIUM,
        controls=("CIS-1.12/5.2.5", _PSS, "NSA/pod-security", "MITRE/T1611"),
        mentions=("hostNetwork",),
        bad=(
            in_pod("hostNetwork: true  # ! Pod 'web' uses the network of its node", fixed=""),
            manifest(
                """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: dns, namespace: kube-system}
                spec:
                  selector: {matchLabels: {app: dns}}
                  template:
                    metadata: {labels: {app: dns}}
                    spec:
                      hostNetwork: true  # ! expected for node-local-dns
                      containers:
                        - name: cache
                          image: registry.k8s.io/dns/k8s-dns-node-cache:1.25.0
                """,
                fixed="""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: dns, namespace: kube-system}
                spec:
                  selector: {matchLabels: {app: dns}}
                  template:
                    metadata: {labels: {app: dns}}
                    spec:
                      containers:
                        - name: cache
                          image: registry.k8s.io/dns/k8s-dns-node-cache:1.25.0
                """,
            ),
        ),
        good=(
            _PLAIN_POD,
            in_pod("""
                os: {name: windows}
                hostNetwork: true
                securityContext: {windowsOptions: {hostProcess: true}}
            """),
        ),
    ),
    PodRow(
        "workload/windows-host-process",
        "Windows container runs as a process of its node.",
        "A HostProcess container is no container: it runs on the node with the account that it names, and\n"
        "sees all of its files, registry and services.",
        "Remove `windowsOptions.hostProcess`. Leave it to components that manage the node itself.",
        _host_process,
        severity=Severity.CRITICAL,
        controls=("CIS-1.12/5.2.10", "PSS/baseline/windowsHostProcess", "MITRE/T1611"),
        mentions=("hostProcess",),
        bad=(
            in_pod("""
                os: {name: windows}
                hostNetwork: true
                securityContext:
                  windowsOptions:
                    hostProcess: true  # ! container 'app' of Pod 'web' run as processes
            """),
        ),
        good=(in_pod("os: {name: windows}\nsecurityContext: {windowsOptions: {runAsUserName: ContainerUser}}"),),
    ),
    PodRow(
        "workload/host-port",
        "Container opens a port of its node.",
        "Whoever reaches the node reaches the container, past Services and Ingress and often past the\n"
        "firewall that was thought of for them.",
        "Remove `hostPort` and publish the container through a Service.",
        _host_port,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.2.12", "PSS/baseline/hostPorts", "STIG/V-242414"),
        mentions=("hostPort",),
        bad=(
            in_pod(
                """
                initContainers:
                  - name: proxy
                    image: registry.example/proxy:1.0.0
                    ports:
                      - containerPort: 8080
                        hostPort: 8080  # ! opens port 8080 of its node
                """,
                fixed="""
                initContainers:
                  - name: proxy
                    image: registry.example/proxy:1.0.0
                    ports:
                      - containerPort: 8080
                """,
            ),
        ),
        good=(
            in_pod("""
                hostNetwork: true
                initContainers:
                  - name: proxy
                    image: registry.example/proxy:1.0.0
                    ports: [{containerPort: 8080, hostPort: 0}]
            """),
        ),
    ),
    PodRow(
        "workload/shared-process-namespace",
        "Containers of the pod see each other's processes.",
        "A container that is taken over reads the environment and the files of the others through `/proc`,\n"
        "and can signal and trace their processes.",
        "Remove `shareProcessNamespace`, or set it for the time of debugging only.",
        _shared_processes,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1057",),
        mentions=("shareProcessNamespace",),
        bad=(in_pod(_PROXY.format(mark="  # ! lets its containers see")), in_pod("shareProcessNamespace: true  # !")),
        good=(in_pod("shareProcessNamespace: false"),),
    ),
    PodRow(
        "workload/host-user-namespace",
        "Users of the pod are users of its node.",
        "What gets out of a container keeps its user id: root stays root. In a user namespace of the pod's own\n"
        "it is nobody on the node.",
        "Set `hostUsers: false`, from Kubernetes 1.33 on, where kernel and runtime support it.",
        _host_users,
        severity=Severity.INFO,
        profile=Profile.ALL,
        linux=True,
        controls=("NSA/non-root-containers",),
        bad=(
            manifest(
                _USERS.format("  # ! root of Pod 'web' is root of its node", ""),
                fixed=_USERS.format("", "  hostUsers: false\n"),
            ),
            in_pod("hostUsers: true  # ! is root of its node", fixed="hostUsers: false"),
        ),
        good=(
            in_pod("hostUsers: false"),
            in_pod("hostIPC: true"),
            in_container("volumeDevices: [{name: disk, devicePath: /dev/xvda}]"),
            in_pod("nodeSelector: {kubernetes.io/os: windows}"),
            in_pod("dnsPolicy: Default", kubernetes="1.32"),
        ),
    ),
)
