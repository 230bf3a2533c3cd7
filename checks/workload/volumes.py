"""Volumes that Pod Security refuses or cannot see."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.host_paths import normal, reach
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.storage import PersistentVolume
from hullmark.linter.model.pod_security_restricted import ALLOWED_VOLUMES
from hullmark.linter.rule import Hit, Row, Rule, because, in_container, in_pod, manifest
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_PSS = "PSS/restricted/restrictedVolumes"


def _persistent(rule: Rule[PersistentVolume], volume: PersistentVolume) -> Iterator[Hit]:
    for field, host in ((volume.host_path.path, True), (volume.local_path, False)):
        text = field.value
        found = reach(normal(text)) if text else None
        if text and found and (found.socket or found.takeover or found.secrets):
            yield rule.hit(field, f"{volume} hands {text!r} of its node to whoever claims it")
        elif host and volume.host_path.present:
            yield rule.hit(
                field,
                f"{volume} hands a folder of its node to whoever claims it",
                severity=Severity.LOW,
                profile=Profile.STRICT,
            )


def _bidirectional(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        found = [m.mount_propagation for m in container.volume_mounts if m.mount_propagation.value == "Bidirectional"]
        if found:
            yield pod_hit(
                rule,
                pod,
                found[0],
                f"what {container.described} mounts appears on its node",
                *(because(field, "this mount too") for field in found[1:]),
                container=container,
                power="bidirectional-mount",
            )


def _git(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for volume in pod.volumes:
        for name, source in volume.sources:
            if name == "gitRepo":
                message = f"{volume} of {pod} is cloned by its node, as root"
                yield pod_hit(rule, pod, source.key_place, message, volume=volume.name.text or "")


def _other_type(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for volume in pod.volumes:
        for name, source in volume.sources:
            if name not in ALLOWED_VOLUMES and name not in ("hostPath", "gitRepo"):
                message = f"{volume} of {pod} is of type {name}, which level restricted refuses"
                yield pod_hit(rule, pod, source.key_place, message, volume=volume.name.text or "")


def _volume(source: str) -> str:
    return f"""
    apiVersion: v1
    kind: PersistentVolume
    metadata: {{name: shared}}
    spec:
      capacity: {{storage: 1Gi}}
      accessModes: [ReadWriteOnce]
      {source}
    """


_CLAIM = in_pod("volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]")

RULES = (
    Row(
        "workload/persistent-volume-host-path",
        PersistentVolume,
        "PersistentVolume is a folder of its node.\n\n"
        "A pod reaches the folder through a claim, which no Pod Security level looks into: whoever may\n"
        "claim the volume gets what a `hostPath` would have given.\n\n"
        "Use a storage driver, or `local` with a disk of its own.",
        _persistent,
        severity=Severity.HIGH,
        controls=("CIS-1.12/5.1.9", "CIS-1.12/5.2.11", "MITRE/T1611"),
        mentions=("hostPath", "local"),
        bad=(
            manifest(_volume("hostPath: {path: /etc}  # ! hands '/etc' of its node")),
            manifest(_volume("local: {path: /var/lib/kubelet}  # ! hands '/var/lib/kubelet'")),
            manifest(_volume("hostPath: {path: /srv/data}  # ! hands a folder of its node")),
        ),
        good=(manifest(_volume("local: {path: /mnt/disks/ssd1}")),),
    ),
    PodRow(
        "workload/bidirectional-mount-propagation",
        "Mounts of the container appear on its node.",
        "What the container mounts is mounted on the node and in every pod that sees the folder: files of\n"
        "the node can be covered by others.",
        "Remove `mountPropagation`, or use `HostToContainer` to see what the node mounts.",
        _bidirectional,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=("MITRE/T1611",),
        mentions=("Bidirectional",),
        bad=(
            in_container(
                "volumeMounts: [{name: d, mountPath: /d, mountPropagation: Bidirectional}]  # ! appears on its node"
            ),
        ),
        good=(in_container("volumeMounts: [{name: d, mountPath: /d, mountPropagation: HostToContainer}]"),),
    ),
    PodRow(
        "workload/git-repo-volume",
        "Volume is cloned from a repository by the node.",
        "The kubelet runs git as root on the node; hooks of a hostile repository are run with it. The type\n"
        "is deprecated and has been off since 1.33.",
        "Clone in an init container into an `emptyDir`.",
        _git,
        severity=Severity.HIGH,
        controls=(_PSS, "MITRE/T1611"),
        mentions=("gitRepo",),
        bad=(
            in_pod(
                "volumes:\n  - name: code\n    gitRepo:  # ! cloned by its node\n      repository: https://git.example/code"
            ),
        ),
        good=(_CLAIM,),
    ),
    PodRow(
        "workload/volume-type-not-restricted",
        "Volume is of a type that level restricted refuses.",
        "The pod names a server or disk itself, past the claims and classes with which an administrator\n"
        "decides who gets which storage.",
        "Use a PersistentVolumeClaim.",
        _other_type,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=(_PSS,),
        mentions=("volumes",),
        bad=(in_pod("volumes:\n  - name: data\n    nfs: {server: nfs.example, path: /data}  # ! is of type nfs"),),
        good=(_CLAIM, in_pod("volumes: [{name: data}]")),
    ),
)
