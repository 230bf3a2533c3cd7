"""What a pod refers to within itself: volumes, ports, variables."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Rule, because, in_container, in_pod, manifest, remove
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_EXPANSION = regex(r"(?<!\$)(?:\$\$)*\$\(([A-Za-z_][\w.-]*)\)")
# Variables of Services are there before those of `env`, though not in it:
# https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
_OF_SERVICES = regex(
    r"[A-Z][A-Z0-9_]*_(?:SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)"
)
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})


def _undefined_volume(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.overlay or not pod.resource.is_builtin:
        return
    names = {volume.name.text for volume in pod.volumes}
    names |= {
        each.get("metadata", "name").text for each in pod.resource.cursor.get("spec", "volumeClaimTemplates").items()
    }
    for container in pod.containers:
        for name in _mounted(container):
            if name.value and name.value not in names:
                message = f"{container.described} mounts volume {name.value!r}, which the pod does not have"
                yield pod_hit(rule, pod, name, message, container=container, subject_name=name.value)


def _mounted(container: Container) -> Iterator[StrField]:
    yield from (mount.name for mount in container.volume_mounts)
    yield from (device.name for device in container.volume_devices)


def _unused_volume(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.overlay or not pod.resource.is_builtin:
        return
    used = {name.text for container in pod.containers for name in _mounted(container)}
    # Sidecars that are injected later mount what annotations name.
    notes = " ".join((pod.annotations.value or {}).values())
    for volume in pod.volumes:
        if volume.name.value and volume.name.value not in used and volume.name.value not in notes:
            yield pod_hit(rule, pod, volume.name, f"{volume} of {pod} is mounted by nobody", fix=remove(volume))


def _duplicate_port(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    names: dict[tuple[str, str], Cursor] = {}
    for container in pod.containers:
        if not container.is_long_running:
            continue
        for port in container.ports:
            at = port.name.cursor
            host = port.host_port.value
            keys = [("name", port.name.value)] if port.name.value else []
            if host:
                keys.append(("host port", f"{host}/{port.transport}/{port.host_ip.text or ''}"))
            for what, text in keys:
                place = at if what == "name" else port.host_port.cursor
                other = names.setdefault((what, text), place)
                if other is not place and not _is_one_port(container, other, place):
                    message = f"{container.described} uses {what} {text!r} a second time in the pod"
                    yield pod_hit(rule, pod, place, message, because(other, "the first time"), container=container)


def _is_one_port(container: Container, one: Cursor, other: Cursor) -> bool:
    """Whether two places are of entries that the API server takes for one: of a container, with one port."""
    ports = [port for port in container.ports if port.cursor.path in (one.path[:-1], other.path[:-1])]
    return len(ports) == 2 and len({(port.container_port.value, port.transport) for port in ports}) == 1


def _expansion(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        if container.env_from or container.overlay:
            continue
        known: set[str] = set()
        for variable in container.env:
            yield from _unknown_names(rule, pod, container, variable.value.cursor, known, False)
            known.add(variable.name.text or "")
        items = (*container.command.items, *container.args.items)
        shell = any((item.text or "").rpartition("/")[2] in _SHELLS for item in items[:2])
        for item in items:
            yield from _unknown_names(rule, pod, container, item.cursor, known, shell)


def _unknown_names(
    rule: Rule[PodSpec], pod: PodSpec, container: Container, at: Cursor, known: set[str], shell: bool
) -> Iterator[Hit]:
    for match in _EXPANSION.finditer(at.text or ""):
        name = match[1]
        if name not in known and not (shell and name != name.upper()) and not _OF_SERVICES.fullmatch(name):
            message = f"{container.described} gets '$({name})' as it is written: there is no such variable before it"
            yield pod_hit(rule, pod, at, message, container=container, subject_name=name)
            return


RULES = (
    PodRow(
        "reliability/undefined-volume",
        "Container mounts a volume that the pod does not have.",
        "The API server refuses the pod: what was meant to be replaced keeps running.",
        "Correct the name, or add the volume.",
        _undefined_volume,
        severity=Severity.HIGH,
        mentions=("volumeMounts", "volumeDevices"),
        bad=(in_container("volumeMounts: [{name: data, mountPath: /data}]  # ! mounts volume 'data'"),),
        good=(in_pod("volumes: [{name: data, emptyDir: {}}]"),),
    ),
    PodRow(
        "reliability/unused-volume",
        "Volume is mounted by nobody.",
        "A Secret that no container reads lies on the node all the same.",
        "Remove the volume.",
        _unused_volume,
        severity=Severity.INFO,
        profile=Profile.ALL,
        mentions=("volumes",),
        bad=(
            in_pod(
                "volumes:\n  - name: data  # ! is mounted by nobody\n    emptyDir: {}\n"
                "  - {name: cache, emptyDir: {}}\ninitContainers:\n  - name: warm\n"
                "    image: registry.example/warm:1.0.0\n    volumeMounts: [{name: cache, mountPath: /cache}]",
                fixed="volumes:\n  - {name: cache, emptyDir: {}}\ninitContainers:\n  - name: warm\n"
                "    image: registry.example/warm:1.0.0\n    volumeMounts: [{name: cache, mountPath: /cache}]",
            ),
        ),
        good=(in_container("stdin: false"),),
    ),
    PodRow(
        "reliability/duplicate-port",
        "Port is given twice in one pod.",
        "A Service that uses the name reaches one of the two; a host port keeps the pod from being placed.",
        "Give every port a name and number of its own.",
        _duplicate_port,
        severity=Severity.MEDIUM,
        mentions=("ports",),
        bad=(
            in_container(
                "ports:\n  - {name: http, containerPort: 80}\n  - {name: http, containerPort: 81}  # ! uses name 'http'"
            ),
            manifest("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  containers:
                    - {name: a, image: "a:1", ports: [{name: http, containerPort: 80}]}
                    - {name: b, image: "b:1", ports: [{name: http, containerPort: 81}]}  # ! uses name 'http'
            """),
        ),
        good=(in_container("ports: [{name: http, containerPort: 80}, {name: admin, containerPort: 81}]"),),
    ),
    PodRow(
        "reliability/undefined-env-expansion",
        "Variable is used before there is one.",
        "The program gets the characters `$(NAME)` as they are written.",
        "Define the variable earlier in `env`; write `$$(NAME)` where the characters are meant.",
        _expansion,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        mentions=("$(",),
        bad=(
            in_container("args: ['--host=$(HOST)']  # ! gets '$(HOST)'"),
            in_container("env:\n  - {name: URL, value: 'http://$(HOST)/'}  # !\n  - {name: HOST, value: db}"),
        ),
        good=(in_container("env: [{name: HOST, value: db}]\nargs: ['--host=$(HOST)', '$$(date)']"),),
    ),
)
