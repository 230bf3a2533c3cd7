"""NetworkPolicies of Kubernetes itself.

https://kubernetes.io/docs/concepts/services-networking/network-policies/ and the comments of networking/v1 types.go,
version 1.34, which say what is absent, what is empty and what is invalid.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.network import NetworkPolicy, Peer, PolicyPort, TrafficRule
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.peers import Addresses, Everybody, Nobody, Peers, Pods
from hullmark.linter.model.network.policy import Action, Family, Policy, WrittenPeer, WrittenPort, WrittenRule
from hullmark.linter.model.network.ports import FIRST, LAST, WITH_PORTS, PortName, PortRange, Ports, whole
from hullmark.linter.model.network.selection import selection

DEFAULT_TIER_ORDER = 1_000_000.0
POLICY_ORDER = 1000.0
"""Where Calico puts these policies: https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy"""


def policies(bundle: Bundle) -> Iterator[Policy]:
    """Every NetworkPolicy of the bundle, in file order."""
    for policy in bundle.each(NetworkPolicy):
        yield _policy(policy, bundle.namespace_of(policy).name)


def _policy(policy: NetworkPolicy, namespace: str) -> Policy:
    isolates = policy.isolates_ingress, policy.isolates_egress
    return Policy(
        policy,
        Family.KUBERNETES,
        namespace,
        policy.pod_selector.cursor,
        Pods(selection(policy.pod_selector), namespace=namespace),
        (
            _rules(policy.ingress, namespace) if isolates[0] is not False else (),
            _rules(policy.egress, namespace) if isolates[1] is not False else (),
        ),
        (isolates[0] is True, isolates[1] is True),
        uncertain=None in isolates,
        tier="default",
        tier_order=DEFAULT_TIER_ORDER,
        order=POLICY_ORDER,
    )


def _rules(rules: tuple[TrafficRule, ...], namespace: str) -> tuple[WrittenRule, ...]:
    return tuple(_rule(rule, namespace) for rule in rules)


def _rule(rule: TrafficRule, namespace: str) -> WrittenRule:
    if rule.any_peer:
        peers: tuple[WrittenPeer, ...] = (WrittenPeer(rule.cursor, Everybody()),)
    else:
        peers = tuple(WrittenPeer(peer.cursor, peers_of(peer, namespace)) for peer in rule.peers)
    ports = None if rule.any_port else tuple(WrittenPort(port.cursor, ports_of(port)) for port in rule.ports)
    return WrittenRule(rule.cursor, Action.ALLOW, peers, ports)


def peers_of(peer: Peer, namespace: str) -> Peers:
    """Whom one item of `from` or `to` means. The API server refuses an address block beside a selector."""
    pods, spaces, address = peer.pod_selector, peer.namespace_selector, peer.ip_block
    if address.present:
        if pods.present or spaces.present:
            return Nobody()
        cidr = address.cidr.value
        found = None if cidr is None else block(cidr)
        if found is None:
            return Nobody(hidden=address.cidr.templated)
        excepted = tuple(each for text in address.exceptions.texts if (each := block(text)) is not None)
        return Addresses((found,), excepted, nodes=True)
    labels = selection(pods)
    if spaces.present:
        return Pods(labels, namespaces=selection(spaces))
    return Pods(labels, namespace=namespace) if pods.present else Nobody()


def ports_of(port: PolicyPort) -> Ports:
    """What one item of `ports` means; nothing where the API server refuses it."""
    transport, number, end = port.transport, port.port.value, port.end_port
    if port.protocol.templated or port.port.templated or end.templated:
        return Ports(hidden=True)
    if transport not in WITH_PORTS:
        return Ports()
    if port.port.absent:
        return Ports((whole(transport),)) if end.absent else Ports()
    if isinstance(number, str):
        return Ports(names=(PortName(transport, number),)) if end.absent else Ports()
    last = number if end.absent else end.value
    if number is None or last is None or not FIRST <= number <= last <= LAST:
        return Ports()
    return Ports((PortRange(transport, number, last),))
