"""NetworkPolicies as written, with the meaning of what is absent.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.manifest.view import Int, IntOrStr, Many, One, Str, StrList, View

_API = "io.k8s.api.networking.v1."


class IpBlock(View):
    """A range of addresses with holes."""

    schema = _API + "IPBlock"

    cidr = Str("cidr")
    exceptions = StrList("except")


class Peer(View):
    """One item of `from` or `to`: selectors in one item must both hold; a null selector is no selector."""

    schema = _API + "NetworkPolicyPeer"

    pod_selector = One(LabelSelector, "podSelector")
    namespace_selector = One(LabelSelector, "namespaceSelector")
    ip_block = One(IpBlock, "ipBlock")

    @property
    def is_everywhere(self) -> bool:
        """Whether the item names all pods of all namespaces, or every address."""
        if self.ip_block.present:
            return self.ip_block.cidr.among(("0.0.0.0/0", "::/0")) and not self.ip_block.exceptions.texts
        return self.namespace_selector.is_empty and (self.pod_selector.absent or self.pod_selector.is_empty)


class PolicyPort(View):
    """One item of `ports`: a number of the pod, a name of a container port, a range, or all of a protocol."""

    schema = _API + "NetworkPolicyPort"

    port = IntOrStr("port")
    end_port = Int("endPort")
    protocol = Str("protocol")

    @property
    def transport(self) -> str | None:
        """Effective protocol, TCP where none is written; None where unknown."""
        return "TCP" if self.protocol.absent else self.protocol.value


class TrafficRule(View):
    """One ingress or egress rule: peers and ports, where an absent or empty list means all."""

    __slots__ = ("peer_field",)

    schema = (_API + "NetworkPolicyIngressRule", _API + "NetworkPolicyEgressRule")

    ports = Many(PolicyPort, "ports")

    def __init__(self, cursor: Cursor, peer_field: str) -> None:
        super().__init__(cursor)
        self.peer_field = peer_field

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Items of `from` or `to`."""
        return tuple(Peer(item) for item in self.cursor.get(self.peer_field).items() if item.present)

    @property
    def any_peer(self) -> bool:
        """Whether every source or destination is meant, pods and addresses: no list, null, or an empty one."""
        return _is_unset(self.cursor.get(self.peer_field))

    @property
    def any_port(self) -> bool:
        """Whether every port of every protocol is meant: no list, null, or an empty one."""
        return _is_unset(self.cursor.get("ports"))


class NetworkPolicy(Resource):
    """A NetworkPolicy of Kubernetes itself."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset(
        {("networking.k8s.io", "NetworkPolicy"), ("extensions", "NetworkPolicy")},
    )
    schema = _API + "NetworkPolicy"

    pod_selector = One(LabelSelector, "spec.podSelector")
    policy_types = StrList("spec.policyTypes")

    @property
    def ingress(self) -> tuple[TrafficRule, ...]:
        """Rules about traffic to the selected pods."""
        return self._rules("ingress", "from")

    @property
    def egress(self) -> tuple[TrafficRule, ...]:
        """Rules about traffic from the selected pods."""
        return self._rules("egress", "to")

    def _rules(self, field: str, peers: str) -> tuple[TrafficRule, ...]:
        # A null item decodes into an empty rule, which allows everything: it counts, where other nulls do not.
        return tuple(TrafficRule(item, peers) for item in self.cursor.get("spec", field).items())

    @property
    def isolates_ingress(self) -> bool | None:
        """Whether selected pods accept only what some policy allows; None where the types cannot be read."""
        return self._isolates("Ingress", by_default=True)

    @property
    def isolates_egress(self) -> bool | None:
        """Whether selected pods send only what some policy allows; by default so if there is an egress rule."""
        return self._isolates("Egress", by_default=bool(self.egress))

    def _isolates(self, direction: str, by_default: bool) -> bool | None:
        types = self.policy_types
        if types.absent or types.empty:
            return by_default
        if types.find(direction) is not None:
            return True
        return None if types.value is None else False

    @property
    def selects_all(self) -> bool:
        """Whether every pod of the namespace is selected: an empty selector, or none."""
        return self.pod_selector.absent or self.pod_selector.is_empty


def _is_unset(cursor: Cursor) -> bool:
    return cursor.absent or (cursor.is_sequence and not any(True for _ in cursor.items()))
