"""What holds for a container after inheritance and defaults: values keep the place they come from."""

from __future__ import annotations

from hullmark.linter.manifest import capability
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import BoolField, IntField, StrField, StrListField
from hullmark.linter.manifest.security import AppArmorProfile, SeccompProfile, SELinuxOptions


class Effective:
    """Settings of one container, its own before the pod's.

    Each setting is shown where it is written, be it in the container or in the pod; where neither
    sets it, at the container's name. Properties that end in a plain value apply Kubernetes' defaults
    and give None where a template or an incomplete pod leaves the answer open.
    """

    __slots__ = ("_container", "_overlay", "_pod")

    def __init__(self, container: Cursor, pod: Cursor, overlay: bool) -> None:
        self._container = container
        self._pod = pod
        self._overlay = overlay

    def _pick(self, *names: str) -> Cursor:
        own = self._container.get("securityContext", *names)
        if own.present:
            return own
        inherited = self._pod.get("securityContext", *names)
        if inherited.present:
            return inherited
        at = self._container
        return Cursor(at.source, None, None, at.anchor, own.path, at.owner)

    @property
    def run_as_user(self) -> IntField:
        """User id."""
        return IntField(self._pick("runAsUser"))

    @property
    def run_as_group(self) -> IntField:
        """Group id."""
        return IntField(self._pick("runAsGroup"))

    @property
    def run_as_non_root(self) -> BoolField:
        """Whether the kubelet refuses to start the container as root."""
        return BoolField(self._pick("runAsNonRoot"))

    @property
    def seccomp_profile(self) -> SeccompProfile:
        """Seccomp profile, the container's as a whole before the pod's."""
        return SeccompProfile(self._pick("seccompProfile"))

    @property
    def app_armor_profile(self) -> AppArmorProfile:
        """AppArmor profile, the container's as a whole before the pod's."""
        return AppArmorProfile(self._pick("appArmorProfile"))

    @property
    def se_linux_options(self) -> SELinuxOptions:
        """SELinux label, the container's as a whole before the pod's."""
        return SELinuxOptions(self._pick("seLinuxOptions"))

    @property
    def host_process(self) -> BoolField:
        """Whether a Windows container is a process of the node; Windows options are merged field by field."""
        return BoolField(self._pick("windowsOptions", "hostProcess"))

    @property
    def run_as_user_name(self) -> StrField:
        """User name of a Windows container."""
        return StrField(self._pick("windowsOptions", "runAsUserName"))

    @property
    def privileged(self) -> bool | None:
        """Whether the container runs privileged."""
        return self._decided(BoolField(self._container.get("securityContext", "privileged")), unset=False)

    @property
    def allows_privilege_escalation(self) -> bool | None:
        """Whether a program may gain more rights than its parent: yes, unless that is forbidden.

        The API server refuses `false` beside `privileged: true` or SYS_ADMIN, so `false` is believed.
        """
        field = BoolField(self._container.get("securityContext", "allowPrivilegeEscalation"))
        return self._decided(field, unset=True)

    @property
    def read_only_root_filesystem(self) -> bool | None:
        """Whether the container's own file system is read-only."""
        return self._decided(BoolField(self._container.get("securityContext", "readOnlyRootFilesystem")), unset=False)

    @property
    def capabilities(self) -> frozenset[str] | None:
        """Capabilities that the container runs with, under containerd's defaults; names without `CAP_`."""
        if self._container.get("securityContext").absent:
            return None if self._overlay else capability.DEFAULT
        if self.privileged is None:
            return None
        if self.privileged:
            return capability.ALL
        at = self._container.get("securityContext", "capabilities")
        if at.absent and self._overlay:
            return None
        added, dropped = StrListField(at.get("add")), StrListField(at.get("drop"))
        if added.unknown or dropped.unknown:
            return None
        adds = {capability.normalised(name) for name in added.texts}
        drops = {capability.normalised(name) for name in dropped.texts}
        # The order of containerd and CRI-O: everything, nothing, then names added, then names dropped.
        held = capability.ALL if "ALL" in adds else capability.DEFAULT
        if "ALL" in drops:
            held = frozenset()
        return (held | (adds - {"ALL"})) - drops

    def _decided(self, field: BoolField, unset: bool) -> bool | None:
        if field.absent:
            return None if self._overlay else unset
        return field.value
