"""AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1) and ClusterNetworkPolicy (v1alpha2): tiers above and below.

https://network-policy-api.sigs.k8s.io/api-overview/; KEP-2091. Peers that nobody knows fail closed, as the API
demands of implementations: a rule that accepts matches nothing, one that denies or passes denies everything.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import integer
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.peers import Addresses, Everybody, Nobody, Nodes, Peers, Pods, SomeAddresses
from hullmark.linter.model.network.policy import Action, Family, Policy, WrittenPeer, WrittenPort, WrittenRule
from hullmark.linter.model.network.ports import FIRST, LAST, WITH_PORTS, PortName, PortRange, Ports, whole
from hullmark.linter.model.network.selection import selection
from hullmark.linter.model.network.universe import Direction

GROUP = "policy.networking.k8s.io"
KINDS = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")
LOWEST = 1000
_ACTIONS = {"Allow": Action.ALLOW, "Accept": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}
# Where Calico puts these tiers: https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy
_CALICO_TIERS = {Family.ADMIN: ("kube-admin", 1_000.0), Family.BASELINE: ("kube-baseline", 10_000_000.0)}


def policies(bundle: Bundle) -> Iterator[Policy]:
    """Every policy of these kinds, kind by kind, in file order."""
    for kind in KINDS:
        for resource in bundle.by_kind(GROUP, kind):
            yield _policy(resource)


def family(resource: Resource) -> Family:
    """The tier that the object belongs to."""
    if resource.kind == "BaselineAdminNetworkPolicy":
        return Family.BASELINE
    is_baseline = resource.cursor.get("spec", "tier").text == "Baseline"
    return Family.BASELINE if resource.kind == "ClusterNetworkPolicy" and is_baseline else Family.ADMIN


def _policy(resource: Resource) -> Policy:
    spec = resource.cursor.get("spec")
    own = family(resource)
    tier, order = _CALICO_TIERS[own]
    priority = integer(spec.get("priority"))
    subject = spec.get("subject")
    return Policy(
        resource,
        own,
        "",
        subject,
        _pods(subject) or Nobody(),
        (_rules(spec, Direction.INGRESS, "from"), _rules(spec, Direction.EGRESS, "to")),
        tier=tier,
        tier_order=order,
        tier_passes=True,
        order=float(LOWEST if priority is None else priority),
    )


def _pods(at: Cursor) -> Pods | None:
    """Pods of `namespaces` or `pods`, None where neither is written."""
    spaces, pods = at.get("namespaces"), at.get("pods")
    if spaces.is_mapping:
        return Pods(namespaces=selection(LabelSelector(spaces)))
    if pods.is_mapping:
        return Pods(
            selection(LabelSelector(pods.get("podSelector"))),
            namespaces=selection(LabelSelector(pods.get("namespaceSelector"))),
        )
    return None


def _rules(spec: Cursor, direction: Direction, peers: str) -> tuple[WrittenRule, ...]:
    return tuple(
        rule for item in spec.get(direction.word).items() if (rule := _rule(item, direction, peers)) is not None
    )


def _rule(item: Cursor, direction: Direction, field: str) -> WrittenRule | None:
    action = _ACTIONS.get(item.get("action").text or "")
    if action is None:
        return None
    peers = []
    for each in item.get(field).items():
        found = _peer(each, direction)
        if found is None and action is not Action.ALLOW:
            action, found = Action.DENY, Everybody()
        peers.append(WrittenPeer(each, found or Nobody()))
    return WrittenRule(item, action, tuple(peers), _ports(item))


def _peer(at: Cursor, direction: Direction) -> Peers | None:
    """Whom one item means, None where no field of it is known."""
    pods = _pods(at)
    if pods is not None:
        return pods
    if direction is Direction.EGRESS:
        if at.get("networks").is_sequence:
            blocks = tuple(each for item in at.get("networks").items() if (each := block(item.text or "")) is not None)
            return Addresses(blocks, pods=True, nodes=True)
        if at.get("nodes").is_mapping:
            return Nodes(known=LabelSelector(at.get("nodes")).is_empty)
        if at.get("domainNames").is_sequence:
            return SomeAddresses()
    return None


def _ports(rule: Cursor) -> tuple[WrittenPort, ...] | None:
    """Ports in either version's form; None where all are meant."""
    old, new = rule.get("ports"), rule.get("protocols")
    items = [WrittenPort(item, _old_port(item)) for item in old.items()]
    items += [WrittenPort(item, _new_port(item)) for item in new.items()]
    return tuple(items) or None


def _old_port(item: Cursor) -> Ports:
    number, stretch, name = item.get("portNumber"), item.get("portRange"), item.get("namedPort").text
    if number.is_mapping:
        port = integer(number.get("port"))
        return _range(number.get("protocol").text or "TCP", port, port)
    if stretch.is_mapping:
        protocol = stretch.get("protocol").text or "TCP"
        return _range(protocol, integer(stretch.get("start")), integer(stretch.get("end")))
    return Ports(names=(PortName("", name),)) if name else Ports()


def _new_port(item: Cursor) -> Ports:
    name = item.get("destinationNamedPort").text
    if name:
        return Ports(names=(PortName("", name),))
    for protocol in WITH_PORTS:
        at = item.get(protocol.lower())
        if not at.is_mapping:
            continue
        port = at.get("destinationPort")
        if port.absent:
            return Ports((whole(protocol),))
        number = integer(port.get("number"))
        if number is not None:
            return _range(protocol, number, number)
        return _range(protocol, integer(port.get("range", "start")), integer(port.get("range", "end")))
    return Ports()


def _range(protocol: str, first: int | None, last: int | None) -> Ports:
    if protocol not in WITH_PORTS or first is None or last is None or not FIRST <= first <= last <= LAST:
        return Ports()
    return Ports((PortRange(protocol, first, last),))
