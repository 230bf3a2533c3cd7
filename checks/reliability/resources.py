"""What containers ask for and may use at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.quantity import quantity
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.rule import Example, Fix, Hit, Option, Row, Rule, in_container, insert, manifest, remove, rewrite
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_NSA = ("NSA/resource-policies", "MITRE/T1499")


def _bare(container: Container) -> bool:
    return any(True for name in ("limits", "requests") for _ in container.cursor.get("resources", name).entries())


def _nothing(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    pod = subject.pod
    if pod.overlay:
        return
    for container in pod.containers:
        known = any(subject.has_request(container, name) for name in ("cpu", "memory"))
        if container.is_long_running and not _bare(container) and not known:
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


def _as_requested(container: Container) -> Fix | None:
    text = container.resources.request("memory").text
    return insert(container, "resources.limits.memory", text) if text else None


def _cpu_missing(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    if subject.pod.resource.context.texts("rules.reliability/cpu-limit-missing.cpu-limits") == ("required",):
        yield from _lacking("cpu", "limit of CPU", False)(rule, subject)


def _cpu_set(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.resource.context.texts("rules.reliability/cpu-limit-set.cpu-limits") != ("forbidden",):
        return
    for container in pod.containers:
        limit = container.resources.limit("cpu")
        if limit.present:
            message = f"{container.described} is slowed down at {limit.text} CPU even where the node is idle"
            yield pod_hit(rule, pod, limit, message, container=container, fix=remove(limit))


def _pairs(container: Container) -> Iterator[tuple[str, StrField, Decimal, StrField, Decimal]]:
    for name, request in container.resources.requests.fields():
        limit = container.resources.limit(name)
        asked, most = quantity(request.text), quantity(limit.text)
        if asked is not None and most is not None:
            yield name, request, asked, limit, most


def _above(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for name, request, asked, limit, most in _pairs(container):
            if asked > most:
                message = f"{container.described} asks for {request.text} of {name} and may use {limit.text}"
                yield pod_hit(rule, pod, request, message, container=container, subject_name=name)


def _suspicious(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for where in ("requests", "limits"):
            for name, cursor in container.cursor.get("resources", where).entries():
                field = StrField(cursor)
                odd = _odd(name, cursor.text or "")
                if odd:
                    fix = _in_mebibytes(rule, pod, field)
                    message = f"{container.described} gives {name} as {cursor.text!r}: {odd}"
                    yield pod_hit(rule, pod, field, message, container=container, fix=fix, subject_name=name)
        for name, _, asked, limit, most in _pairs(container):
            if asked > 0 and most / asked > 1000:
                message = f"{container.described} may use more than a thousand times the {name} that it asks for"
                yield pod_hit(rule, pod, limit, message, container=container, subject_name=name)


def _odd(name: str, text: str) -> str:
    number = quantity(text)
    if number is None or number == 0:
        return ""
    if name in ("memory", "storage", "ephemeral-storage") or name.startswith("hugepages-"):
        if text.endswith("m"):
            return "thousandths of a byte"
        return (
            "bytes, and fewer than a mebibyte" if name == "memory" and number < 1024 * 1024 and text.isdigit() else ""
        )
    return "that many whole CPUs" if name == "cpu" and number >= 256 and not text.endswith("m") else ""


def _in_mebibytes(rule: Rule[PodSpec], pod: PodSpec, field: StrField) -> Fix | None:
    text = field.text or ""
    if not rule.switch(pod.resource.context, "fix-units") or not text.endswith("m") or not text[:-1].isdigit():
        return None
    return rewrite(field, f"{text[:-1]}Mi", safe=True)


def _maximum(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    maxima = dict(text.partition("=")[::2] for text in rule.texts(pod.resource.context, "limits.maximum"))
    for container in pod.containers if maxima else ():
        for name, limit in container.resources.limits.fields():
            most, found = quantity(maxima.get(name)), quantity(limit.text)
            if most is not None and found is not None and found > most:
                message = f"{container.described} may use {limit.text} of {name}, more than {maxima[name]}"
                yield pod_hit(rule, pod, limit, message, container=container, subject_name=name)


def _ratio(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    ratio = rule.number(pod.resource.context, "maximum")
    for container in pod.containers:
        for name, _, asked, limit, most in _pairs(container):
            if asked > 0 and most / asked > ratio:
                message = f"{container.described} may use more than {ratio} times the {name} that it asks for"
                yield pod_hit(rule, pod, limit, message, container=container, subject_name=name)


def _differs(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if not rule.switch(pod.resource.context, "guaranteed"):
        return
    for container in pod.containers:
        for name, request, asked, limit, most in _pairs(container):
            if asked != most and name in ("cpu", "memory"):
                message = (
                    f"{container.described} asks for {request.text} of {name} and may use {limit.text}: not guaranteed"
                )
                yield pod_hit(rule, pod, request, message, container=container, subject_name=name)


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
) -> Row[BundledPod]:
    return Row(
        f"reliability/{name}",
        BundledPod,
        f"{title}\n\n{_STARVES}\n\n{remedy}",
        judge,
        severity=severity,
        confidence=Confidence.MEDIUM,
        profile=profile,
        controls=_NSA if profile is Profile.STRICT else (),
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
    PodRow(
        "reliability/cpu-limit-set",
        "Container has a limit of CPU.",
        "The kernel stops the container when its share is used up, though the node has nothing else to do:\n"
        "requests are slow for no reason that anybody sees.",
        "Remove the limit and keep the request, which shares CPU fairly.",
        _cpu_set,
        severity=Severity.INFO,
        profile=Profile.ALL,
        options=(Option("cpu-limits", "", "`forbidden` reports containers with a limit of CPU."),),
        bad=(
            in_container(
                "resources:\n  limits:\n    memory: 64Mi\n    cpu: 100m  # ! is slowed down at 100m CPU",
                fixed="resources:\n  limits:\n    memory: 64Mi",
                options={"cpu-limits": "forbidden"},
            ),
        ),
        good=(_FULL,),
    ),
    _bundled(
        "ephemeral-storage-limit-missing",
        "Container has no limit of local storage.",
        "Set `resources.limits.ephemeral-storage`.",
        _lacking("ephemeral-storage", "limit of local storage", False),
        (_limited("memory: 64Mi", "  # ! has no limit of local storage"),),
        severity=Severity.INFO,
    ),
    PodRow(
        "reliability/request-exceeds-limit",
        "Container asks for more than it may use.",
        "The API server refuses the pod: what was meant to be replaced keeps running.",
        "Raise the limit or lower the request.",
        _above,
        severity=Severity.MEDIUM,
        bad=(
            in_container("resources:\n  limits: {memory: 64Mi}\n  requests: {memory: 1Gi}  # ! asks for 1Gi of memory"),
        ),
        good=(_FULL,),
    ),
    PodRow(
        "reliability/suspicious-quantity",
        "Quantity is not what its author means.",
        "`512m` of memory is half a byte, `256` CPUs are more than a node has: the container is killed at\n"
        "once, or never placed.",
        "Write memory as `512Mi`, CPU as `250m`.",
        _suspicious,
        severity=Severity.MEDIUM,
        options=(Option("fix-units", False, "Whether fixes may write `Mi` where `m` was written."),),
        bad=(
            in_container("resources: {limits: {memory: 512m}}  # ! thousandths of a byte"),
            in_container(
                "resources: {limits: {memory: 512m}}  # ! gives memory as '512m'",
                fixed="resources: {limits: {memory: 512Mi}}",
                options={"fix-units": True},
            ),
            in_container("resources: {requests: {cpu: 1m}, limits: {cpu: 4}}  # ! more than a thousand times"),
            in_container("resources: {limits: {cpu: 256}}  # ! that many whole CPUs"),
        ),
        good=(_FULL,),
    ),
    PodRow(
        "reliability/limit-above-maximum",
        "Container may use more than is allowed.",
        "The configuration says how much one container may take from its neighbours.",
        "Lower the limit.",
        _maximum,
        severity=Severity.MEDIUM,
        options=(Option("limits.maximum", (), "Largest limits, as `memory=4Gi`."),),
        bad=(
            in_container(
                "resources: {limits: {memory: 8Gi}}  # ! more than 4Gi", options={"limits.maximum": ("memory=4Gi",)}
            ),
        ),
        good=(_FULL,),
    ),
    PodRow(
        "reliability/limit-request-ratio",
        "Container may use far more than it asks for.",
        "Nodes are filled by what containers ask for: when several use their limits at once, the node runs\n"
        "out and stops some of them.",
        "Bring request and limit closer together.",
        _ratio,
        severity=Severity.INFO,
        profile=Profile.ALL,
        options=(Option("maximum", 10, "How many times the request a limit may be."),),
        bad=(in_container("resources: {requests: {memory: 64Mi}, limits: {memory: 1Gi}}  # ! more than 10 times"),),
        good=(_FULL,),
    ),
    PodRow(
        "reliability/requests-differ-from-limits",
        "Container is not guaranteed what it may use.",
        "Pods whose requests are not their limits are the first to be stopped when a node runs out.",
        "Set requests equal to limits.",
        _differs,
        severity=Severity.INFO,
        profile=Profile.ALL,
        options=(Option("guaranteed", False, "Whether requests have to equal limits."),),
        bad=(
            in_container(
                "resources: {requests: {memory: 64Mi}, limits: {memory: 128Mi}}  # ! not guaranteed",
                options={"guaranteed": True},
            ),
        ),
        good=(_FULL,),
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
    ),
    _bundled(
        "empty-dir-unbounded",
        "Volume can fill the disk of its node.",
        "Set `emptyDir.sizeLimit`.",
        _disk_volume,
        (_mounted("{}", "  # ! can fill the disk"),),
        severity=Severity.INFO,
        good=(_mounted("{sizeLimit: 1Gi}"),),
    ),
)
