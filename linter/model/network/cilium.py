"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy.

https://docs.cilium.io/en/stable/security/policy/language/, version 1.18. A direction is closed as soon as its list has
an element, or `enableDefaultDeny` says so; an element without peers and ports allows nothing, which is the opposite of
a NetworkPolicy.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import BoolField, integer
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.calico_rule import behind
from hullmark.linter.model.network.cilium_labels import endpoints, entity, subject
from hullmark.linter.model.network.peers import Addresses, Everybody, Nobody, Nodes, Peers, Pods, SomeAddresses
from hullmark.linter.model.network.policy import Action, Family, Policy, WrittenPeer, WrittenPort, WrittenRule
from hullmark.linter.model.network.ports import FIRST, LAST, WITH_PORTS, PortName, PortRange, Ports, whole
from hullmark.linter.model.network.universe import Direction

GROUP = "cilium.io"
KINDS = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
_SIDES = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
_ALSO = ("toPorts", "icmps", "authentication")


def policies(bundle: Bundle) -> Iterator[Policy]:
    """Every spec of every policy, in file order."""
    for kind in KINDS:
        for resource in bundle.by_kind(GROUP, kind):
            namespace = "" if kind == KINDS[1] else bundle.namespace_of(resource).name
            for spec in _specs(resource):
                selector = spec.get("endpointSelector")
                if selector.present:
                    yield _Reader(bundle, resource, namespace).policy(spec, selector)
    if mode(bundle) == "always":
        yield from _always(bundle)


def mode(bundle: Bundle) -> str:
    """Enforcement mode that the input sets: always, never, or the default."""
    at = mode_setting(bundle)
    return "default" if at is None else at.text or "default"


_CHARTS = (
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("helm.cattle.io", "HelmChart"),
    ("helm.cattle.io", "HelmChartConfig"),
)
MODE_KINDS: KindSet = frozenset({("", "ConfigMap"), *_CHARTS})
"""Where the enforcement mode is set."""


def mode_setting(bundle: Bundle) -> Cursor | None:
    """Where the input sets the enforcement mode."""
    for resource in bundle.by_kind("", "ConfigMap"):
        if resource.name == "cilium-config":
            at = resource.cursor.get("data", "enable-policy")
            if at.present:
                return at
    for kind in _CHARTS:
        for resource in bundle.by_kind(*kind):
            at = resource.cursor.get("spec", "values", "policyEnforcementMode")
            if at.present:
                return at
    return None


def _always(bundle: Bundle) -> Iterator[Policy]:
    """Mode `always` isolates every endpoint, whatever selects it."""
    at = mode_setting(bundle)
    resource = next(
        (
            each
            for each in bundle.resources
            if at is not None and each.cursor.source is at.source and each.ref == at.owner
        ),
        None,
    )
    if at is not None and resource is not None:
        yield Policy(resource, Family.CILIUM, "", at, Pods(), ((), ()), (True, True))


def _specs(resource: Resource) -> Iterator[Cursor]:
    if resource.cursor.get("spec").is_mapping:
        yield resource.cursor.get("spec")
    yield from resource.cursor.get("specs").items()


class _Reader:
    """Reads the rules of one policy."""

    def __init__(self, bundle: Bundle, resource: Resource, namespace: str) -> None:
        self.bundle = bundle
        self.resource = resource
        self.namespace = namespace

    def policy(self, spec: Cursor, selector: Cursor) -> Policy:
        """One spec as a policy."""
        isolates = []
        for direction in Direction:
            written = any(True for field in (direction.word, f"{direction.word}Deny") for _ in spec.get(field).items())
            said = BoolField(spec.get("enableDefaultDeny", direction.word))
            isolates.append(said.is_true or (written and not said.is_false))
        return Policy(
            self.resource,
            Family.CILIUM,
            self.namespace,
            selector,
            subject(selector, self.namespace),
            (self._rules(spec, Direction.INGRESS), self._rules(spec, Direction.EGRESS)),
            (isolates[0], isolates[1]),
        )

    def _rules(self, spec: Cursor, direction: Direction) -> tuple[WrittenRule, ...]:
        allows = (self._rule(item, direction, Action.ALLOW) for item in spec.get(direction.word).items())
        denies = (self._rule(item, direction, Action.DENY) for item in spec.get(f"{direction.word}Deny").items())
        return (*allows, *denies)

    def _rule(self, item: Cursor, direction: Direction, action: Action) -> WrittenRule:
        side = _SIDES[direction]
        fields = [name for name, at in item.entries() if name.startswith(side) and at.present]
        peers = [name for name in fields if name not in _ALSO]
        found: list[WrittenPeer] = []
        for name in peers:
            found += self._peers(name.removeprefix(side), item.get(name))
        ports, icmps = item.get("toPorts"), item.get("icmps").present
        listed = any(True for _ in ports.items())
        if not peers and listed:
            found = [WrittenPeer(item, Everybody())]
        written = None if not listed and not icmps else tuple(_ports(ports))
        filtered = any(each.get("rules").present for each in ports.items())
        return WrittenRule(item, action, tuple(found), written, narrowed=filtered)

    def _peers(self, name: str, at: Cursor) -> Iterator[WrittenPeer]:
        for item in at.items():
            yield WrittenPeer(item, self._peer(name, item))

    def _peer(self, name: str, item: Cursor) -> Peers:
        match name:
            case "Endpoints":
                return endpoints(item, self.namespace)
            case "Entities":
                return entity(item.text or "")
            case "CIDR":
                return _addresses(item.text, ())
            case "CIDRSet":
                excepted = tuple(each.text or "" for each in item.get("except").items())
                cidr = item.get("cidr")
                return _addresses(cidr.text, excepted) if cidr.present else SomeAddresses()
            case "FQDNs" | "Groups":
                return SomeAddresses()
            case "Services":
                return self._service(item)
            case "Nodes":
                return Nodes(known=LabelSelector(item).is_empty)
        return Nobody(hidden=True)

    def _service(self, item: Cursor) -> Peers:
        named, chosen = item.get("k8sService"), item.get("k8sServiceSelector")
        namespace = named.get("namespace").text or chosen.get("namespace").text or self.namespace
        if named.present:
            found = self.bundle.find("", "Service", namespace, named.get("serviceName").text or "")
            return Nobody(hidden=True) if found is None else behind(Service.reading(found), namespace)
        return Nobody(hidden=True)


def _addresses(text: str | None, excepted: tuple[str, ...]) -> Peers:
    found = block(text or "")
    if found is None:
        return Nobody()
    return Addresses((found,), tuple(each for other in excepted if (each := block(other)) is not None))


def _ports(ports: Cursor) -> Iterator[WrittenPort]:
    for rule in ports.items():
        for item in rule.get("ports").items():
            yield WrittenPort(item, _port(item))


def _port(item: Cursor) -> Ports:
    written = (item.get("protocol").text or "ANY").upper()
    protocols = WITH_PORTS if written == "ANY" else (written,) if written in WITH_PORTS else ()
    at = item.get("port")
    text = at.text or ""
    number = integer(at) if not text.isdigit() else int(text)
    if number is None:
        return Ports(names=tuple(PortName(protocol, text) for protocol in protocols)) if text else Ports()
    if number == 0:
        return Ports(tuple(whole(protocol) for protocol in protocols))
    last = integer(item.get("endPort")) or number
    if not FIRST <= number <= last <= LAST:
        return Ports()
    return Ports(tuple(PortRange(protocol, number, last) for protocol in protocols))
