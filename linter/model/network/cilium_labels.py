"""Selectors of Cilium: labels with a source before a colon, and labels that Cilium derives.

https://docs.cilium.io/en/stable/security/policy/language/ and .../kubernetes/#namespaces
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.network.addresses import WHOLE
from hullmark.linter.model.network.peers import Addresses, Either, Everybody, Nobody, Nodes, Peers, Pods, SomeAddresses
from hullmark.linter.model.network.selection import ALL, EXISTS, IN, Selection, selection
from hullmark.linter.model.scope import NAME_LABEL

_SOURCES = ("k8s", "any", "cni", "container", "unspec")
_NAMESPACE = ("io.kubernetes.pod.namespace", "io.cilium.k8s.policy.namespace")
_NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
_ACCOUNT = "io.cilium.k8s.policy.serviceaccount"
_CLUSTER = "io.cilium.k8s.policy.cluster"


def entity(name: str) -> Peers:
    """Whom a well-known name means."""
    match name:
        case "all":
            return Everybody()
        case "world":
            return Addresses(WHOLE)
        case "world-ipv4":
            return Addresses(WHOLE[:1])
        case "world-ipv6":
            return Addresses(WHOLE[1:])
        case "cluster":
            return Either((Pods(), Nodes()))
        case "host" | "remote-node":
            return Nodes()
        case "kube-apiserver":
            return Either((Nodes(known=False), SomeAddresses()))
    return Nobody()


def endpoints(at: Cursor, namespace: str) -> Peers:
    """Whom an endpoint selector of a peer means, in a policy of `namespace` (empty: of the cluster)."""
    found = selection(LabelSelector(at))
    reserved = _reserved(found)
    if reserved is not None:
        return reserved
    pods, spaces = divided(found)
    if spaces is None and namespace:
        return Pods(pods, namespace=namespace)
    return Pods(pods, namespaces=spaces or ALL)


def subject(at: Cursor, namespace: str) -> Peers:
    """Whom a policy selects."""
    pods, spaces = divided(selection(LabelSelector(at)))
    if namespace:
        return Pods(pods, namespace=namespace)
    return Pods(pods, namespaces=spaces or ALL)


def divided(found: Selection) -> tuple[Selection, Selection | None]:
    """Conditions on pods, and on their namespaces; None where namespaces are not mentioned."""
    pods, spaces, mentioned = [], [], False
    for demand in found.demands:
        _, key = _split(demand.key)
        if key in _NAMESPACE:
            mentioned = True
            spaces.append(demand.on(NAME_LABEL))
        elif key.startswith(_NAMESPACE_LABELS):
            mentioned = True
            spaces.append(demand.on(key.removeprefix(_NAMESPACE_LABELS)))
        elif key == _ACCOUNT:
            pods.append(demand.on("\0account"))
        elif key != _CLUSTER:
            pods.append(demand.on(key))
    own = Selection(tuple(pods), found.readable)
    return own, Selection(tuple(spaces), found.readable) if mentioned else None


def _split(key: str) -> tuple[str, str]:
    """Source and key: `k8s:app` is label `app`. Dots belong to the key: Cilium writes `k8s.app` only to itself."""
    source, colon, rest = key.partition(":")
    return (source, rest) if colon else ("any", key)


def _reserved(found: Selection) -> Peers | None:
    """Whom labels of source `reserved` mean, None where there are none."""
    parts = list(_reserved_parts(found))
    return Either(tuple(parts)) if parts else None


def _reserved_parts(found: Selection) -> Iterator[Peers]:
    for demand in found.demands:
        source, name = _split(demand.key)
        if source == "reserved" and demand.operator in (IN, EXISTS):
            yield entity(name)
        elif source not in (*_SOURCES, "reserved"):
            yield Nobody()
