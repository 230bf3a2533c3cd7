"""kubespray variables: explicit values only, since role defaults may be overridden elsewhere.

https://github.com/kubernetes-sigs/kubespray/blob/master/docs/ansible/vars.md
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hullmark.linter.manifest.components.aliases import Alias, aliases
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.setting import Carrier
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.written import (
    Written,
    always,
    extra_args,
    field,
    fields,
    from_argv,
    meant,
    words,
)
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource

_COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
_EXTRA = {
    "kube_kubeadm_apiserver_extra_args": "kube-apiserver",
    "kube_kubeadm_controller_extra_args": "kube-controller-manager",
    "kube_kubeadm_scheduler_extra_args": "kube-scheduler",
}
_OTHERS = (
    *("kubelet_custom_flags", "kubelet_config_extra_args", "kube_encryption_algorithm", "kubeadm_certificate_key"),
    *("kube_pod_security_use_default", "kube_pod_security_default_enforce"),
)


@cache
def variables() -> frozenset[str]:
    """Every variable that is read."""
    named = {alias.path[0] for name in _COMPONENTS for alias in aliases(name, "kubespray")}
    return frozenset(named | set(_EXTRA) | set(_OTHERS))


def kubespray(resource: Resource) -> Iterator[Component]:
    """Components that variables of an inventory speak of."""
    cursor = resource.cursor
    for name in _COMPONENTS:
        written = [each for alias in aliases(name, "kubespray") for each in _alias(name, alias, cursor)]
        for variable, component in _EXTRA.items():
            if component == name:
                written += extra_args(name, cursor.get(variable))
        if name == "kubelet":
            written += from_argv(name, words(cursor.get("kubelet_custom_flags").items()))[0]
            written += fields(name, cursor.get("kubelet_config_extra_args"), "kubelet_config")
        if written:
            place = cursor.place
            traits = Traits("kubespray", False, minors(resource.context, cursor.get("kube_version").text or ""))
            yield Component(name, written, always(place), place, traits, resource.context)


def _alias(name: str, alias: Alias, root: Cursor) -> Iterator[Written]:
    at = root.get(alias.path[0])
    if at.absent:
        return
    if not alias.means:
        yield from field(name, alias.setting, at, Carrier.VARIABLE)
        return
    wanted, value = alias.means[0]
    said = {"true": True, "false": False}.get((at.text or "").lower())
    if value is None:
        # A variable of which one value changes nothing.
        if said is not wanted:
            yield from field(name, alias.setting, at, Carrier.VARIABLE)
    elif said is wanted:
        yield alias.setting, meant(at, value)
    elif said is False and not _also_set(alias, root):
        yield alias.setting, meant(at, None)


def _also_set(alias: Alias, root: Cursor) -> bool:
    """`kubernetes_audit: false` beside a webhook still has a policy."""
    return alias.setting == "audit-policy-file" and root.get("kubernetes_audit_webhook").text == "true"
