"""minikube, its profiles and command lines: a cluster for tests, whose findings weigh less.

https://minikube.sigs.k8s.io/docs/handbook/config/#modifying-kubernetes-defaults
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hullmark.linter.manifest.components.argv import canonical_name
from hullmark.linter.manifest.components.catalogue import fields
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.components.written import Written, always, value_word
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.resource import Resource

_OPTIONS = frozenset({"--extra-config", "--kubernetes-version"})
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
    yield from _described(grouped, resource.context, settings.get("KubernetesVersion").text or "")


def started(words: Sequence[Word], context: Context) -> Iterator[Component]:
    """Components that `minikube start --extra-config=component.key=value` speaks of."""
    if not words or words[0].text.rpartition("/")[2] != "minikube":
        return
    grouped: dict[str, list[Written]] = {}
    version = ""
    for index, word in enumerate(words):
        name, equals, _ = word.text.partition("=")
        value = word.part(len(name) + 1, len(word.text)) if equals else None
        if value is None and name in _OPTIONS and index + 1 < len(words):
            value = words[index + 1]
        if value is None or name not in _OPTIONS:
            continue
        if name == "--kubernetes-version":
            version = value.text
            continue
        short, _, rest = value.text.partition(".")
        key, assigned, _ = rest.partition("=")
        component = _COMPONENTS.get(short)
        if component is not None and assigned:
            text = value.part(len(short) + len(key) + 2, len(value.text)).labelled(f"--{key}")
            written = _name(component, key), Occurrence((text,), text, key, Carrier.FLAG)
            grouped.setdefault(component, []).append(written)
    yield from _described(grouped, context, version)


def _described(grouped: Mapping[str, list[Written]], context: Context, version: str) -> Iterator[Component]:
    targets = minors(context, version)
    for component, written in grouped.items():
        place = written[0][1].place
        traits = Traits("minikube", False, targets, test=True)
        yield Component(component, written, always(place), place, traits, context)


def _name(component: str, key: str) -> str:
    """A flag, or for the kubelet a field of its configuration."""
    if component == "kubelet":
        for name, path in fields(component, "kubelet_config").items():
            if ".".join(path) == key:
                return name
    return canonical_name(component, key)
