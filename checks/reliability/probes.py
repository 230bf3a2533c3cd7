"""Probes, hooks, and how pods are stopped."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.commands import text_of
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import IntField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.rule import Hit, Row, Rule, in_container, in_deployment, several
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")


def _served(subject: BundledPod) -> Iterator[Container]:
    """Long-running containers at which a Service of the bundle aims."""
    pod = subject.pod
    if pod.resource.is_batch or pod.overlay:
        return
    targets = {port.target for service in subject.services for port in service.ports}
    for container in pod.containers:
        ports = {port.container_port.value for port in container.ports} | {port.name.value for port in container.ports}
        if container.is_long_running and (ports - {None}) & targets:
            yield container


def _no_readiness(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    for container in _served(subject):
        if container.readiness_probe.absent:
            message = f"{container.described} gets requests before anybody knows that it can answer"
            yield pod_hit(rule, subject.pod, container, message, container=container)


def _no_liveness(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    for container in _served(subject):
        if container.liveness_probe.absent:
            message = f"{container.described} is not restarted when it hangs"
            yield pod_hit(rule, subject.pod, container, message, container=container)


def _handler(probe: Cursor) -> tuple[object, ...]:
    """What a probe does, in a form that can be compared: however it is written."""
    return tuple((name, _said(probe.get(name))) for name in _HANDLERS if probe.get(name).present)


def _said(at: Cursor) -> object:
    if at.is_mapping:
        return frozenset((name, _said(inner)) for name, inner in at.entries())
    return tuple(map(_said, at.items())) if at.is_sequence else at.text


def _budget(probe: Cursor) -> int:
    period, failures = IntField(probe.get("periodSeconds")).value, IntField(probe.get("failureThreshold")).value
    return (10 if period is None else period) * (3 if failures is None else failures)


def _identical(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        alive, ready = container.cursor.get("livenessProbe"), container.cursor.get("readinessProbe")
        same = alive.present and ready.present and _handler(alive) and _handler(alive) == _handler(ready)
        if same and _budget(alive) <= _budget(ready):
            message = f"{container.described} is restarted as soon as it is not ready"
            yield pod_hit(rule, pod, alive.key_place, message, container=container)


def _undeclared(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers if not pod.overlay else ():
        for occasion in container.occasions:
            for handler in ("httpGet", "tcpSocket"):
                at = occasion.get(handler, "port")
                text = at.text or ""
                named = text and not text.isdigit() and "{" not in text and "$" not in text
                if named and all(port.name.value != text for port in container.ports):
                    message = f"{container.described} is asked at port {text!r}, which it does not have"
                    yield pod_hit(rule, pod, at, message, container=container)


def _on_init(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        if container.sort != "init container" or pod.overlay or container.restart_policy.present:
            continue
        for name in (*_PROBES, "lifecycle"):
            at = container.cursor.get(name)
            if at.present:
                message = f"{container.described} has a {name}, which init containers must not have"
                yield pod_hit(rule, pod, at.key_place, message, container=container)


def _slow(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for name in _PROBES:
            probe = container.cursor.get(name)
            timeout, period = IntField(probe.get("timeoutSeconds")), IntField(probe.get("periodSeconds"))
            if (timeout.value or 0) > (10 if period.absent else period.value or 10):
                message = f"{container.described} waits longer for its {name} than the next one is away"
                yield pod_hit(rule, pod, timeout, message, container=container)


def _no_grace(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    field = pod.termination_grace_period_seconds
    if field.value == 0 and pod.resource.is_controlled:
        yield pod_hit(rule, pod, field, f"{pod} is killed without a chance to end its work")


def _long_hook(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    field = pod.termination_grace_period_seconds
    grace = 30 if field.absent else field.value
    for container in pod.containers:
        hook = container.cursor.get("lifecycle", "preStop")
        at, seconds = _pause(hook)
        if grace is not None and at is not None and seconds >= grace > 0:
            message = f"{container.described} sleeps {seconds} s before it stops, and is killed after {grace} s"
            yield pod_hit(rule, pod, at, message, container=container)


def _pause(hook: Cursor) -> tuple[Cursor | None, int]:
    native = hook.get("sleep", "seconds")
    if native.present:
        return native, IntField(native).value or 0
    text = text_of((hook.get("exec", "command"),))
    programs = list(text.programs)
    if len(programs) == 1 and programs[0].name == "sleep" and programs[0].arguments[0:1]:
        number = programs[0].arguments[0].removesuffix("s")
        if number.isdigit():
            return text.items[-1], int(number)
    return None, 0


_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec:
      selector: {app: web}
      ports: [{port: 80, targetPort: 8080}]
"""
_WEB = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {{name: web, namespace: shop}}
    spec:
      selector: {{matchLabels: {{app: web}}}}
      template:
        metadata: {{labels: {{app: web}}}}
        spec:
          containers:
            - name: web{}
              image: registry.example/web:1.0.0
              ports: [{{containerPort: 8080}}]
              {}
"""
_PROBED = several(
    _SERVICE,
    _WEB.format("", "livenessProbe: {tcpSocket: {port: 8080}}\n              readinessProbe: {httpGet: {port: 8080}}"),
)
_PLAIN = in_container("livenessProbe: {tcpSocket: {port: 8080}}")


def _missing(name: str, title: str, why: str, remedy: str, severity: Severity) -> Row[BundledPod]:
    judge, mark = (
        (_no_readiness, "gets requests") if name.startswith("readiness") else (_no_liveness, "is not restarted")
    )
    return Row(
        f"reliability/{name}",
        BundledPod,
        f"{title}\n\n{why}\n\n{remedy}",
        judge,
        severity=severity,
        confidence=Confidence.MEDIUM,
        profile=Profile.ALL,
        bad=(several(_SERVICE, _WEB.format(f"  # ! {mark}", "terminationMessagePolicy: File")),),
        good=(_PROBED,),
    )


RULES = (
    _missing(
        "readiness-probe-missing",
        "Container gets requests before it can answer them.",
        "Without a readiness probe a Service sends requests as soon as the process runs: every rollout\nloses some.",
        "Add a `readinessProbe` that asks whether the program can answer.",
        Severity.LOW,
    ),
    _missing(
        "liveness-probe-missing",
        "Container is not restarted when it hangs.",
        "A process that runs and does nothing stays until a person notices.",
        "Add a `livenessProbe`, for programs that can hang.",
        Severity.INFO,
    ),
    PodRow(
        "reliability/identical-probes",
        "Container is restarted as soon as it is not ready.",
        "Under load the readiness probe takes the pod out of service; the liveness probe kills it at the\n"
        "same time, and the others get its load.",
        "Give the liveness probe more time, or something cheaper to ask.",
        _identical,
        severity=Severity.LOW,
        profile=Profile.ALL,
        mentions=("livenessProbe",),
        bad=(
            in_container(
                "livenessProbe:  # ! as soon as it is not ready\n  httpGet: {path: /, port: 80}\n"
                "readinessProbe:\n  httpGet: {path: /, port: 80}"
            ),
        ),
        good=(
            in_container(
                "livenessProbe: {httpGet: {port: 80}, failureThreshold: 10}\nreadinessProbe: {httpGet: {port: 80}}"
            ),
        ),
    ),
    PodRow(
        "reliability/probe-port-undeclared",
        "Probe asks at a port that the container does not have.",
        "The probe always fails: the container is restarted again and again, or never gets requests.",
        "Name a port of the same container, or its number.",
        _undeclared,
        severity=Severity.MEDIUM,
        mentions=("httpGet", "tcpSocket"),
        bad=(
            in_container(
                "ports: [{name: http, containerPort: 80}]\nlivenessProbe: {httpGet: {port: web}}  # ! port 'web'"
            ),
        ),
        good=(_PLAIN,),
    ),
    PodRow(
        "reliability/probe-on-init-container",
        "Init container has a probe or hook.",
        "The API server refuses the pod, unless the init container has `restartPolicy: Always`.",
        "Remove the probe, or make the container a sidecar.",
        _on_init,
        severity=Severity.MEDIUM,
        mentions=("initContainers",),
        bad=(
            in_deployment(
                "initContainers:\n  - name: i\n    image: i:1\n    livenessProbe: {tcpSocket: {port: 1}}  # !"
            ),
        ),
        good=(_PLAIN,),
    ),
    PodRow(
        "reliability/probe-timeout-exceeds-period",
        "Probe waits longer than the next one is away.",
        "One slow answer uses up the time of several probes; failures are noticed late.",
        "Set `timeoutSeconds` below `periodSeconds`.",
        _slow,
        severity=Severity.INFO,
        profile=Profile.ALL,
        mentions=("timeoutSeconds",),
        bad=(in_container("livenessProbe: {tcpSocket: {port: 80}, timeoutSeconds: 20}  # ! waits longer"),),
        good=(_PLAIN,),
    ),
    PodRow(
        "reliability/grace-period-zero",
        "Pod is killed without a chance to end its work.",
        "Requests and writes are cut off at every rollout; volumes may be mounted twice.",
        "Remove `terminationGracePeriodSeconds: 0`.",
        _no_grace,
        severity=Severity.LOW,
        profile=Profile.ALL,
        mentions=("terminationGracePeriodSeconds",),
        bad=(in_deployment("terminationGracePeriodSeconds: 0  # ! is killed"),),
        good=(in_deployment("terminationGracePeriodSeconds: 10"),),
    ),
    PodRow(
        "reliability/pre-stop-exceeds-grace-period",
        "Container is killed before its hook ends.",
        "What the hook waits for never happens, and the program gets no signal to stop.",
        "Raise `terminationGracePeriodSeconds` above what the hook and the program need.",
        _long_hook,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        mentions=("preStop",),
        bad=(
            in_container("lifecycle: {preStop: {sleep: {seconds: 60}}}  # ! sleeps 60 s"),
            in_container("lifecycle:\n  preStop:\n    exec:\n      command: [sh, -c, sleep 45]  # ! sleeps 45 s"),
        ),
        good=(in_container("lifecycle: {preStop: {sleep: {seconds: 5}}}"),),
    ),
)
