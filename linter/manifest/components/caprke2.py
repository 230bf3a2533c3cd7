"""RKE2 by Cluster API: the keys of its configuration file as fields of control planes and of machines' bootstraps.

https://caprke2.docs.rancher.com/ and the types in https://github.com/rancher/cluster-api-provider-rke2
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.forms import CONTROL_PLANE
from hullmark.linter.manifest.components.k3s import Layers, described
from hullmark.linter.manifest.components.mounts import Mount
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.written import value_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

_SERVER = {
    "kube-apiserver-arg": ("kubeAPIServer", "extraArgs"),
    "kube-controller-manager-arg": ("kubeControllerManager", "extraArgs"),
    "kube-scheduler-arg": ("kubeScheduler", "extraArgs"),
    "etcd-arg": ("etcd", "customConfig", "extraArgs"),
    "etcd-expose-metrics": ("etcd", "exposeMetrics"),
    "audit-policy-file": ("auditPolicySecret", "name"),
}
_AGENT = {
    "kubelet-arg": ("kubelet", "extraArgs"),
    "kube-proxy-arg": ("kubeProxy", "extraArgs"),
    "profile": ("cisProfile",),
    "protect-kernel-defaults": ("protectKernelDefaults",),
}
# Where the provider writes the policy, and the key of the Secret that holds it.
_POLICY = "/etc/rancher/rke2/audit-policy.yaml"
_KEY = "audit-policy.yaml"


def caprke2(resource: Resource) -> Iterator[Component]:
    """Components that an object of the provider speaks of."""
    spec = resource.cursor.get("spec")
    if resource.kind.endswith("Template"):
        spec = spec.get("template", "spec")
    machines = _Machines(resource, spec)
    policy = machines.get("audit-policy-file")
    for component in described(machines):
        yield _with_policy(component, policy) if component.name == "kube-apiserver" and policy.present else component


class _Machines(Layers):
    """An object of the provider, read as the configuration file that it becomes."""

    def __init__(self, resource: Resource, spec: Cursor) -> None:
        self.first = resource
        self.rke2 = True
        self.server = resource.group == CONTROL_PLANE
        self.version = spec.get("version").text or ""
        self._spec = spec
        self._values = {
            key: [value]
            for holder, fields in (("serverConfig", _SERVER), ("agentConfig", _AGENT))
            for key, path in fields.items()
            if (value := spec.get(holder, *path)).present
        }

    @property
    def place(self) -> Place:
        """Where what is missing points: the deepest key that is there."""
        return self._spec.get("serverConfig").place


def _with_policy(component: Component, name: Cursor) -> Component:
    """The same API server, which reads its policy from a file that the provider makes of a Secret."""
    word = value_word(name)
    policy = Occurrence((word.renamed(_POLICY),), word, "auditPolicySecret", Carrier.VARIABLE, word)
    written = [(each, policy if each == "audit-policy-file" else said) for each, said in component.written]
    made = component.rewritten(written, component.traits)
    made.mounts = partial(iter, (Mount(_POLICY, _KEY, "Secret", word.text),))
    return made
