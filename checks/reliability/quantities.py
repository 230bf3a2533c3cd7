"""How much containers, claims and quotas ask for: numbers that are refused, mistaken, or out of proportion."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.quantity import quantity
from hullmark.linter.manifest.sized import Sized
from hullmark.linter.rule import Hit, Offer, Option, Row, Rule, in_container, manifest, remove, rewrite
from hullmark.linter.rule.pod_rows import PodRow, pod_hit


def _cpu_set(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.resource.context.texts("rules.reliability/cpu-limit-set.cpu-limits") != ("forbidden",):
        return
    for container in pod.containers:
        limit = container.resources.limit("cpu")
        if limit.present:
            message = f"{container.described} is slowed down at {limit.text} CPU even where the node is idle"
            yield pod_hit(rule, pod, limit, message, container=container, fix=remove(limit))


def _pairs(container: Container) -> Iterator[tuple[str, StrField, Decimal, StrField, Decimal]]:
    if container.resources.limits.absent:
        return
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


def _suspicious(rule: Rule[Sized], sized: Sized) -> Iterator[Hit]:
    for name, field in sized.amounts:
        odd = _odd(name, field.text or "")
        if odd and name != "cpu":  # a quota may well be hundreds of CPUs
            fix = _in_mebibytes(rule, sized, field)
            yield rule.hit(field, f"{sized} gives {name} as {field.text!r}: {odd}", fix=fix, subject_name=name)
    for pod in PodSpec.of(sized):
        yield from _suspicious_in_pod(rule, sized, pod)


def _suspicious_in_pod(rule: Rule[Sized], sized: Sized, pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for amounts in (container.resources.requests, container.resources.limits):
            for name, field in amounts.fields():
                odd = _odd(name, field.text or "")
                if odd:
                    fix = _in_mebibytes(rule, sized, field)
                    message = f"{container.described} gives {name} as {field.text!r}: {odd}"
                    yield pod_hit(rule, pod, field, message, container=container, fix=fix, subject_name=name)
        for name, _, asked, limit, most in _pairs(container):
            if asked > 0 and most / asked > 1000:
                message = f"{container.described} may use more than a thousand times the {name} that it asks for"
                yield pod_hit(rule, pod, limit, message, container=container, subject_name=name)


@lru_cache(maxsize=1024)
def _odd(name: str, text: str) -> str:
    number = quantity(text)
    if number is None or number == 0:
        return ""
    if name in ("memory", "storage", "ephemeral-storage") or name.startswith("hugepages-"):
        if text.endswith("m"):
            return "thousandths of a byte"
        small = name == "memory" and number < 1024 * 1024 and text.isdigit()
        return "bytes, and fewer than a mebibyte" if small else ""
    return "that many whole CPUs" if name == "cpu" and number >= 256 and not text.endswith("m") else ""


def _in_mebibytes(rule: Rule[Sized], sized: Sized, field: StrField) -> Offer:
    text = field.text or ""
    if not rule.switch(sized.context, "fix-units") or not text.endswith("m") or not text[:-1].isdigit():
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


_FULL = in_container(
    "resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}}"
)

_AMOUNT = "apiVersion: v1\nkind: {}\nmetadata: {{name: data, namespace: shop}}\nspec:\n  {}\n"

RULES = (
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
        mentions=("limits",),
        bad=(
            in_container(
                "resources:\n  limits:\n    memory: 64Mi\n    cpu: 100m  # ! is slowed down at 100m CPU",
                fixed="resources:\n  limits:\n    memory: 64Mi",
                options={"cpu-limits": "forbidden"},
            ),
        ),
        good=(_FULL,),
    ),
    PodRow(
        "reliability/request-exceeds-limit",
        "Container asks for more than it may use.",
        "The API server refuses the pod: what was meant to be replaced keeps running.",
        "Raise the limit or lower the request.",
        _above,
        severity=Severity.MEDIUM,
        mentions=("limits",),
        bad=(
            in_container("resources:\n  limits: {memory: 64Mi}\n  requests: {memory: 1Gi}  # ! asks for 1Gi of memory"),
        ),
        good=(_FULL,),
    ),
    Row(
        "reliability/suspicious-quantity",
        Sized,
        "Quantity is not what its author means.\n\n"
        "`512m` of memory is half a byte, `256` CPUs are more than a node has: the container is killed at\n"
        "once, or never placed.\n\n"
        "Write memory as `512Mi`, CPU as `250m`.",
        _suspicious,
        severity=Severity.MEDIUM,
        options=(Option("fix-units", False, "Whether fixes may write `Mi` where `m` was written."),),
        mentions=("requests", "limits", "hard"),
        bad=(
            in_container("resources: {limits: {memory: 512m}}  # ! thousandths of a byte"),
            in_container(
                "resources: {limits: {memory: 512m}}  # ! gives memory as '512m'",
                fixed="resources: {limits: {memory: 512Mi}}",
                options={"fix-units": True},
            ),
            in_container("resources: {requests: {memory: 512}}  # ! bytes, and fewer than a mebibyte"),
            in_container("resources: {requests: {cpu: 1m}, limits: {cpu: 4}}  # ! more than a thousand times"),
            in_container("resources: {limits: {cpu: 256}}  # ! that many whole CPUs"),
            manifest(_AMOUNT.format("PersistentVolumeClaim", "resources: {requests: {storage: 10m}}  # ! of a byte")),
            manifest(_AMOUNT.format("ResourceQuota", "hard: {requests.memory: 64m}  # ! gives memory as '64m'")),
        ),
        good=(_FULL, manifest(_AMOUNT.format("ResourceQuota", "hard: {requests.cpu: 400, limits.memory: 2Ti}"))),
    ),
    PodRow(
        "reliability/limit-above-maximum",
        "Container may use more than is allowed.",
        "The configuration says how much one container may take from its neighbours.",
        "Lower the limit.",
        _maximum,
        severity=Severity.MEDIUM,
        options=(Option("limits.maximum", (), "Largest limits, as `memory=4Gi`."),),
        mentions=("limits",),
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
        mentions=("limits",),
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
        mentions=("limits",),
        bad=(
            in_container(
                "resources: {requests: {memory: 64Mi}, limits: {memory: 128Mi}}  # ! not guaranteed",
                options={"guaranteed": True},
            ),
        ),
        good=(_FULL,),
    ),
)
