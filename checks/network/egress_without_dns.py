"""Workloads that may connect to others by name, and may not ask for the address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from hullmark.checks.network.samples import TO_DNS, joined, pod, policy
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.manifest.network_kinds import SOURCES
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.classes import Reading
from hullmark.linter.model.network.peers import SomeAddresses
from hullmark.linter.model.network.policy import Policy
from hullmark.linter.model.network.ports import TCP, UDP
from hullmark.linter.model.network.subjects import NetworkUnit
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Hit, Needs, Offer, Row, Rule, several
from hullmark.linter.rule.documents import Plain
from hullmark.linter.rule.items import add_item

_PORT = 53
DNS_RULE: Plain = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"port": _PORT, "protocol": "UDP"}, {"port": _PORT, "protocol": "TCP"}],
}


def _without_dns(rule: Rule[NetworkUnit], unit: NetworkUnit) -> Iterator[Hit]:
    if not unit.is_judged:
        return
    last, missing = _closing(unit)
    if last is None or not missing or unit.unit.pod.dns_policy.value == "None":
        return
    only_tcp = missing == (TCP,)
    yield rule.hit(
        _place(last),
        f"{unit} may connect to others and may not ask DNS for their addresses (port 53, {' and '.join(missing)})",
        fix=unit.network.bundle.derived(_fixes)(last),
        severity=Severity.LOW if only_tcp else None,
        profile=Profile.STRICT if only_tcp else None,
        subject_name=unit.unit.title,
    )


Closing = tuple[Policy | None, tuple[str, ...]]


def _closing(unit: NetworkUnit) -> Closing:
    """The last policy that closes the unit, and the protocols by which it may not ask; once for all pods alike."""
    network = unit.network
    found = network.derived(_by_class, Direction.EGRESS)
    first = network.side(Direction.EGRESS, Reading.POSSIBLE).of(unit.number).first
    if first not in found:
        isolating = [each.policy for each in network.selecting(unit.number) if each.policy.isolates[Direction.EGRESS]]
        asked = isolating and _speaks_to_names(unit)
        missing = tuple(protocol for protocol in (UDP, TCP) if not _asks(unit, protocol)) if asked else ()
        found[first] = (isolating[-1] if isolating else None, missing)
    return found[first]


def _by_class(_network: Network, _direction: Direction) -> dict[int, Closing]:
    return {}


def _speaks_to_names(unit: NetworkUnit) -> bool:
    """Whether some rule lets the unit connect to pods, or to hosts by name."""
    universe = unit.network.universe
    said = unit.network.side(Direction.EGRESS, Reading.POSSIBLE).of(unit.number)
    if said.peers(universe.atoms.every) & universe.every_pod:
        return True
    return _means_names(unit)


def _means_names(unit: NetworkUnit) -> bool:
    return any(
        isinstance(peer.peers, SomeAddresses)
        for each in unit.network.selecting(unit.number)
        for written in each.policy.rules[Direction.EGRESS]
        for peer in written.peers
    )


def _asks(unit: NetworkUnit, protocol: str) -> bool:
    """Whether the pods of cluster DNS, or some address outside, may be asked."""
    network = unit.network
    universe, atom = network.universe, network.universe.atoms.at(protocol, _PORT)
    said = network.side(Direction.EGRESS, Reading.POSSIBLE).of(unit.number).peers(atom)
    if said & network.derived(_servers, Direction.EGRESS):
        return True
    if _means_names(unit):  # these are no servers of DNS, but what one learns from them
        said = network.side(Direction.EGRESS).of(unit.number).peers(atom)
    return bool(said & universe.outside[Direction.EGRESS].every)


def _servers(network: Network, _direction: Direction) -> int:
    """Pods of cluster DNS."""
    universe = network.universe
    return 1 << universe.dns | universe.declaring(_PORT) & universe.pods_in("kube-system")


def _place(policy: Policy) -> Place:
    spec = policy.resource.cursor.get("spec")
    for name in ("egress", "egressDeny", "policyTypes", "types"):
        if spec.get(name).present:
            return spec.get(name).key_place
    return policy.place


def _fixes(bundle: Bundle) -> Callable[[Policy], Offer]:
    """The fix of a policy; made once, however many pods it closes."""
    return cache(_fix)


def _fix(policy: Policy) -> Offer:
    if not isinstance(policy.resource, NetworkPolicy):
        return None
    return add_item(policy.resource.cursor.get("spec", "egress"), DNS_RULE, "allow DNS")


_EGRESS = """
podSelector:
  matchLabels:
    app: web
policyTypes: [Egress]
egress:{mark}
  - to:
      - podSelector:
          matchLabels:
            app: ledger
"""

RULES = (
    Row(
        "network/egress-without-dns",
        NetworkUnit,
        "Workload may connect to others, but not ask DNS.\n\n"
        "Nothing works that is called by name, and the usual cure in an outage is to allow all egress.\n\n"
        "Allow port 53, UDP and TCP, to the pods of cluster DNS.",
        _without_dns,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        needs=Needs(SOURCES),
        bad=(
            several(
                pod("web"),
                pod("ledger"),
                policy("web", _EGRESS.replace("{mark}", "  # ! UDP and TCP")),
                fixed=joined(pod("web"), pod("ledger"), policy("web", _EGRESS.replace("{mark}", "") + TO_DNS)),
            ),
        ),
        good=(
            several(pod("web"), pod("ledger"), policy("web", _EGRESS.replace("{mark}", "") + TO_DNS)),
            several(pod("web"), policy("web", "podSelector: {}\npolicyTypes: [Egress]")),
        ),
    ),
)
