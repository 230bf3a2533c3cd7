"""Seccomp and AppArmor: which system calls and files the kernel leaves to a container."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.security import SECCOMP_DEFAULT
from hullmark.linter.rule import (
    Hit,
    Offer,
    Plain,
    Rule,
    in_container,
    in_pod,
    insert,
    manifest,
    remove,
    rewrite,
    together,
)
from hullmark.linter.rule.pod_rows import PodRow, by_absence, named, pod_hit

_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_BASELINE = "PSS/baseline/seccompProfile_baseline"
_RESTRICTED = "PSS/restricted/seccompProfile_restricted"
_APPARMOR_CHECK = "PSS/baseline/appArmorProfile"


def _annotated(pod: PodSpec, prefix: str) -> Iterator[tuple[str, StrField]]:
    for name, field in pod.annotations.fields():
        if name.startswith(prefix):
            yield name, field


def _seccomp_unconfined(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    yield from _unconfined(rule, pod, "seccompProfile", "seccomp", "seccomp-unconfined")
    if pod.resource.context.at_least(1, 27):
        return
    for name, field in _annotated(pod, "seccomp.security.alpha.kubernetes.io/"):
        if name == _SECCOMP_POD and field.value == "unconfined":
            yield pod_hit(rule, pod, field, f"{pod} turns seccomp off", power="seccomp-unconfined")
    for name, field in _annotated(pod, _SECCOMP):
        if field.value == "unconfined":
            message = f"container {name.removeprefix(_SECCOMP)!r} of {pod} turns seccomp off"
            yield pod_hit(rule, pod, field, message, power="seccomp-unconfined")


def _unconfined(rule: Rule[PodSpec], pod: PodSpec, field: str, what: str, power: str) -> Iterator[Hit]:
    """`Unconfined` in the pod, with those that inherit it, and in containers."""
    own: Callable[[Container], StrField] = lambda each: StrField(each.cursor.get("securityContext", field, "type"))  # noqa: E731
    common = StrField(pod.cursor.get("securityContext", field, "type"))
    if common.value == "Unconfined":
        heirs = [each for each in pod.containers if each.cursor.get("securityContext", field).absent]
        who = f"{named(heirs)} of {pod}" if heirs else str(pod)
        verb = "turn" if len(heirs) > 1 else "turns"
        fix = rewrite(common, "RuntimeDefault")
        yield pod_hit(rule, pod, common, f"{who} {verb} {what} off", containers=heirs, power=power, fix=fix)
    for container in pod.containers:
        if own(container).value == "Unconfined":
            fix = rewrite(own(container), "RuntimeDefault")
            message = f"{container.described} turns {what} off"
            yield pod_hit(rule, pod, own(container), message, container=container, power=power, fix=fix)


def _seccomp_missing(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    context = pod.resource.context
    old = {} if context.at_least(1, 27) else dict(_annotated(pod, _SECCOMP))
    if not context.at_least(1, 27) and pod.annotations.get(_SECCOMP_POD).present:
        return
    lacking = [
        each
        for each in pod.containers
        if each.effective.seccomp_profile.absent and not each.overlay and f"{_SECCOMP}{each.name}" not in old
    ]
    for thing, heirs in by_absence(pod, lacking):
        message = f"{named(heirs)} of {pod} may use every system call"
        fix = insert(pod, "securityContext.seccompProfile.type", "RuntimeDefault") if thing is pod else None
        yield pod_hit(rule, pod, thing, message, containers=heirs, fix=fix, unless=SECCOMP_DEFAULT)


def _seccomp_ignored(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if not pod.resource.context.at_least(1, 27):
        return
    common = pod.annotations.get(_SECCOMP_POD)
    if common.present and pod.security_context.seccomp_profile.absent:
        message = f"annotation {_SECCOMP_POD!r} of {pod} does nothing since 1.27"
        fix = _translated(common, insert(pod, "securityContext.seccompProfile", _profile(common.value)))
        yield pod_hit(rule, pod, common.key_place, message, fix=fix)
    for name, field in _annotated(pod, _SECCOMP):
        container = next((each for each in pod.containers if each.name == name.removeprefix(_SECCOMP)), None)
        if container is not None and container.security_context.seccomp_profile.absent:
            message = f"annotation {name!r} of {pod} does nothing since 1.27"
            fix = _translated(field, insert(container, "securityContext.seccompProfile", _profile(field.value)))
            yield pod_hit(rule, pod, field.key_place, message, container=container, fix=fix)


def _profile(value: str | None) -> Plain:
    """https://kubernetes.io/docs/tutorials/security/seccomp/ has the same table."""
    if value == "unconfined":
        return {"type": "Unconfined"}
    if value and value.startswith("localhost/"):
        return {"type": "Localhost", "localhostProfile": value.removeprefix("localhost/")}
    return {"type": "RuntimeDefault"}


def _translated(annotation: StrField, inserted: Offer) -> Offer:
    return together("say it with the field", remove(annotation), inserted, safe=True)


def _apparmor_unconfined(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    yield from _unconfined(rule, pod, "appArmorProfile", "AppArmor", "apparmor-unconfined")
    for name, field in _annotated(pod, _APPARMOR):
        container = next((each for each in pod.containers if each.name == name.removeprefix(_APPARMOR)), None)
        if field.value == "unconfined" and container is not None and container.effective.app_armor_profile.absent:
            fix = rewrite(field, "runtime/default")
            message = f"{container.described} turns AppArmor off"
            yield pod_hit(rule, pod, field, message, container=container, power="apparmor-unconfined", fix=fix)


def _apparmor_invalid(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    names = {each.name for each in pod.containers}
    for key, field in _annotated(pod, _APPARMOR):
        name, value = key.removeprefix(_APPARMOR), field.value
        if value and value not in ("runtime/default", "unconfined") and not value.startswith("localhost/"):
            yield pod_hit(rule, pod, field, f"{pod} asks for AppArmor profile {value!r}, which is none")
        elif name not in names and not pod.overlay:
            yield pod_hit(rule, pod, field.key_place, f"{pod} has no container {name!r} for the AppArmor profile")


def _apparmor_missing(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if not pod.resource.context.at_least(1, 30) or any(True for _ in _annotated(pod, _APPARMOR)):
        return
    lacking = [each for each in pod.containers if each.effective.app_armor_profile.absent and not each.overlay]
    if lacking and len(lacking) == len(pod.containers):
        message = f"{pod} leaves it to the node whether AppArmor confines it"
        fix = insert(pod, "securityContext.appArmorProfile.type", "RuntimeDefault")
        yield pod_hit(rule, pod, pod, message, containers=lacking, fix=fix)


def _pod(mark: str = "", annotation: str = "", context: str = "") -> str:
    head = "metadata:\n  name: web\n" + (f"  annotations:\n    {annotation}\n    team: shop\n" if annotation else "")
    body = f"  securityContext:\n{context}" if context else ""
    return f"""\
apiVersion: v1
kind: Pod
{head}spec:{mark}
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
{body}"""


_DEFAULT = in_pod("securityContext: {seccompProfile: {type: RuntimeDefault}, appArmorProfile: {type: RuntimeDefault}}")
_FIELD = "    seccompProfile:\n      type: {}\n"

RULES = (
    PodRow(
        "workload/seccomp-unconfined",
        "Container turns off the filter of system calls.",
        "Every system call of the kernel is open, among them those by which containers were escaped from.",
        "Set `seccompProfile.type: RuntimeDefault`, or `Localhost` with a profile that allows what the\nprogram needs.",
        _seccomp_unconfined,
        severity=Severity.MEDIUM,
        linux=True,
        controls=("CIS-1.12/5.6.2", _BASELINE, _RESTRICTED, "NSA/pod-security", "MITRE/T1611"),
        mentions=("Unconfined", "unconfined"),
        bad=(
            in_pod(
                "securityContext: {seccompProfile: {type: Unconfined}}  # ! container 'app' of Pod 'web' turns "
                "seccomp off",
                fixed="securityContext: {seccompProfile: {type: RuntimeDefault}}",
            ),
            in_container(
                "securityContext: {seccompProfile: {type: Unconfined}}  # !",
                fixed="securityContext: {seccompProfile: {type: RuntimeDefault}}",
            ),
        ),
        good=(_DEFAULT,),
    ),
    PodRow(
        "workload/seccomp-profile-missing",
        "Container may use every system call.",
        "Without a profile nothing filters system calls, unless the kubelet was told to. Most escapes from\n"
        "containers use calls that ordinary programs never need.",
        "Set `securityContext.seccompProfile.type: RuntimeDefault` for the pod.",
        _seccomp_missing,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        linux=True,
        controls=("CIS-1.12/5.6.2", _RESTRICTED, "NSA/pod-security"),
        bad=(
            manifest(
                _pod("  # ! container 'app' of Pod 'web' may use every system call"),
                fixed=_pod(context=_FIELD.format("RuntimeDefault")),
            ),
        ),
        good=(_DEFAULT,),
    ),
    PodRow(
        "workload/seccomp-annotation-ignored",
        "Seccomp annotation does nothing any more.",
        "The annotations have been ignored since Kubernetes 1.27: the pod that was thought to be confined\n"
        "may use every system call.",
        "Write the field `securityContext.seccompProfile` instead.",
        _seccomp_ignored,
        severity=Severity.MEDIUM,
        controls=("CIS-1.12/5.6.2",),
        mentions=("seccomp.security.alpha.kubernetes.io",),
        bad=(
            manifest(
                _pod(annotation=f"{_SECCOMP_POD}: runtime/default  # ! does nothing since 1.27"),
                fixed=_pod(annotation="x").replace("    x\n", "")
                + "  securityContext:\n"
                + _FIELD.format("RuntimeDefault"),
            ),
        ),
        good=(_DEFAULT, manifest(_pod(annotation=f"{_SECCOMP_POD}: docker/default"), kubernetes="1.26")),
    ),
    PodRow(
        "workload/apparmor-unconfined",
        "Container turns AppArmor off.",
        "On nodes with AppArmor the default profile keeps containers from mounting and from writing to\n"
        "kernel interfaces; this one is not held.",
        "Set `appArmorProfile.type: RuntimeDefault`, or remove the setting.",
        _apparmor_unconfined,
        severity=Severity.MEDIUM,
        linux=True,
        controls=(_APPARMOR_CHECK, "NSA/pod-security", "MITRE/T1611"),
        mentions=("Unconfined", "unconfined"),
        bad=(
            in_container(
                "securityContext: {appArmorProfile: {type: Unconfined}}  # ! turns AppArmor off",
                fixed="securityContext: {appArmorProfile: {type: RuntimeDefault}}",
            ),
            manifest(
                _pod(annotation=f"{_APPARMOR}app: unconfined  # ! container 'app' of Pod 'web'"),
                fixed=_pod(annotation=f"{_APPARMOR}app: runtime/default"),
            ),
        ),
        good=(_DEFAULT,),
    ),
    PodRow(
        "workload/apparmor-annotation-invalid",
        "AppArmor annotation names no profile or no container.",
        "The API server refuses the pod, or the profile reaches no container and the one that was meant\n"
        "runs without it.",
        "Write `runtime/default` or `localhost/<profile>`, with the container's name in the key; from 1.30\n"
        "on use `securityContext.appArmorProfile`.",
        _apparmor_invalid,
        severity=Severity.MEDIUM,
        controls=(_APPARMOR_CHECK,),
        mentions=(_APPARMOR,),
        bad=(
            manifest(_pod(annotation=f"{_APPARMOR}app: default  # ! profile 'default', which is none")),
            manifest(_pod(annotation=f"{_APPARMOR}ap: runtime/default  # ! has no container 'ap'")),
        ),
        good=(manifest(_pod(annotation=f"{_APPARMOR}app: localhost/shop")),),
    ),
    PodRow(
        "workload/apparmor-profile-missing",
        "Pod leaves it to the node whether AppArmor confines it.",
        "Nodes with AppArmor apply their default profile anyway; writing it down makes the pod fail where\n"
        "there is none instead of running without.",
        "Set `securityContext.appArmorProfile.type: RuntimeDefault` for the pod.",
        _apparmor_missing,
        severity=Severity.INFO,
        confidence=Confidence.LOW,
        profile=Profile.ALL,
        linux=True,
        controls=("NSA/pod-security",),
        bad=(
            manifest(
                _pod("  # ! leaves it to the node"),
                fixed=_pod(context=_FIELD.format("RuntimeDefault").replace("seccomp", "appArmor")),
            ),
        ),
        good=(_DEFAULT,),
    ),
)
