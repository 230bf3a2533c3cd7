"""k3s and RKE2: one configuration file for all components, with built-in values that user values replace or join.

https://docs.k3s.io/installation/configuration and https://docs.rke2.io/install/configuration
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.components.catalogue import SET
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.rancher import ARGUMENTS
from hullmark.linter.manifest.components.setting import Carrier
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.word import scalar_word
from hullmark.linter.manifest.components.written import Written, always, field, from_assignments, meant, words
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource

K3S = "k3s configuration"
RKE2 = "RKE2 configuration"
PRODUCT = re.compile(r"(?:^|/)(?:etc/)?rancher/(k3s|rke2)/config\.yaml(\.d/[^/]+\.yaml)?$")
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


def k3s(resource: Resource) -> Iterator[Component]:
    """Components that a k3s or RKE2 configuration file speaks of."""
    cursor = resource.cursor
    keys = [key.rstrip("+") for key, _ in cursor.entries()]
    rke2 = resource.kind == RKE2
    first = next((value for _, value in cursor.entries()), cursor)
    server = bool(SERVER_ONLY & set(keys)) and not is_fragment(cursor.source.path)
    conditions = set(_conditions(cursor, server))
    for key, name in ARGUMENTS.items():
        written = [each for spelled in (key, f"{key}+") for each in _arguments(name, cursor.get(spelled))]
        written += _switches(name, cursor)
        if not written and not (name == "kube-apiserver" and server):
            continue
        parent = cursor.get(key)
        place = parent.key_place if parent.present else first.key_place
        traits = Traits("rke2" if rke2 else "k3s", False, minors(resource.context), conditions=frozenset(conditions))
        yield Component(name, written, always(place), place, traits, resource.context)


def is_fragment(path: str) -> bool:
    """Whether a file is one of several that make a configuration together: what it leaves out says nothing."""
    match = PRODUCT.search(path)
    return match is not None and bool(match[2])


def _conditions(cursor: Cursor, server: bool) -> Iterator[str]:
    """Texts of `when` in the table that hold for this file."""
    hardened = (cursor.get("profile").text or "").startswith("cis")
    if server:
        yield "server configuration"
    if hardened:
        yield "profile: cis"
    if hardened or cursor.get("audit-policy-file").present:
        yield "profile: cis, or audit-policy-file set"


def _arguments(name: str, cursor: Cursor) -> list[Written]:
    single = scalar_word(cursor)
    return from_assignments(name, [single] if single is not None else words(cursor.items()))


def _switches(name: str, cursor: Cursor) -> Iterator[Written]:
    """Keys of the product that stand for a setting of a component."""
    match name:
        case "kube-apiserver":
            yield from field(name, "audit-policy-file", cursor.get("audit-policy-file"), Carrier.VARIABLE)
            encrypted = cursor.get("secrets-encryption")
            if encrypted.text in ("true", "false"):
                value = SET if encrypted.text == "true" else None
                yield "encryption-provider-config", meant(encrypted, value)
            endpoint = cursor.get("datastore-endpoint")
            if (endpoint.text or "").startswith(("http://", "https://")):
                yield from field(name, "etcd-servers", endpoint, Carrier.VARIABLE)
        case "kubelet":
            yield from field(name, "protect-kernel-defaults", cursor.get("protect-kernel-defaults"), Carrier.VARIABLE)
        case "etcd":
            metrics = cursor.get("etcd-expose-metrics")
            if metrics.text == "true":
                yield "listen-metrics-urls", meant(metrics, ("http://0.0.0.0:2381",))
