"""Ports of policies that nobody listens on, or that are none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from hullmark.checks.network.samples import calico, joined, pod, policy, service
from hullmark.linter.finding import Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import IntOrStrField, integer, is_templated
from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.model.network.policy import Family, Policy
from hullmark.linter.model.network.policy import Rule as PolicyRule
from hullmark.linter.model.network.ports import FIRST, LAST, PortRange, Ports
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.translation import Translation
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.model.network.written import WrittenSpan, spans
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Row, Rule, because, manifest, rewrite, several

_NAME = regex(r"(?=.*[a-z])[a-z0-9](?:[a-z0-9]|-(?!-))*(?<!-)")
_LONGEST_NAME = 15
_SHOWN = 3


def _unknown_name(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    universe = placed.network.universe
    for direction in Direction:
        for each in placed.compiled.rules[direction]:
            mask = _behind(placed, direction, each.peers.possible) if each.names else 0
            if not mask & _sure(placed, direction, each) or mask & universe.open_units:
                continue
            for item in each.written.ports or ():
                names = item.ports.names
                if not names or any(mask & pods for name in names for _, pods in universe.named(name)):
                    continue
                at = item.cursor.get("port") if item.cursor.is_mapping else item.cursor
                yield rule.hit(
                    at if at.present else item.cursor,
                    f"no pod that {placed} means here declares a port {names[0].name!r}"
                    + (f" of {names[0].protocol}" if names[0].protocol else ""),
                    *(because(unit, f"{unit} declares {_declared(unit)}") for unit in _first(placed, mask)),
                )


def _behind(placed: PlacedPolicy, direction: Direction, peers: int) -> int:
    """Units whose ports a rule speaks of: those that are selected, or (for egress) the peers."""
    universe = placed.network.universe
    mask = placed.compiled.selected.possible if direction is Direction.INGRESS else peers
    return mask & universe.every_pod & universe.every_unit


def _sure(placed: PlacedPolicy, direction: Direction, each: PolicyRule) -> int:
    return placed.compiled.selected.sure if direction is Direction.INGRESS else each.peers.sure


def _first(placed: PlacedPolicy, mask: int) -> list[Unit]:
    return list(islice(placed.network.units_in(mask), _SHOWN))


def _declared(unit: Unit) -> str:
    names = [port.name or str(port.number) for port in unit.ports]
    return ", ".join(names) if names else "no port"


def _service_port(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    if not isinstance(placed.policy.resource, NetworkPolicy):
        return
    universe = placed.network.universe
    for direction in Direction:
        for each in placed.compiled.rules[direction]:
            mask = _behind(placed, direction, each.peers.sure)
            for item in each.written.ports or ():
                single = _single(item.ports)
                if single is None or mask & universe.declaring(single.first):
                    continue
                number = single.first
                found = _translated(placed, mask, single)
                if found is not None and item.cursor.get("endPort").absent:
                    at = item.cursor.get("port")
                    yield rule.hit(
                        at,
                        f"{placed} names port {number} of {found.service}, whose pods listen on {found.target}:"
                        " policies see the pod's port",
                        because(found.port.port, f"{found.service} translates it"),
                        fix=rewrite(IntOrStrField(at), str(found.target)),
                    )


def _single(ports: Ports) -> PortRange | None:
    return ports.ranges[0] if len(ports.ranges) == 1 and ports.ranges[0].first == ports.ranges[0].last else None


def _translated(placed: PlacedPolicy, mask: int, port: PortRange) -> Translation | None:
    """The first Service before the units that listens on the port; None unless all translate it to another."""
    network = placed.network
    found = [
        each
        for each in (network.translated(port.first) if mask else ())
        if mask >> network.number(each.unit) & 1 and each.port.transport in (None, port.protocol)
    ]
    return found[0] if found and all(each.target != port.first for each in found) else None


def _invalid(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    if _is_sound(placed.policy):
        return
    seen: set[int] = set()
    for span in spans(placed.policy):
        where, fault = _fault(span, placed.policy.family)
        if fault and where.anchor.start not in seen:
            seen.add(where.anchor.start)
            yield rule.hit(where, f"{placed} has a port that is none: {fault}")


def _is_sound(policy: Policy) -> bool:
    """Whether all ports of a policy of Kubernetes were understood, which asks what follows far faster than the text."""
    if policy.family is not Family.KUBERNETES or policy.isolates != (True, True):
        return False
    ports = [item.ports for rules in policy.rules for each in rules for item in each.ports or ()]
    return all(each.ranges or (each.names and all(_is_name(name.name) for name in each.names)) for each in ports)


@lru_cache(maxsize=1024)
def _is_name(text: str) -> bool:
    """Whether a container port can be called so."""
    return len(text) <= _LONGEST_NAME and _NAME.fullmatch(text) is not None


def _fault(span: WrittenSpan, family: Family) -> tuple[Cursor, str]:
    """What is wrong, and where; an empty text where nothing is."""
    first, last = span.first, span.last
    text = first.text or ""
    if is_templated(text) or (last is not None and is_templated(last.text or "")):
        return first, ""
    begin = integer(first)
    if begin is None and family is not Family.KUBERNETES and text.isdigit():
        begin = int(text)
    if last is not None and last.present:
        end = integer(last)
        if begin is None:
            return last, "endPort needs a numeric port" if family is Family.KUBERNETES else "a range needs numbers"
        if end is None or not FIRST <= end <= LAST:
            return last, f"{last.text!r} is not between 1 and 65535"
        if end < begin:
            return last, f"it ends with {end} before it begins with {begin}"
    if begin is not None:
        lowest = FIRST if family in (Family.KUBERNETES, Family.ADMIN, Family.BASELINE) else 0
        return first, "" if lowest <= begin <= LAST else f"{begin} is not between 1 and 65535"
    if family is Family.CALICO and ":" in text:
        low, _, high = text.partition(":")
        fine = low.isdigit() and high.isdigit() and int(low) <= int(high) <= LAST
        return first, "" if fine else f"{text!r} is no range"
    if not text:
        return first, ""
    # Calico takes any name of a container port, whatever its protocol: the same limits hold.
    if not _is_name(text):
        return first, f"{text!r} is no name that a container port can have"
    return first, ""


_SELECT_WEB = "podSelector:\n  matchLabels:\n    app: web\n"
_WEB = pod("web", ports="containerPort: 8443, name: https")
_SERVICE = service("web", "selector:\n  app: web\nports:\n  - port: 443\n    targetPort: https")


def _ingress(port: str) -> str:
    return policy("web", f"{_SELECT_WEB}ingress:\n  - ports:\n      - port: {port}")


RULES = (
    Row(
        "network/unknown-named-port",
        PlacedPolicy,
        "Network policy names a port that no pod declares.\n\n"
        "A name is looked up in the ports of the pods' containers. Where nobody has it, the rule allows nothing, and\n"
        "the next change will allow too much.\n\n"
        "Use the name or the number that the container declares.",
        _unknown_name,
        severity=Severity.MEDIUM,
        bad=(several(_WEB, _ingress("http  # ! no pod")),),
        good=(several(_WEB, _ingress("https")), several(_ingress("https"))),
    ),
    Row(
        "network/service-port-in-policy",
        PlacedPolicy,
        "Network policy names the Service's port, not the pod's.\n\n"
        "Policies see a connection after the Service has translated it: the rule allows a port that nobody listens\n"
        "on, and not the one that was meant.\n\n"
        "Name the `targetPort` of the Service.",
        _service_port,
        severity=Severity.MEDIUM,
        bad=(
            several(
                _WEB,
                _SERVICE,
                _ingress("443  # ! whose pods listen on 8443"),
                fixed=joined(_WEB, _SERVICE, _ingress("8443")),
            ),
        ),
        good=(several(_WEB, _SERVICE, _ingress("8443")),),
    ),
    Row(
        "network/invalid-port-range",
        PlacedPolicy,
        "Port or range of a network policy is none.\n\n"
        "The API server refuses the policy, and what it was meant to close stays open.\n\n"
        "Write numbers from 1 to 65535, the smaller one first, or the name of a container port.",
        _invalid,
        severity=Severity.MEDIUM,
        bad=(
            manifest(_ingress("8000\n        endPort: 80  # ! before it begins")),
            manifest(_ingress("http\n        endPort: 90  # ! needs a numeric port")),
            manifest(_ingress("65536  # ! not between")),
            manifest(_ingress("Web_Port  # ! no name")),
            manifest(
                calico(
                    "web",
                    "selector: all()\ningress:\n  - action: Allow\n    protocol: TCP\n    destination:\n"
                    "      ports:\n        - 90:80  # ! is no range",
                )
            ),
        ),
        good=(manifest(_ingress("8000\n        endPort: 8080")), manifest(_ingress("http"))),
    ),
)
