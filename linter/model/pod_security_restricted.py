"""Checks that level restricted adds to baseline."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.context import Minor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.model.pod_security_baseline import GOOD_PROFILES, added, contexts, unmasked_proc
from hullmark.linter.model.pod_violation import Violation

ALLOWED_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_RULES = {"hostPath": "host-path-volume", "gitRepo": "git-repo-volume"}


def volumes(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Volumes of other types than the API's own, claims and CSI; one without a source becomes an emptyDir.

    Images came to every version of the standard with the API server of 1.33:
    https://github.com/kubernetes/kubernetes/pull/130394
    """
    allowed = ALLOWED_VOLUMES if pod.resource.context.at_least(1, 33) else ALLOWED_VOLUMES - {"image"}
    for volume in pod.volumes:
        for name, source in volume.sources:
            if name not in allowed:
                rule = _RULES.get(name, "volume-type-not-restricted")
                yield Violation(rule, source.key_place, "{} of {} is of type {}", (volume, pod, name))


def privilege_escalation(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Privilege escalation that is not forbidden."""
    if _exempt(pod, version):
        return
    for container in pod.containers:
        field = container.allow_privilege_escalation
        if field.is_true:
            wording = "{.described} allows privilege escalation"
            yield Violation("privilege-escalation-enabled", field, wording, (container,), container)
        elif container.lacks(field):
            wording = "{.described} does not forbid privilege escalation"
            yield Violation("privilege-escalation-not-disabled", field, wording, (container,), container)


def non_root(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """`runAsNonRoot` that is false anywhere, or not set; user namespaces need it no more since 1.35."""
    if _in_user_namespace(pod, version):
        return
    inherited = pod.security_context.run_as_non_root
    if inherited.is_false:
        yield Violation("root-user", inherited, "{} sets runAsNonRoot to false", (pod,))
    for container in pod.containers:
        own = container.security_context.run_as_non_root
        if own.is_false:
            yield Violation("root-user", own, "{.described} sets runAsNonRoot to false", (container,), container)
        elif container.lacks(own) and not inherited.is_true and not inherited.unknown:
            wording = "{.described} is not kept from running as root"
            yield Violation("non-root-not-enforced", container, wording, (container,), container)


def user(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """User 0 anywhere; inside a user namespace it is nobody since 1.35."""
    if _in_user_namespace(pod, version):
        return
    if pod.security_context.run_as_user.value == 0:
        yield Violation("root-user", pod.security_context.run_as_user, "{} sets runAsUser to 0", (pod,))
    for container in pod.containers:
        field = container.security_context.run_as_user
        if field.value == 0:
            yield Violation("root-user", field, "{.described} sets runAsUser to 0", (container,), container)


def seccomp(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Seccomp profiles that do not confine, and containers without any."""
    if _exempt(pod, version):
        return
    inherited = pod.security_context.seccomp_profile.type
    for at, container in contexts(pod):
        field = StrField(at.get("seccompProfile", "type"))
        if field.value is not None and field.value not in GOOD_PROFILES:
            about = (pod if container is None else container.described, field.value)
            yield Violation("seccomp-unconfined", field, "{} asks for seccomp profile {!r}", about, container)
        elif container is not None and container.lacks(field) and not _may_be_good(inherited):
            yield _unset(container)


def _may_be_good(profile: StrField) -> bool:
    return profile.unknown or profile.value in GOOD_PROFILES


def _unset(container: Container) -> Violation:
    return Violation(
        "seccomp-profile-missing", container, "{.described} has no seccomp profile", (container,), container
    )


def capabilities(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Capabilities that are not all dropped, and any that is added but NET_BIND_SERVICE."""
    if _exempt(pod, version):
        return
    for container in pod.containers:
        own = container.capabilities
        drops = {item.value for item in own.drop.items}
        if "ALL" not in drops and None not in drops and (own.drop.present or container.lacks(own.drop)):
            wording = "{.described} does not drop all capabilities"
            yield Violation("capabilities-not-dropped", own.drop, wording, (container,), container)
        for item in own.add.items:
            if item.value is not None and item.value != "NET_BIND_SERVICE":
                yield added(container, item.value, item.cursor)


def proc_mount(pod: PodSpec, version: Minor) -> Iterator[Violation]:
    """Unmasked /proc, in user namespaces too."""
    yield from unmasked_proc(pod)


def _exempt(pod: PodSpec, version: Minor) -> bool:
    """Windows knows none of these settings; only `os.name` tells, and only since 1.25."""
    system = pod.os_name
    return system.present and version >= (1, 25) and (system.value == "windows" or system.unknown)


def _in_user_namespace(pod: PodSpec, version: Minor) -> bool:
    """User 0 of a user namespace is nobody on the node: the standard asks for no more since 1.35."""
    users = pod.host_users
    return users.present and version >= (1, 35) and (users.is_false or users.unknown)
