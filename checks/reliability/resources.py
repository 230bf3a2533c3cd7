"""What containers ask for and may use at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.pod import Container
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.rule import Example, Hit, Offer, Option, Row, Rule, in_container, insert, manifest
from hullmark.linter.rule.pod_rows import pod_hit

_DENIAL = "MITRE/T1499"


def _asks(container: Container) -> bool:
    return any(True for name in ("limits", "requests") for _ in container.cursor.get("resources", name).entries())


def _nothing(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    pod = subject.pod
    if pod.overlay:
        return
    for container in pod.containers:
        known = any(subject.has_request(container, name) for name in ("cpu", "memory"))
        if container.is_long_running and not _asks(container) and not known:
            message = f"{container.described} says nothing about the resources that it needs"
            yield pod_hit(rule, pod, container, message, container=container, power="no-limits")


def _lacking(name: str, what: str, request: bool) -> Callable[[Rule[BundledPod], BundledPod], Iterator[Hit]]:
    """Judge of containers without a limit (or a request) for one resource."""

    def judge(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
        pod = subject.pod
        for container in pod.containers:
            if pod.overlay or container.sort == "ephemeral container":
                continue
            has = subject.has_request(container, name) if request else subject.has_limit(container, name)
            if not has:
                message = f"{container.described} has no {what}"
                fix = None if request or name != "memory" else _as_requested(container)
                place = container.resources.requests.get(name) if request else container.resources.limits.get(name)
                yield pod_hit(rule, pod, place, message, container=container, power="no-limits", fix=fix)

    return judge


def _as_requested(container: Container) -> Offer:
    text = container.resources.request("memory").text
    return insert(container, "resources.limits.memory", text) if text else None


def _cpu_missing(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    if subject.pod.resource.context.texts("rules.reliability/cpu-limit-missing.cpu-limits") == ("required",):
        yield from _lacking("cpu", "limit of CPU", False)(rule, subject)


def _volumes(rule: Rule[BundledPod], subject: BundledPod, memory: bool, name: str, what: str) -> Iterator[Hit]:
    pod = subject.pod
    for volume in pod.volumes:
        in_memory = volume.empty_dir_medium.value == "Memory"
        if not volume.empty_dir.present or in_memory is not memory or volume.empty_dir_size_limit.present:
            continue
        users = [container for container, _ in pod.mounts(volume) if not subject.has_limit(container, name)]
        if users and not pod.overlay:
            place = volume.empty_dir_medium.place if memory else volume.empty_dir.key_place
            message = f"{volume} of {pod} can fill {what} of its node"
            yield pod_hit(rule, pod, place, message, volume=volume.name.text or "")


_memory_volume = partial(_volumes, memory=True, name="memory", what="the memory")
_disk_volume = partial(_volumes, memory=False, name="ephemeral-storage", what="the disk")


_FULL = in_container(
    "resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}}"
)
_STARVES = "A container without bounds can take what its neighbours need, on purpose or by a leak."


def _bundled(
    name: str,
    title: str,
    remedy: str,
    judge: Callable[[Rule[BundledPod], BundledPod], Iterator[Hit]],
    bad: tuple[Example, ...],
    profile: Profile = Profile.ALL,
    severity: Severity = Severity.LOW,
    good: tuple[Example, ...] = (_FULL,),
    options: tuple[Option, ...] = (),
    confidence: Confidence = Confidence.MEDIUM,
    controls: tuple[str, ...] = (),
) -> Row[BundledPod]:
    return Row(
        f"reliability/{name}",
        BundledPod,
        f"{title}\n\n{_STARVES}\n\n{remedy}",
        judge,
        severity=severity,
        confidence=confidence,
        profile=profile,
        controls=controls,
        bad=bad,
        good=good,
        options=options,
    )


def _bare_pod(mark: str) -> Example:
    return manifest(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n    - name: app{mark}\n"
        f"      image: app:1"
    )


def _limited(limits: str, mark: str = "") -> Example:
    return in_container(f"resources:\n  requests: {{cpu: 100m, memory: 64Mi}}\n  limits: {{{limits}}}{mark}")


def _mounted(volume: str, mark: str = "", limit: str = "") -> Example:
    lines = f"resources: {{limits: {{{limit}}}}}\n" if limit else ""
    return manifest(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n"
        f"  volumes:\n    - name: scratch\n      emptyDir: {volume}{mark}\n  containers:\n    - name: app\n"
        f"      image: app:1\n"
        "      volumeMounts: [{name: scratch, mountPath: /scratch}]\n" + (f"      {lines}" if lines else "")
    )


RULES = (
    _bundled(
        "resources-missing",
        "Container says nothing about the resources that it needs.",
        "Set requests for CPU and memory, and a limit for memory.",
        _nothing,
        (_bare_pod("  # ! says nothing about the resources"),),
        Profile.STRICT,
        controls=("NSA/resource-policies", _DENIAL),
    ),
    _bundled(
        "memory-limit-missing",
        "Container has no limit of memory.",
        "Set `resources.limits.memory`.",
        _lacking("memory", "limit of memory", False),
        (
            in_container(
                "resources:  # ! has no limit of memory\n  requests: {memory: 64Mi}",
                fixed="resources:\n  requests: {memory: 64Mi}\n  limits:\n    memory: 64Mi",
            ),
        ),
        Profile.STRICT,
        controls=(_DENIAL,),
    ),
    _bundled(
        "memory-request-missing",
        "Container asks for no memory.",
        "Set `resources.requests.memory`.",
        _lacking("memory", "request for memory", True),
        (_bare_pod("  # ! has no request for memory"),),
    ),
    _bundled(
        "cpu-request-missing",
        "Container asks for no CPU.",
        "Set `resources.requests.cpu`.",
        _lacking("cpu", "request for CPU", True),
        (_bare_pod("  # ! has no request for CPU"),),
    ),
    _bundled(
        "cpu-limit-missing",
        "Container has no limit of CPU.",
        "Set `resources.limits.cpu`.",
        _cpu_missing,
        (
            in_container(
                "resources:  # ! has no limit of CPU\n  requests: {cpu: 1}", options={"cpu-limits": "required"}
            ),
        ),
        severity=Severity.INFO,
        options=(Option("cpu-limits", "", "`required` reports containers without a limit of CPU."),),
    ),
    _bundled(
        "ephemeral-storage-limit-missing",
        "Container has no limit of local storage.",
        "Set `resources.limits.ephemeral-storage`.",
        _lacking("ephemeral-storage", "limit of local storage", False),
        (_limited("memory: 64Mi", "  # ! has no limit of local storage"),),
        severity=Severity.INFO,
    ),
    _bundled(
        "memory-volume-unbounded",
        "Volume can fill the memory of its node.",
        "Set `emptyDir.sizeLimit`, and a limit of memory for the containers that use it.",
        _memory_volume,
        (_mounted("{medium: Memory}", "  # ! can fill the memory"),),
        Profile.STRICT,
        Severity.MEDIUM,
        good=(_mounted("{medium: Memory, sizeLimit: 64Mi}"), _mounted("{medium: Memory}", "", "memory: 64Mi")),
        confidence=Confidence.HIGH,
        controls=(_DENIAL,),
    ),
    _bundled(
        "empty-dir-unbounded",
        "Volume can fill the disk of its node.",
        "Set `emptyDir.sizeLimit`.",
        _disk_volume,
        (_mounted("{}", "  # ! can fill the disk"),),
        severity=Severity.INFO,
        good=(_mounted("{sizeLimit: 1Gi}"),),
        confidence=Confidence.HIGH,
    ),
)
