"""k3s and RKE2: one configuration file for all components, with built-in values that user values replace or join.

https://docs.k3s.io/installation/configuration and https://docs.rke2.io/install/configuration
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from posixpath import normpath
from typing import TypeVar

from hullmark.linter.manifest.components.catalogue import SET
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.forms import RANCHER_FILE, RKE2
from hullmark.linter.manifest.components.mounts import Mount
from hullmark.linter.manifest.components.rancher import ARGUMENTS
from hullmark.linter.manifest.components.setting import Carrier
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.word import scalar_word
from hullmark.linter.manifest.components.written import Written, always, field, from_assignments, meant, words
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

T = TypeVar("T")
"""Where the products read their configuration: a file, and a folder of files that are merged over it by name."""
RKE2_ONLY = frozenset({"profile", "cni", "audit-policy-file", "pod-security-admission-config-file"})
SERVER_ONLY = frozenset(
    {
        "write-kubeconfig-mode",
        "tls-san",
        "cluster-init",
        "disable",
        "secrets-encryption",
        "datastore-endpoint",
        "etcd-expose-metrics",
        "enable-pprof",
        "disable-network-policy",
        "kube-apiserver-arg",
        "kube-controller-manager-arg",
        "kube-scheduler-arg",
        "etcd-arg",
        "cluster-cidr",
        "service-cidr",
        "agent-token",
        "audit-policy-file",
        "pod-security-admission-config-file",
    }
)
KEYS = (
    SERVER_ONLY
    | RKE2_ONLY
    | {
        "server",
        "token",
        "token-file",
        "node-label",
        "node-taint",
        "profile",
        "selinux",
        "protect-kernel-defaults",
        "kubelet-arg",
        "kube-proxy-arg",
    }
)


class Layers:
    """A configuration file with the fragments that are merged over it, in order; `files` are paths with documents.

    A key replaces the earlier one, `key+` appends to it:
    https://docs.k3s.io/installation/configuration#multiple-configuration-files
    """

    version = ""
    """The release that the configuration is for, where it says that."""

    def __init__(self, files: Sequence[tuple[str, Resource]]) -> None:
        self.first = files[0][1]
        self.rke2 = self.first.kind == RKE2
        self._values: dict[str, list[Cursor]] = {}
        for _, document in files:
            for key, value in document.cursor.entries():
                plain = key.removesuffix("+")
                if plain == key or plain not in self._values:
                    self._values[plain] = []
                self._values[plain].append(value)
        self.server = bool(SERVER_ONLY & self._values.keys()) and not is_fragment(files[0][0])

    def every(self, key: str) -> Sequence[Cursor]:
        """What is joined under a key."""
        return self._values.get(key, ())

    def get(self, key: str) -> Cursor:
        """The value of a key that takes one: the last."""
        every = self.every(key)
        return every[-1] if every else self.first.cursor.get(key)

    @property
    def place(self) -> Place:
        """The first key: where what is missing points."""
        cursor = self.first.cursor
        return next((value for _, value in cursor.entries()), cursor).key_place


def configurations(named: Iterable[tuple[str, T]]) -> list[tuple[tuple[str, T], ...]]:
    """Files by their paths: each configuration, then its fragments in the order of their names."""
    found: dict[str, list[tuple[str, T]]] = {}
    for path, thing in named:
        found.setdefault(home(path), []).append((path, thing))
    return [tuple(sorted(each, key=lambda pair: pair[0].encode("utf-8", "surrogateescape"))) for each in found.values()]


def home(path: str) -> str:
    """The path of the configuration to which a file belongs."""
    match = RANCHER_FILE.search(path)
    return path.removesuffix(match[2] or "") if match is not None else path


def k3s(resource: Resource) -> Iterator[Component]:
    """Components that a k3s or RKE2 configuration file speaks of."""
    return described(Layers([(resource.cursor.source.path, resource)]))


def described(layers: Layers) -> Iterator[Component]:
    """Components that a configuration speaks of, with its fragments."""
    resource = layers.first
    conditions = frozenset(_conditions(layers))
    targets = minors(resource.context, layers.version)
    for key, name in ARGUMENTS.items():
        written = [each for cursor in layers.every(key) for each in _arguments(name, cursor)]
        written += _switches(name, layers)
        if not written and not (name == "kube-apiserver" and layers.server):
            continue
        parent = layers.get(key)
        place = parent.key_place if parent.present else layers.place
        traits = Traits("rke2" if layers.rke2 else "k3s", False, targets, conditions=conditions)
        made = Component(name, written, always(place), place, traits, resource.context)
        made.mounts = partial(_mounts, layers.every(f"{name}-extra-mount"))
        yield made


def _mounts(listed: Sequence[Cursor]) -> Iterator[Mount]:
    """`host:container[:ro]`: what RKE2 mounts into its static pods.

    https://docs.rke2.io/advanced#extra-control-plane-component-volume-mounts
    """
    for cursor in listed:
        single = scalar_word(cursor)
        for word in [single] if single is not None else words(cursor.items()):
            host, _, rest = word.text.partition(":")
            path = rest.partition(":")[0]
            if host and path:
                yield Mount(normpath(path), host, host=True)


def is_fragment(path: str) -> bool:
    """Whether a file is one of several that make a configuration together: what it leaves out says nothing."""
    match = RANCHER_FILE.search(path)
    return match is not None and bool(match[2])


def _conditions(layers: Layers) -> Iterator[str]:
    """Texts of `when` in the table that hold for this configuration."""
    hardened = (layers.get("profile").text or "").startswith("cis")
    if layers.server:
        yield "server configuration"
    if hardened:
        yield "profile: cis"
    if hardened or layers.get("audit-policy-file").present:
        yield "profile: cis, or audit-policy-file set"


def _arguments(name: str, cursor: Cursor) -> list[Written]:
    single = scalar_word(cursor)
    return from_assignments(name, [single] if single is not None else words(cursor.items()))


def _switches(name: str, layers: Layers) -> Iterator[Written]:
    """Keys of the product that stand for a setting of a component."""
    match name:
        case "kube-apiserver":
            yield from field(name, "audit-policy-file", layers.get("audit-policy-file"), Carrier.VARIABLE)
            encrypted = layers.get("secrets-encryption")
            if encrypted.truth is not None:
                value = SET if encrypted.truth else None
                yield "encryption-provider-config", meant(encrypted, value)
            endpoint = layers.get("datastore-endpoint")
            if (endpoint.text or "").startswith(("http://", "https://")):
                yield from field(name, "etcd-servers", endpoint, Carrier.VARIABLE)
        case "kubelet":
            yield from field(name, "protect-kernel-defaults", layers.get("protect-kernel-defaults"), Carrier.VARIABLE)
        case "etcd":
            metrics = layers.get("etcd-expose-metrics")
            if metrics.truth:
                yield "listen-metrics-urls", meant(metrics, ("http://0.0.0.0:2381",))
