"""Files and sockets of the node in a pod: one ladder, the strongest rung speaks."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.host_paths import Reach, normal, reach
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.volume import Volume, VolumeMount
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule import Hit, Offer, Rule, because, in_pod, insert, rewrite, together
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_PSS = "PSS/baseline/hostPathVolumes"
_CONTROLS = ("CIS-1.12/5.2.11", _PSS, "MITRE/T1611")
# Disks of the host are volumes of a virtual machine.
_MENTIONS = ("hostPath", "hostDisk")


class _Mounted(NamedTuple):
    """A mount of a hostPath volume: what it leads to, and whether it can be written."""

    container: Container
    mount: VolumeMount
    path: str
    reach: Reach
    written: bool


class _HostVolume(NamedTuple):
    """A hostPath volume, its path where it is known, and its mounts."""

    volume: Volume
    path: str
    mounts: tuple[_Mounted, ...]


def _host_volumes(pod: PodSpec) -> tuple[_HostVolume, ...]:
    found = []
    for volume in pod.volumes:
        if volume.host_path.present:
            path = normal(text) if (text := volume.host_path.path.value) else ""
            found.append(_HostVolume(volume, path, tuple(_mounts(pod, volume, path)) if path else ()))
    return tuple(found)


def _mounts(pod: PodSpec, volume: Volume, path: str) -> Iterator[_Mounted]:
    for container, mount in pod.mounts(volume):
        inner = mount.sub_path.value or ""
        if mount.sub_path_expr.present:
            inner = "(unknown)"  # somewhere below: matches trees, and no single file
        full = normal(f"{path}/{inner}") if inner else path
        yield _Mounted(container, mount, full, reach(full), not mount.read_only.is_true and not mount.read_only.unknown)


def _at(mounted: _Mounted) -> str:
    return f"{mounted.container} mounts it at {mounted.mount.mount_path.text or ''!r}"


def _socket(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for volume, _, mounts in pod.derived(_host_volumes):
        found = [each for each in mounts if each.reach.socket]
        if found:
            yield pod_hit(
                rule,
                pod,
                volume.host_path.path,
                f"{pod} mounts {found[0].path}, whose owner commands its node",
                *(because(each.mount.mount_path, _at(each)) for each in found),
                volume=volume.name.text or "",
                detail=found[0].path,
                power="runtime-socket",
            )


def _takeover(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for volume, _, mounts in pod.derived(_host_volumes):
        written = [each for each in mounts if each.written]
        found = [each for each in written if each.reach.takeover]
        if found:
            yield pod_hit(
                rule,
                pod,
                volume.host_path.path,
                f"{pod} can write {found[0].path} of its node",
                *(because(each.mount.mount_path, _at(each)) for each in found),
                volume=volume.name.text or "",
                detail=found[0].path,
                power="host-path-write",
                fix=_read_only(written),
            )


def _secrets(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for volume, _, mounts in pod.derived(_host_volumes):
        found = [each for each in mounts if each.reach.secrets]
        if found:
            yield pod_hit(
                rule,
                pod,
                volume.host_path.path,
                f"{pod} can read {found[0].path} of its node, which holds credentials",
                *(because(each.mount.mount_path, _at(each)) for each in found),
                volume=volume.name.text or "",
                detail=found[0].path,
                power="host-path-read",
            )


def _written(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for volume, _, mounts in pod.derived(_host_volumes):
        written = [each for each in mounts if each.written]
        found = [each for each in written if (not each.reach.ordinary or each.reach.read) and not _is_stronger(each)]
        if found:
            place = found[0].mount.mount_path
            yield pod_hit(
                rule,
                pod,
                place if place.present else found[0].mount,
                f"{found[0].container.described} can write {found[0].path} of its node",
                *(because(each.mount.mount_path, _at(each)) for each in found[1:]),
                volume=volume.name.text or "",
                detail=found[0].path,
                power="host-path-write",
                fix=_read_only(written),
            )


def _is_stronger(mounted: _Mounted) -> bool:
    """Whether another rung speaks, be it that known infrastructure makes it speak softly."""
    return mounted.reach.socket or mounted.reach.takeover or mounted.reach.secrets


def _read_only(mounts: list[_Mounted]) -> Offer:
    fields = [each.mount for each in mounts]
    fixes = [
        insert(mount, "readOnly", True) if mount.read_only.absent else rewrite(mount.read_only, "true")
        for mount in fields
    ]
    return together("mount it read-only", *fixes)


def _any(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for volume, path, _ in pod.derived(_host_volumes):
        yield pod_hit(
            rule,
            pod,
            volume.host_path.cursor.key_place,
            f"{pod} has {path or 'a path'} of its node as {volume}",
            volume=volume.name.text or "",
            detail=path or "",
            power="host-path-read",
        )


def _pod(path: str, mount: str, above: str = "", below: str = "") -> str:
    return f"""
    volumes:
      - name: node
        hostPath: {{path: {path}, type: ""}}{above}
    initContainers:
      - name: agent
        image: registry.example/agent:1.0.0
        volumeMounts:
          - {{name: node, {mount}}}{below}
    """


_CACHE = in_pod("volumes: [{name: cache, emptyDir: {sizeLimit: 1Gi}}]")
_TIME = in_pod(_pod("/etc/localtime", "mountPath: /etc/localtime, readOnly: true"))

RULES = (
    PodRow(
        "workload/runtime-socket-mounted",
        "Pod mounts the socket of its node's container runtime.",
        "Whoever can speak to the runtime starts privileged containers on the node. The socket of D-Bus or\n"
        "systemd does the same by another way. A read-only mount does not help: connecting is not writing.",
        "Remove the volume. Builds have daemonless tools, metrics have the kubelet's API, and logs come\n"
        "through the API server.",
        _socket,
        severity=Severity.CRITICAL,
        controls=(*_CONTROLS, "MITRE/T1609"),
        mentions=_MENTIONS,
        bad=(
            in_pod(
                _pod(
                    "/var/run/docker.sock", "mountPath: /var/run/docker.sock, readOnly: true", "  # ! commands its node"
                )
            ),
            in_pod(_pod("/run/containerd/", "mountPath: /host", "  # ! mounts /run/containerd")),
        ),
        good=(_CACHE, in_pod("volumes: [{name: socket, hostPath: {path: /var/run/docker.sock}}]")),
    ),
    PodRow(
        "workload/sensitive-host-path-writable",
        "Pod can write where its node would be taken over.",
        "A file there is run, read or trusted by the node as root: a cron job, a unit, a static pod, a\n"
        "plugin, a kubelet credential. One write makes the pod's code the node's code.",
        "Mount the one file or folder that is needed, with `readOnly: true`; data of the program belongs\n"
        "into a PersistentVolumeClaim or an `emptyDir`.",
        _takeover,
        severity=Severity.CRITICAL,
        controls=_CONTROLS,
        mentions=_MENTIONS,
        bad=(
            in_pod(
                _pod("/etc", "mountPath: /host/etc", "  # ! can write /etc of its node"),
                fixed=_pod("/etc/cron.d", "mountPath: /host/etc")
                .replace("/etc/cron.d", "/etc")
                .replace("mountPath: /host/etc", "mountPath: /host/etc, readOnly: true"),
            ),
            in_pod(
                _pod("/", "mountPath: /host, subPath: usr/bin, readOnly: false", "  # ! can write /usr/bin"),
                fixed=_pod("/", "mountPath: /host, subPath: usr/bin, readOnly: true"),
            ),
        ),
        good=(_TIME, in_pod(_pod("/etc", "mountPath: /host/etc, readOnly: true")), _CACHE),
    ),
    PodRow(
        "workload/sensitive-host-path",
        "Pod can read credentials of its node.",
        "Keys of the kubelet, tokens of other pods, images and data of the cluster lie there: a reader\n"
        "becomes the node or any pod on it, and on a control plane the cluster.",
        "Mount the one file that is needed, and nothing above it.",
        _secrets,
        severity=Severity.HIGH,
        controls=("CIS-1.12/5.2.11", _PSS, "MITRE/T1552.001"),
        mentions=_MENTIONS,
        bad=(
            in_pod(_pod("/var/lib/kubelet", "mountPath: /k, readOnly: true", "  # ! can read /var/lib/kubelet")),
            in_pod(_pod("/etc/../proc", "mountPath: /host/proc, readOnly: true", "  # ! can read /proc")),
        ),
        good=(_TIME, in_pod(_pod("/sys/class/net", "mountPath: /net, readOnly: true"))),
    ),
    PodRow(
        "workload/writable-host-path",
        "Pod can write files of its node.",
        "What the pod writes outlives it and reaches the next pod and the node's own programs; a full disk\n"
        "stops all of them.",
        "Set `readOnly: true` on the mount, or keep the data in a PersistentVolumeClaim.",
        _written,
        severity=Severity.MEDIUM,
        controls=_CONTROLS,
        mentions=_MENTIONS,
        bad=(
            in_pod(
                _pod(
                    "/srv/data", "mountPath: /data", "", "  # ! init container 'agent' of Pod 'web' can write /srv/data"
                ),
                fixed=_pod("/srv/data", "mountPath: /data, readOnly: true"),
            ),
        ),
        good=(
            in_pod(_pod("/srv/data", "mountPath: /data, readOnly: true")),
            in_pod(_pod("/dev/fuse", "mountPath: /dev/fuse")),
        ),
    ),
    PodRow(
        "workload/host-path-volume",
        "Pod has a file or folder of its node as a volume.",
        "The volume ties the pod to one node and passes by what keeps pods apart: quotas, snapshots, and\n"
        "the isolation of files. Both Pod Security levels refuse it.",
        "Use a PersistentVolumeClaim, a ConfigMap, a projected volume or an `emptyDir`.",
        _any,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.2.11", _PSS, "PSS/restricted/restrictedVolumes"),
        mentions=_MENTIONS,
        bad=(in_pod("volumes:\n  - name: zone\n    hostPath:  # ! has /etc/localtime\n      path: /etc/localtime"),),
        good=(_CACHE,),
    ),
)
