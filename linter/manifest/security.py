"""Security contexts of pods and containers, and what they consist of."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.view import Any, Bool, Int, Many, One, Str, StrList, View

SECCOMP_DEFAULT = "seccomp-default"
"""The circumstance that every kubelet confines what says nothing:
https://kubernetes.io/docs/tutorials/security/seccomp/#enable-runtimedefault-as-default
"""
_CORE = "io.k8s.api.core.v1."


class Capabilities(View):
    """Linux capabilities that a container gains and loses."""

    schema = _CORE + "Capabilities"

    add = StrList("add")
    drop = StrList("drop")

    def added(self, *names: str) -> Iterator[StrField]:
        """Entries of `add` that are one of `names`; compared as the API writes them, with `CAP_` allowed in front."""
        wanted = frozenset(names)
        for item in self.add.items:
            if item.value is not None and item.value.removeprefix("CAP_") in wanted:
                yield item

    @property
    def drops_all(self) -> bool:
        """Whether `ALL` is dropped; to the API server `all` is another string, though runtimes accept it."""
        return self.drop.find("ALL") is not None


class SeccompProfile(View):
    """Which system calls a container may use."""

    schema = _CORE + "SeccompProfile"

    type = Str("type")
    localhost_profile = Str("localhostProfile")


class AppArmorProfile(View):
    """Which AppArmor profile confines a container."""

    schema = _CORE + "AppArmorProfile"

    type = Str("type")
    localhost_profile = Str("localhostProfile")


class SELinuxOptions(View):
    """The SELinux label of a container."""

    schema = _CORE + "SELinuxOptions"

    user = Str("user")
    role = Str("role")
    type = Str("type")
    level = Str("level")


class WindowsOptions(View):
    """What Windows needs to know about a container."""

    schema = _CORE + "WindowsSecurityContextOptions"

    host_process = Bool("hostProcess")
    run_as_user_name = Str("runAsUserName")
    gmsa_credential_spec = Str("gmsaCredentialSpec")
    gmsa_credential_spec_name = Str("gmsaCredentialSpecName")


class SecurityContext(View):
    """`securityContext` of a container."""

    schema = _CORE + "SecurityContext"

    privileged = Bool("privileged")
    allow_privilege_escalation = Bool("allowPrivilegeEscalation")
    read_only_root_filesystem = Bool("readOnlyRootFilesystem")
    proc_mount = Str("procMount")
    run_as_user = Int("runAsUser")
    run_as_group = Int("runAsGroup")
    run_as_non_root = Bool("runAsNonRoot")
    capabilities = One(Capabilities, "capabilities")
    seccomp_profile = One(SeccompProfile, "seccompProfile")
    app_armor_profile = One(AppArmorProfile, "appArmorProfile")
    se_linux_options = One(SELinuxOptions, "seLinuxOptions")
    windows_options = One(WindowsOptions, "windowsOptions")


class Sysctl(View):
    """One kernel parameter of a pod."""

    schema = _CORE + "Sysctl"

    name = Str("name")
    value = Str("value")


class PodSecurityContext(View):
    """`securityContext` of a pod: what its containers inherit, and what only a pod has."""

    schema = _CORE + "PodSecurityContext"

    run_as_user = Int("runAsUser")
    run_as_group = Int("runAsGroup")
    run_as_non_root = Bool("runAsNonRoot")
    fs_group = Int("fsGroup")
    fs_group_change_policy = Str("fsGroupChangePolicy")
    supplemental_groups = Any("supplementalGroups")
    supplemental_groups_policy = Str("supplementalGroupsPolicy")
    se_linux_change_policy = Str("seLinuxChangePolicy")
    sysctls = Many(Sysctl, "sysctls")
    seccomp_profile = One(SeccompProfile, "seccompProfile")
    app_armor_profile = One(AppArmorProfile, "appArmorProfile")
    se_linux_options = One(SELinuxOptions, "seLinuxOptions")
    windows_options = One(WindowsOptions, "windowsOptions")
