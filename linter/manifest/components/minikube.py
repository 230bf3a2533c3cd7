"""minikube profiles: a cluster for tests, whose findings weigh less.

https://minikube.sigs.k8s.io/docs/handbook/config/#modifying-kubernetes-defaults
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.argv import canonical_name
from hullmark.linter.manifest.components.catalogue import fields
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.written import Written, always, value_word
from hullmark.linter.manifest.resource import Resource

_COMPONENTS = {
    "apiserver": "kube-apiserver",
    "controller-manager": "kube-controller-manager",
    "scheduler": "kube-scheduler",
    "etcd": "etcd",
    "kubelet": "kubelet",
    "proxy": "kube-proxy",
}


def minikube(resource: Resource) -> Iterator[Component]:
    """Components that extra options of a profile speak of."""
    grouped: dict[str, list[Written]] = {}
    settings = resource.cursor.get("KubernetesConfig")
    for option in settings.get("ExtraOptions").items():
        component = _COMPONENTS.get(option.get("Component").text or "")
        if component is None:
            continue
        key = option.get("Key").text or ""
        word = value_word(option.get("Value"))
        grouped.setdefault(component, []).append((_name(component, key), Occurrence((word,), word, key, Carrier.FLAG)))
    for component, written in grouped.items():
        place = written[0][1].place
        targets = minors(resource.context, settings.get("KubernetesVersion").text or "")
        yield Component(
            component, written, always(place), place, Traits("minikube", False, targets, test=True), resource.context
        )


def _name(component: str, key: str) -> str:
    """A flag, or for the kubelet a field of its configuration."""
    if component == "kubelet":
        for name, path in fields(component, "kubelet_config").items():
            if ".".join(path) == key:
                return name
    return canonical_name(component, key)
