"""Pods that differ from an innocent one in a setting or two: every setting of the standard, every container."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import combinations
from typing import Any

Pod = dict[str, Any]
SORTS = ("containers", "initContainers", "ephemeralContainers")
VERSIONS = [(1, 0), (1, 7), (1, 8), (1, 18), (1, 19), *((1, minor) for minor in range(21, 38))]
LEVELS = ("baseline", "restricted")

_POD_FIELDS: dict[str, list[Any]] = {
    "hostNetwork": [True, False],
    "hostPID": [True, False],
    "hostIPC": [True, False],
    "hostUsers": [False, True],
    "os": [{"name": "windows"}, {"name": "linux"}],
    "nodeSelector": [{"kubernetes.io/os": "windows"}],
}
_SHARED: dict[str, list[Any]] = {
    "runAsNonRoot": [None, False, True],
    "runAsUser": [0, 1],
    "seccompProfile": [
        None,
        {"type": "Unconfined"},
        {"type": "RuntimeDefault"},
        {"type": "Localhost", "localhostProfile": "x"},
        {"type": "runtimeDefault"},
    ],
    "appArmorProfile": [{"type": "Unconfined"}, {"type": "RuntimeDefault"}, {"type": "Localhost"}],
    "seLinuxOptions": [
        {"type": "container_t"},
        {"type": "container_engine_t"},
        {"type": "container_kvm_t", "level": "s0"},
        {"type": "spc_t"},
        {"user": "system_u"},
        {"role": "system_r"},
        {"type": "", "user": "", "role": ""},
    ],
    "windowsOptions": [{"hostProcess": True}, {"hostProcess": False}, {"runAsUserName": "ContainerAdministrator"}],
}
_OWN: dict[str, list[Any]] = {
    "privileged": [True, False],
    "allowPrivilegeEscalation": [None, True, False],
    "procMount": ["Default", "Unmasked"],
    "capabilities": [
        None,
        {"drop": ["ALL"]},
        {"drop": ["all"]},
        {"drop": ["NET_RAW", "MKNOD"]},
        *(
            {"drop": ["ALL"], "add": [name]}
            for name in ("NET_BIND_SERVICE", "CHOWN", "NET_RAW", "SYS_ADMIN", "CAP_CHOWN")
        ),
        {"drop": ["ALL"], "add": ["chown"]},
        {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "ALL"]},
        {"add": ["AUDIT_WRITE", "SETPCAP"]},
    ],
}
_SOURCES = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
    "hostPath",
    "gitRepo",
    "nfs",
    "iscsi",
    "rbd",
    "cephfs",
    "glusterfs",
    "flexVolume",
    "fc",
    "azureFile",
    "azureDisk",
    "awsElasticBlockStore",
    "gcePersistentDisk",
    "cinder",
    "vsphereVolume",
    "portworxVolume",
    "quobyte",
    "scaleIO",
    "storageos",
    "photonPersistentDisk",
    "flocker",
]
_SYSCTLS = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
    "net.ipv4.tcp_notsent_lowat",
    "vm.max_map_count",
    "net/ipv4/tcp_syncookies",
    "net.core.somaxconn",
]
_HANDLERS = ("livenessProbe", "readinessProbe", "startupProbe", "postStart", "preStop")
Change = Callable[[Pod], None]


def innocent() -> Pod:
    """A pod with every sort of container that restricted allows in every version."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "n", "annotations": {}},
        "spec": {
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            **{sort: [_container(sort)] for sort in SORTS},
        },
    }


def _container(sort: str) -> Pod:
    own = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return {"name": sort.lower(), "image": "registry.example/app:1.0.0", "securityContext": own}


def pods() -> Iterator[tuple[str, Pod]]:
    """Every pod with a name that says what was changed."""
    changes = list(_changes())
    yield "nothing", innocent()
    for name, change in changes:
        yield name, _changed(change)
    pairs = [
        (name, change) for name, change in changes if name in _PAIRED or name.startswith(("containers.run", "pod.run"))
    ]
    for (one, first), (other, second) in combinations(pairs, 2):
        yield f"{one} + {other}", _changed(first, second)


_PAIRED = {
    "pod.hostUsers=False",
    "pod.os={'name': 'windows'}",
    "containers.procMount='Unmasked'",
    "containers.capabilities=None",
    "containers.allowPrivilegeEscalation=None",
    "pod.seccompProfile=None",
    "containers.seccompProfile={'type': 'RuntimeDefault'}",
    "pod.seccompProfile={'type': 'Unconfined'}",
    "containers.privileged=True",
}


def _changed(*changes: Change) -> Pod:
    pod = innocent()
    for change in changes:
        change(pod)
    return pod


def _changes() -> Iterator[tuple[str, Change]]:
    for field, values in _POD_FIELDS.items():
        for value in values:
            yield f"pod.{field}={value}", _setting((), field, value)
    for field, values in _SHARED.items():
        for value in values:
            yield f"pod.{field}={value}", _setting(("securityContext",), field, value)
    for sort in SORTS:
        for field, values in (_SHARED | _OWN).items():
            for value in values:
                yield f"{sort}.{field}={value!r}".replace("'", "'"), _setting((sort, "securityContext"), field, value)
        for port in (0, 80):
            yield f"{sort}.hostPort={port}", _setting((sort,), "ports", [{"containerPort": 80, "hostPort": port}])
        for handler in _HANDLERS:
            for kind in ("httpGet", "tcpSocket"):
                for host in ("", "10.0.0.1", "localhost"):
                    yield (
                        f"{sort}.{handler}.{kind}={host!r}",
                        _handling(sort, handler, {kind: {"port": 80, "host": host}}),
                    )
    for source in _SOURCES:
        yield f"volume {source}", _setting((), "volumes", [{"name": "v", source: {}}])
    yield "volume without source", _setting((), "volumes", [{"name": "v"}])
    for sysctl in _SYSCTLS:
        yield f"sysctl {sysctl}", _setting(("securityContext",), "sysctls", [{"name": sysctl, "value": "1"}])
    for key in (
        "container.apparmor.security.beta.kubernetes.io/containers",
        "container.apparmor.security.beta.kubernetes.io/x",
    ):
        for value in ("", "runtime/default", "localhost/x", "unconfined", "other"):
            yield f"annotation {key}={value}", _annotating(key, value)
    for key in (
        "seccomp.security.alpha.kubernetes.io/pod",
        "container.seccomp.security.alpha.kubernetes.io/containers",
    ):
        for value in ("runtime/default", "docker/default", "localhost/x", "unconfined", ""):
            yield f"annotation {key}={value}", _annotating(key, value)


def _setting(path: tuple[str, ...], field: str, value: Any) -> Change:
    def change(pod: Pod) -> None:
        at = pod["spec"]
        for name in path:
            at = at.setdefault(name, {})
            at = at[0] if isinstance(at, list) else at
        if value is None:
            at.pop(field, None)
        else:
            at[field] = deepcopy(value)

    return change


def _handling(sort: str, handler: str, action: Pod) -> Change:
    if handler in ("postStart", "preStop"):
        return _setting((sort, "lifecycle"), handler, action)
    return _setting((sort,), handler, action)


def _annotating(key: str, value: str) -> Change:
    def change(pod: Pod) -> None:
        pod["metadata"]["annotations"][key] = value

    return change
