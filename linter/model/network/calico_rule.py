"""Rules of Calico's policies: a source, a destination, and what is done with the traffic between them."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import integer
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.calico_selector import EVERYTHING, parsed
from hullmark.linter.model.network.calico_sets import CalicoSelected, NetworkSet
from hullmark.linter.model.network.peers import Addresses, Both, Everybody, Nobody, Others, Peers, Pods
from hullmark.linter.model.network.policy import Action, WrittenPeer, WrittenPort, WrittenRule
from hullmark.linter.model.network.ports import (
    FIRST,
    LAST,
    OTHER,
    PROTOCOLS,
    WITH_PORTS,
    PortName,
    PortRange,
    Ports,
    complement,
    whole,
)
from hullmark.linter.model.network.selection import IN, Demand, Selection
from hullmark.linter.model.network.universe import Direction

_ACTIONS = {"Allow": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}
_NUMBERS = {"6": "TCP", "17": "UDP", "132": "SCTP"}
_ENTITY = ("selector", "notSelector", "namespaceSelector", "serviceAccounts", "services")
_NARROWING = ("icmp", "notICMP", "http", "ipVersion")


class Reader:
    """Reads rules of the policies of one namespace (empty: of the cluster)."""

    def __init__(self, bundle: Bundle, namespace: str, sets: tuple[NetworkSet, ...]) -> None:
        self.bundle = bundle
        self.namespace = namespace
        self.sets = sets

    def rules(self, spec: Cursor, direction: Direction) -> tuple[WrittenRule, ...]:
        """Rules of one direction; those that only log decide nothing."""
        return tuple(
            rule for item in spec.get(direction.word).items() if (rule := self._rule(item, direction)) is not None
        )

    def _rule(self, item: Cursor, direction: Direction) -> WrittenRule | None:
        action = _ACTIONS.get(item.get("action").text or "")
        if action is None:
            return None
        source, target = item.get("source"), item.get("destination")
        far, near = (source, target) if direction is Direction.INGRESS else (target, source)
        local_addresses = near.get("nets").present or near.get("notNets").present
        narrowed = (
            local_addresses
            or source.get("ports").present
            or source.get("notPorts").present
            or any(item.get(name).present for name in _NARROWING)
            or (target.get("notPorts").present and any(not _is_number(port) for port in target.get("notPorts").items()))
        )
        return WrittenRule(
            item,
            action,
            (WrittenPeer(far if far.present else item, self._peers(far)),),
            ports_of(item, target),
            self._peers(near, addresses=False) if _names_pods(near) else None,
            narrowed,
        )

    def _peers(self, at: Cursor, addresses: bool = True) -> Peers:
        parts = list(self._parts(at, addresses))
        return parts[0] if len(parts) == 1 else Both(tuple(parts)) if parts else Everybody()

    def _parts(self, at: Cursor, addresses: bool) -> Iterator[Peers]:
        names = [item.text or "" for item in at.get("serviceAccounts", "names").items()]
        accounts = at.get("serviceAccounts", "selector").text
        selector, excluded = at.get("selector").text or "", at.get("notSelector").text or ""
        # What is not selected is looked for among what could be: in the own namespace, or in those of the selector.
        within = at.get("namespaceSelector").text or (excluded and self.namespace)
        if selector or within or names or accounts:
            yield self._selected(selector, at)
        if excluded:
            yield self._unselected(excluded)
        if names:
            yield Pods(Selection((Demand("\0account", IN, frozenset(names)),)))
        if accounts:
            yield Nobody(hidden=True)
        if at.get("services").is_mapping:
            yield self._service(at.get("services"))
        if addresses and at.get("nets").present:
            yield _addresses(at.get("nets"))
        if addresses and at.get("notNets").present:
            yield Others(_addresses(at.get("notNets")))

    def _selected(self, text: str, at: Cursor) -> Peers:
        expression, written = parsed(text), at.get("namespaceSelector").text or ""
        spaces = parsed(written) if written else None
        if expression is None or (written and spaces is None):
            return Nobody(hidden=True)
        if spaces == EVERYTHING:
            return CalicoSelected(expression, None, None, tuple(each for each in self.sets if each.namespace))
        return CalicoSelected(expression, self.namespace or None, spaces, self.sets)

    def _unselected(self, text: str) -> Peers:
        expression = parsed(text)
        return Nobody(hidden=True) if expression is None else Others(CalicoSelected(expression, None, None, self.sets))

    def _service(self, at: Cursor) -> Peers:
        namespace = at.get("namespace").text or self.namespace
        found = self.bundle.find("", "Service", namespace, at.get("name").text or "")
        if found is None:
            return Nobody(hidden=True)
        return behind(Service.reading(found), namespace)


def behind(service: Service, namespace: str) -> Peers:
    """Pods behind a Service."""
    if not service.has_selector:
        return Nobody(hidden=True)
    pairs = (service.selector.value or {}).items()
    return Pods(Selection(tuple(Demand(key, IN, frozenset({value})) for key, value in pairs)), namespace=namespace)


def _names_pods(at: Cursor) -> bool:
    return any(at.get(name).text or at.get(name).is_mapping for name in _ENTITY)


def _addresses(at: Cursor) -> Addresses:
    # Calico compares addresses, whoever has them: a block of everything means pods and nodes too.
    blocks = tuple(each for item in at.items() if (each := block(item.text or "")) is not None)
    return Addresses(blocks, pods=True, nodes=True)


def ports_of(item: Cursor, target: Cursor) -> tuple[WrittenPort, ...] | None:
    """Protocols and ports of the destination; None where all are meant."""
    protocols = tuple(_protocols(item))
    ports, excluded = target.get("ports"), target.get("notPorts")
    with_ports = tuple(protocol for protocol in protocols if protocol in WITH_PORTS)
    if any(True for _ in ports.items()):
        return tuple(WrittenPort(each, port(each, with_ports)) for each in ports.items())
    if any(True for _ in excluded.items()):
        taken = [found for each in excluded.items() for found in port(each, with_ports).ranges]
        return (WrittenPort(excluded, Ports(complement(taken, with_ports))),)
    if protocols == PROTOCOLS:
        return None
    at = item.get("protocol") if item.get("protocol").present else item.get("notProtocol")
    return (WrittenPort(at, Ports(tuple(whole(protocol) for protocol in protocols))),)


def _protocols(item: Cursor) -> Iterator[str]:
    wanted, unwanted = _protocol(item.get("protocol")), _protocol(item.get("notProtocol"))
    for protocol in PROTOCOLS:
        # Of the other protocols there are many: excluding one leaves the rest.
        if (wanted is None or wanted == protocol) and (unwanted != protocol or protocol == OTHER):
            yield protocol


def _protocol(at: Cursor) -> str | None:
    if at.absent:
        return None
    text = (at.text or "").upper()
    text = _NUMBERS.get(text, text)
    return text if text in WITH_PORTS else OTHER


def _is_number(at: Cursor) -> bool:
    return integer(at) is not None or ":" in (at.text or "")


def port(at: Cursor, protocols: tuple[str, ...]) -> Ports:
    """One port: a number, `first:last`, or a name."""
    number, text = integer(at), at.text or ""
    first, colon, last = text.partition(":")
    if number is None and text.isdigit():
        number = int(text)
    if number is not None:
        ends = (number, number)
    elif colon and first.isdigit() and last.isdigit():
        ends = (int(first), int(last))
    else:
        return Ports(names=tuple(PortName(protocol, text) for protocol in protocols)) if text else Ports()
    # Port 0 is no port; ranges that begin with it are written nevertheless.
    if not 0 <= ends[0] <= ends[1] <= LAST or ends[1] < FIRST:
        return Ports()
    return Ports(tuple(PortRange(protocol, max(ends[0], FIRST), ends[1]) for protocol in protocols))
