"""Users and groups that containers run as."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.fields import IntField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.rule import Hit, Option, Rule, because, in_container, in_pod, insert, manifest
from hullmark.linter.rule.pod_rows import PodRow, by_absence, by_value, named, pod_hit

_NON_ROOT = "PSS/restricted/runAsNonRoot"
_USER = "PSS/restricted/runAsUser"
_MINIMUM = 10000


def _in_user_namespace(pod: PodSpec) -> bool:
    """User 0 of a user namespace is nobody on the node (on by default since 1.33, beta since 1.30)."""
    return pod.host_users.is_false and pod.resource.context.at_least(1, 30)


def _contradiction(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    affected = [
        each
        for each in pod.containers
        if each.effective.run_as_non_root.is_true and each.effective.run_as_user.value == 0
    ]
    for field, heirs in by_value(affected, lambda each: each.effective.run_as_user):
        other = because(heirs[0].effective.run_as_non_root, "the kubelet is told to refuse root")
        message = f"{named(heirs)} of {pod} must not be root and must be user 0: the kubelet does not start it"
        yield pod_hit(rule, pod, field, message, other, containers=heirs)


def _root(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if _in_user_namespace(pod):
        return
    users = [each for each in pod.containers if each.effective.run_as_user.value == 0]
    allowed = [
        each for each in pod.containers if each.effective.run_as_non_root.is_false and each.effective.run_as_user.absent
    ]
    for field, heirs in by_value(users, lambda each: each.effective.run_as_user):
        message = f"{named(heirs)} of {pod} run{_s(heirs)} as root"
        yield pod_hit(rule, pod, field, message, containers=heirs, power="root", profile=_profile(heirs))
    for allows, heirs in by_value(allowed, lambda each: each.effective.run_as_non_root):
        message = f"{named(heirs)} of {pod} may run as root"
        yield pod_hit(rule, pod, allows, message, containers=heirs, power="root", profile=_profile(heirs))


def _s(heirs: list[Container]) -> str:
    return "s" if len(heirs) == 1 else ""


def _profile(heirs: list[Container]) -> Profile:
    """Containers that end before the work begins, or that a person adds, are not held to the default profile."""
    return Profile.DEFAULT if any(each.is_long_running for each in heirs) else Profile.STRICT


def _not_enforced(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if _in_user_namespace(pod):
        return
    lacking = [each for each in pod.containers if _is_open(each)]
    for thing, heirs in by_absence(pod, lacking):
        message = f"{named(heirs)} of {pod} {'are' if len(heirs) > 1 else 'is'} not kept from running as root"
        fix = insert(pod, "securityContext.runAsNonRoot", True) if thing is pod else None
        yield pod_hit(rule, pod, thing, message, containers=heirs, power="root", fix=fix)


def _is_open(container: Container) -> bool:
    said, user = container.effective.run_as_non_root, container.effective.run_as_user
    return not container.overlay and said.absent and (user.absent or user.value == 0)


def _low_user(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    yield from _low(rule, pod, lambda each: each.effective.run_as_user, "user")


def _low_group(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    yield from _low(rule, pod, lambda each: each.effective.run_as_group, "group")


def _low(rule: Rule[PodSpec], pod: PodSpec, field: Callable[[Container], IntField], what: str) -> Iterator[Hit]:
    minimum = rule.number(pod.resource.context, "minimum")
    affected = [each for each in pod.containers if 0 < (field(each).value or 0) < minimum]
    for found, heirs in by_value(affected, field):
        message = f"{named(heirs)} of {pod} run{_s(heirs)} as {what} {found.value}, which the node may use itself"
        yield pod_hit(rule, pod, found, message, containers=heirs)


def _root_group(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.resource.group.endswith("openshift.io"):
        return
    affected = [each for each in pod.containers if each.effective.run_as_group.value == 0]
    for field, heirs in by_value(affected, lambda each: each.effective.run_as_group):
        yield pod_hit(rule, pod, field, f"{named(heirs)} of {pod} run{_s(heirs)} in group 0", containers=heirs)
    shared = [pod.security_context.fs_group, *map(IntField, pod.security_context.supplemental_groups.cursor.items())]
    for group in shared:
        if group.value == 0:
            yield pod_hit(rule, pod, group, f"{pod} adds group 0 to its containers")


_SAFE = in_container("securityContext: {runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001}")
_TWO = """
    securityContext: {{{pod}}}{mark}
    initContainers:
      - name: proxy
        image: registry.example/proxy:1.0.0
        restartPolicy: Always
"""

_OPEN = """\
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:{mark}
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
{fixed}"""
_MIXED = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
    - name: wait  # ! init container 'wait' of Pod 'web' is not
      image: registry.example/wait:1.0.0
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
      securityContext: {runAsUser: 10001}
"""

RULES = (
    PodRow(
        "workload/non-root-with-root-user",
        "Container must not be root and must be user 0.",
        "The kubelet refuses to start the container. What follows in a hurry is that the check is removed,\n"
        "and the container runs as root.",
        "Give `runAsUser` a user that is not 0, or remove it where the image names one.",
        _contradiction,
        severity=Severity.MEDIUM,
        linux=True,
        controls=(_USER,),
        mentions=("runAsUser",),
        bad=(in_container("securityContext: {runAsNonRoot: true, runAsUser: 0}  # ! the kubelet does not start it"),),
        good=(_SAFE,),
    ),
    PodRow(
        "workload/root-user",
        "Container runs as root.",
        "Root in the container is root of the node once it gets out: every weakness of the kernel or the\n"
        "runtime counts for more, and files of mounted volumes are open to it.",
        "Set `runAsNonRoot: true` and a `runAsUser` other than 0; or `hostUsers: false`, which makes root\n"
        "of the container nobody on the node.",
        _root,
        severity=Severity.MEDIUM,
        linux=True,
        controls=("CIS-1.12/5.2.7", _NON_ROOT, _USER, "NSA/non-root-containers", "MITRE/T1611"),
        mentions=("runAsUser", "runAsNonRoot"),
        bad=(
            in_container("securityContext: {runAsUser: 0}  # ! container 'app' of Pod 'web' runs as root"),
            in_pod("securityContext: {runAsNonRoot: false}  # ! may run as root"),
            in_pod(_TWO.format(pod="runAsUser: 0", mark="  # ! containers 'proxy', 'app' of Pod 'web' run as root")),
        ),
        good=(
            _SAFE,
            in_pod("hostUsers: false\nsecurityContext: {runAsUser: 0}"),
            in_pod("os: {name: windows}\nsecurityContext: {runAsUser: 0}"),
        ),
    ),
    PodRow(
        "workload/non-root-not-enforced",
        "Container is not kept from running as root.",
        "Which user runs is left to the image: it may be root today, or after the next build.",
        "Set `securityContext.runAsNonRoot: true` for the pod. The kubelet then refuses images that would\n"
        "run as root.",
        _not_enforced,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        linux=True,
        controls=("CIS-1.12/5.2.7", _NON_ROOT, "NSA/non-root-containers"),
        bad=(
            manifest(
                _OPEN.format(mark="  # ! container 'app' of Pod 'web' is not kept from running as root", fixed=""),
                fixed=_OPEN.format(mark="", fixed="  securityContext:\n    runAsNonRoot: true\n"),
            ),
            manifest(_MIXED),
        ),
        good=(_SAFE, in_pod("hostUsers: false")),
    ),
    PodRow(
        "workload/low-user-id",
        "Container runs as a user that nodes use themselves.",
        "User ids below 10000 belong to services and people of the node: out of the container, the process\n"
        "has their files.",
        "Choose a `runAsUser` of 10000 or more, or isolate users with `hostUsers: false`.",
        _low_user,
        severity=Severity.INFO,
        profile=Profile.ALL,
        options=(Option("minimum", _MINIMUM, "The lowest user id that is not reported."),),
        mentions=("runAsUser",),
        bad=(in_container("securityContext: {runAsUser: 1000}  # ! runs as user 1000"),),
        good=(_SAFE,),
    ),
    PodRow(
        "workload/root-group",
        "Container belongs to group 0.",
        "Files that are open to the root group, of the image, of volumes and beyond the container, can be\n"
        "read and often written.",
        "Set `runAsGroup` and `fsGroup` to a group of the program's own.",
        _root_group,
        severity=Severity.LOW,
        profile=Profile.ALL,
        controls=("NSA/pod-security",),
        mentions=("runAsGroup", "fsGroup", "supplementalGroups"),
        bad=(
            in_container("securityContext: {runAsGroup: 0}  # ! runs in group 0"),
            in_pod("securityContext: {fsGroup: 0}  # ! adds group 0"),
            in_pod("securityContext: {supplementalGroups: [4, 0]}  # ! adds group 0"),
        ),
        good=(_SAFE,),
    ),
    PodRow(
        "workload/low-group-id",
        "Container runs in a group that nodes use themselves.",
        "Group ids below 10000 belong to the node: `docker`, `disk`, `shadow`. Out of the container, the\n"
        "process has their files.",
        "Choose a `runAsGroup` of 10000 or more.",
        _low_group,
        severity=Severity.INFO,
        profile=Profile.ALL,
        options=(Option("minimum", _MINIMUM, "The lowest group id that is not reported."),),
        mentions=("runAsGroup",),
        bad=(in_container("securityContext: {runAsGroup: 999}  # ! runs as group 999"),),
        good=(_SAFE,),
    ),
)
