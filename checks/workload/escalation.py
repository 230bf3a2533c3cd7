"""What a container may become: privilege escalation, writable root file systems, no security context at all."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.rule import Hit, Offer, Rule, in_container, in_pod, insert, manifest, rewrite
from hullmark.linter.rule.pod_rows import PodRow, by_value, named, pod_hit

_PSS = "PSS/restricted/allowPrivilegeEscalation"
_CIS = "CIS-1.12/5.2.6"


def _enabled(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        field = container.allow_privilege_escalation
        if field.is_true:
            message = f"{container.described} allows its programs to gain privileges"
            fix = None if _is_bound(container) else rewrite(field, "false")
            yield pod_hit(rule, pod, field, message, container=container, power="privileged", fix=fix)


def _not_disabled(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        field = container.allow_privilege_escalation
        if container.lacks(field) and not container.privileged.is_true:
            yield pod_hit(
                rule,
                pod,
                field,
                f"{container.described} does not forbid its programs to gain privileges",
                container=container,
                fix=None
                if _is_bound(container)
                else insert(container, "securityContext.allowPrivilegeEscalation", False),
            )


def _is_bound(container: Container) -> bool:
    """Whether the API server would refuse `false`: of the names of the capability only this one counts.

    ValidateSecurityContext of https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
    """
    return container.privileged.is_true or container.capabilities.add.find("CAP_SYS_ADMIN") is not None


def _writable(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        field = container.read_only_root_filesystem
        if container.sort == "ephemeral container" or not (container.lacks(field) or field.is_false):
            continue
        yield pod_hit(
            rule,
            pod,
            field,
            f"{container.described} can write its root file system",
            container=container,
            fix=_read_only(container),
        )


def _read_only(container: Container) -> Offer:
    field = container.read_only_root_filesystem
    if field.absent:
        return insert(container, "securityContext.readOnlyRootFilesystem", True)
    return rewrite(field, "true")


def _nothing(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.overlay or _says_something(pod):
        return
    for container in pod.containers:
        if not _says_something(container):
            yield pod_hit(
                rule,
                pod,
                container,
                f"{container.described} has no security settings",
                container=container,
                fix=_hardened(container),
            )


def _hardened(container: Container) -> Offer:
    return insert(
        container,
        "securityContext",
        {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    )


def _says_something(thing: PodSpec | Container) -> bool:
    return any(at.present for _, at in thing.cursor.get("securityContext").entries())


def _administrator(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if not pod.is_windows:
        return
    affected = [each for each in pod.containers if _is_administrator(each)]
    for field, heirs in by_value(affected, lambda each: each.effective.run_as_user_name):
        yield pod_hit(rule, pod, field, f"{named(heirs)} of {pod} run as {field.text!r}", containers=heirs)


def _is_administrator(container: Container) -> bool:
    name = (container.effective.run_as_user_name.value or "").lower()
    if name == "nt authority\\system":
        return not container.effective.host_process.is_true
    return name == "containeradministrator" or name.endswith("\\administrator")


_SAFE = in_container(
    "securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true}",
)
_BARE = """\
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  containers:
    - name: app{mark}
      image: registry.example/shop/app:1.4.2
{fixed}"""
_BLOCK = """\
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop:
            - ALL
        readOnlyRootFilesystem: true
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
"""

RULES = (
    PodRow(
        "workload/privilege-escalation-enabled",
        "Container lets its programs gain privileges.",
        "A set-user-id program in the image turns any user into root, and `runAsUser` no longer means\nwhat it says.",
        "Set `allowPrivilegeEscalation: false`.",
        _enabled,
        severity=Severity.MEDIUM,
        linux=True,
        controls=(_CIS, _PSS, "MITRE/T1068"),
        mentions=("allowPrivilegeEscalation",),
        bad=(
            in_container(
                "securityContext: {allowPrivilegeEscalation: true}  # ! allows its programs",
                fixed="securityContext: {allowPrivilegeEscalation: false}",
            ),
        ),
        good=(_SAFE,),
    ),
    PodRow(
        "workload/privilege-escalation-not-disabled",
        "Container does not forbid its programs to gain privileges.",
        "Kubernetes allows it unless told otherwise: a set-user-id program in the image turns any user\ninto root.",
        "Set `allowPrivilegeEscalation: false`.",
        _not_disabled,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        linux=True,
        controls=(_CIS, _PSS, "NSA/pod-security"),
        bad=(
            in_container(
                "securityContext:  # ! does not forbid its programs\n  runAsNonRoot: true",
                fixed="securityContext:\n  runAsNonRoot: true\n  allowPrivilegeEscalation: false",
            ),
        ),
        good=(_SAFE,),
    ),
    PodRow(
        "workload/writable-root-filesystem",
        "Container can write its root file system.",
        "Whoever runs code in the container can change its programs and leave tools there, and both stay\n"
        "until it is replaced.",
        "Set `readOnlyRootFilesystem: true`, with an `emptyDir` where the program writes.",
        _writable,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        linux=True,
        controls=("NSA/immutable-container-file-systems", "MITRE/T1036"),
        bad=(
            in_container(
                "securityContext: {readOnlyRootFilesystem: false}  # ! can write its root file system",
                fixed="securityContext: {readOnlyRootFilesystem: true}",
            ),
            in_container(
                "securityContext:  # !\n  runAsNonRoot: true",
                fixed="securityContext:\n  runAsNonRoot: true\n  readOnlyRootFilesystem: true",
            ),
        ),
        good=(_SAFE,),
    ),
    PodRow(
        "workload/security-context-missing",
        "Container has no security settings at all.",
        "It runs as whatever its image says, with the default capabilities, a writable file system, any\n"
        "system call, and the right to gain more.",
        "Add a `securityContext` with what level restricted asks for, and take back what the program\n"
        "cannot do without.",
        _nothing,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        linux=True,
        controls=("CIS-1.12/5.6.3", "NSA/pod-security"),
        bad=(
            manifest(
                _BARE.format(mark="  # ! container 'app' of Pod 'web' has no security settings", fixed=""),
                fixed=_BARE.format(mark="", fixed=_BLOCK),
            ),
        ),
        good=(_SAFE, in_pod("securityContext: {runAsNonRoot: true}")),
    ),
    PodRow(
        "workload/windows-administrator",
        "Windows container runs as an administrator.",
        "An administrator of the container changes its programs and services, and every weakness that\n"
        "leads out of it counts for more.",
        "Set `windowsOptions.runAsUserName: ContainerUser`.",
        _administrator,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        mentions=("runAsUserName",),
        bad=(
            in_pod(
                "os: {name: windows}\nsecurityContext: {windowsOptions: {runAsUserName: "
                "ContainerAdministrator}}  # ! run as"
            ),
        ),
        good=(in_pod("os: {name: windows}\nsecurityContext: {windowsOptions: {runAsUserName: ContainerUser}}"),),
    ),
)
