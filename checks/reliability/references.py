"""References that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField, is_templated
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.model.absence import absence
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.model.pod_references import pod_references
from hullmark.linter.rule import Hit, Row, Rule, because, in_container, in_pod, manifest, several
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_EXPANSION = re.compile(r"(?<!\$)(?:\$\$)*\$\(([A-Za-z_][\w.-]*)\)")
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})


def _dangling(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    pod = subject.pod
    seen: set[tuple[str, str]] = set()
    for reference in pod_references(pod):
        name = reference.name.text
        if not name or reference.optional or is_templated(name) or (reference.kind, name) in seen:
            continue
        seen.add((reference.kind, name))
        assumed = subject.bundle.namespace_of(pod.resource).assumed
        missing = absence(subject.bundle, reference.group, reference.kind, subject.namespace, name, assumed)
        if missing is None or (reference.kind == "PersistentVolumeClaim" and _has_template(pod, name)):
            continue
        pulls = "imagePullSecrets" in reference.name.path
        yield pod_hit(
            rule,
            pod,
            reference.name,
            f"{pod} refers to {reference.kind} {name!r}, which does not exist{missing.hint()}",
            *((because(missing.near, "this one does"),) if missing.near is not None else ()),
            severity=Severity.LOW if pulls else None,
            confidence=Confidence.MEDIUM if missing.near is not None else None,
            profile=Profile.STRICT if pulls else None,
            subject_name=name,
        )


def _has_template(pod: PodSpec, name: str) -> bool:
    templates = pod.resource.cursor.get("spec", "volumeClaimTemplates").items()
    return any(each.get("metadata", "name").text == name for each in templates)


def _dangling_key(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    for reference in pod_references(subject.pod):
        name, key = reference.name.text, reference.key.text if reference.key is not None else None
        if not name or not key or reference.optional or reference.key is None or is_templated(key):
            continue
        found = subject.bundle.variants("", reference.kind, subject.namespace, name)
        if len(found) != 1 or found[0].cursor.get("sops").present or _is_merged(subject, name):
            continue
        fields = ("data", "stringData", "binaryData")
        keys = {entry for field in fields for entry, _ in found[0].cursor.get(field).entries()}
        if keys and key not in keys:
            message = f"{subject.pod} refers to key {key!r}, which {found[0]} does not have"
            yield pod_hit(
                rule, subject.pod, reference.key, message, because(found[0], "without that key"), subject_name=key
            )


def _is_merged(subject: BundledPod, name: str) -> bool:
    """Whether a generator adds entries to the object."""
    for resource in subject.bundle.resources:
        if resource.kind == "Kustomization":
            for field in ("configMapGenerator", "secretGenerator"):
                if any(each.get("name").text == name for each in resource.cursor.get(field).items()):
                    return True
    return False


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
    for volume in pod.volumes:
        if volume.name.value and volume.name.value not in used:
            yield pod_hit(rule, pod, volume.name, f"{volume} of {pod} is mounted by nobody")


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
                if other is not place and other.path[:-2] != place.path[:-2]:
                    message = f"{container.described} uses {what} {text!r} a second time in the pod"
                    yield pod_hit(rule, pod, place, message, because(other, "the first time"), container=container)


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
        if name not in known and not (shell and name != name.upper()):
            message = f"{container.described} gets '$({name})' as it is written: there is no such variable before it"
            yield pod_hit(rule, pod, at, message, container=container, subject_name=name)
            return


_MAP = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: shop}
    data: {color: blue}
"""


def _uses(name: str, key: str = "") -> str:
    ref = f"configMapKeyRef: {{name: settings, key: {key}}}" if key else ""
    lines = f"env: [{{name: A, valueFrom: {{{ref}}}}}]" if key else f"envFrom: [{{configMapRef: {{name: {name}}}}}]"
    return f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: web, namespace: shop}}
    spec:
      containers:
        - name: app
          image: app:1
          {lines}
    """


def _marked(text: str, mark: str) -> str:
    lines = text.split("\n")
    return "\n".join(f"{line}  # ! {mark}" if "env" in line else line for line in lines)


RULES = (
    Row(
        "reliability/dangling-reference",
        BundledPod,
        "Pod refers to an object that does not exist.\n\n"
        "The pod is never started, or waits for somebody to make the object, who then decides what it holds.\n\n"
        "Correct the name, or add the object; write `optional: true` where the pod can do without.",
        _dangling,
        severity=Severity.MEDIUM,
        bad=(
            several(_MAP, _marked(_uses("setings"), "there is 'settings'")),
            manifest(_marked(_uses("settings"), "which does not exist"), complete="cluster"),
        ),
        good=(several(_MAP, _uses("settings")), manifest(_uses("others"))),
    ),
    Row(
        "reliability/dangling-key",
        BundledPod,
        "Pod refers to a key that its object does not have.\n\n"
        "The container is never started.\n\n"
        "Correct the key, or add it; write `optional: true` where the pod can do without.",
        _dangling_key,
        severity=Severity.HIGH,
        bad=(several(_MAP, _marked(_uses("settings", "colour"), "which ConfigMap 'settings' does not have")),),
        good=(several(_MAP, _uses("settings", "color")),),
    ),
    PodRow(
        "reliability/undefined-volume",
        "Container mounts a volume that the pod does not have.",
        "The API server refuses the pod: what was meant to be replaced keeps running.",
        "Correct the name, or add the volume.",
        _undefined_volume,
        severity=Severity.HIGH,
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
        bad=(in_pod("volumes: [{name: data, emptyDir: {}}]  # ! is mounted by nobody"),),
        good=(in_container("stdin: false"),),
    ),
    PodRow(
        "reliability/duplicate-port",
        "Port is given twice in one pod.",
        "A Service that uses the name reaches one of the two; a host port keeps the pod from being placed.",
        "Give every port a name and number of its own.",
        _duplicate_port,
        severity=Severity.MEDIUM,
        bad=(
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
        bad=(
            in_container("args: ['--host=$(HOST)']  # ! gets '$(HOST)'"),
            in_container("env:\n  - {name: URL, value: 'http://$(HOST)/'}  # !\n  - {name: HOST, value: db}"),
        ),
        good=(in_container("env: [{name: HOST, value: db}]\nargs: ['--host=$(HOST)', '$$(date)']"),),
    ),
)
