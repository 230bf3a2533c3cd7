"""Rules of policies that mean more peers, addresses or ports than anybody thinks of."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from hullmark.checks.network.samples import CONTROLS, FILTERING, GUIDANCE, cilium, joined, pod, policy
from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.exposure.published import published
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.policy import Action, Family
from hullmark.linter.model.network.policy import Rule as PolicyRule
from hullmark.linter.model.network.sorts import datastore, is_admin_interface, serves_everybody
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Hit, Row, Rule, insert, several

_SHORTEST = {4: 8, 6: 20}


def _all_namespaces(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    places = list(_open_peers(policy))
    units = policy.selected if places else ()
    if not units or all(_is_public(policy, unit) for unit in units):
        return
    raised = any(datastore(unit) is not None or is_admin_interface(unit) for unit in units)
    names = ", ".join(str(unit) for unit in units[:3]) + (", ..." if len(units) > 3 else "")
    for place in places:
        yield rule.hit(
            place,
            f"{policy} lets the pods of all namespaces connect to {names}",
            severity=Severity.MEDIUM if raised else None,
        )


def _is_public(policy: PlacedPolicy, unit: Unit) -> bool:
    return serves_everybody(unit) or published(policy.network, unit).is_gateway


def _open_peers(policy: PlacedPolicy) -> Iterator[Place]:
    resource = policy.policy.resource
    if isinstance(resource, NetworkPolicy):
        for rule in resource.ingress:
            for peer in rule.peers:
                if peer.namespace_selector.is_empty and peer.pod_selector.absent and peer.ip_block.absent:
                    yield peer.namespace_selector.place
    elif policy.policy.family is Family.CILIUM:
        for each in policy.policy.rules[Direction.INGRESS]:
            for item in each.cursor.get("fromEntities").items() if each.action is Action.ALLOW else ():
                if item.text in ("cluster", "all"):
                    yield item.place


def _to_anywhere(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    if policy.selects_whole_namespaces:
        return
    for each in policy.compiled.rules[Direction.EGRESS]:
        if each.action is Action.ALLOW and policy.covers_outside(each.peers.sure, Direction.EGRESS):
            if not each.atoms and not each.names:
                continue
            yield rule.hit(
                _block_place(policy, each),
                f"{policy} lets its pods connect to every address, the metadata service of clouds included",
            )


def _block_place(policy: PlacedPolicy, each: PolicyRule) -> Place:
    for found in policy.blocks:
        wide = block(found.text)
        if found.rule.node is each.written.cursor.node and wide is not None and wide.last - wide.first >= 1 << 31:
            return found.cursor.place
    return each.place


def _wide_range(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    for found in policy.blocks:
        wide = block(found.text)
        if wide is None or not found.allows or wide.is_everything or wide.is_inside:
            continue
        prefix = ip_network(found.text.strip(), strict=False).prefixlen
        if prefix < _SHORTEST[wide.family]:
            share = 2**prefix
            yield rule.hit(
                found.cursor,
                f"{policy} means 1/{share} of all IPv{wide.family} addresses by {found.text!r}",
            )


def _all_ports(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    resource, units = policy.policy.resource, policy.selected
    if not isinstance(resource, NetworkPolicy) or not units or not all(unit.ports for unit in units):
        return
    ports = sorted({(port.number, port.protocol) for unit in units for port in unit.ports})
    for each in resource.ingress:
        if each.any_port and not each.any_peer and each.present:
            written: list[dict[str, int | str]] = [{"port": number, "protocol": name} for number, name in ports]
            yield rule.hit(
                each,
                f"{policy} allows every port, while its pods declare {', '.join(f'{n}/{p}' for n, p in ports)}",
                fix=insert(each, "ports", [dict(port) for port in written], description="list the declared ports"),
            )


_WEB = pod("web", ports="containerPort: 8443")
_SELECT_WEB = "podSelector:\n  matchLabels:\n    app: web\n"

RULES = (
    Row(
        "network/ingress-from-all-namespaces",
        PlacedPolicy,
        "Network policy lets all namespaces connect.\n\n"
        "An empty namespace selector means every pod of the cluster: those of other teams, those that somebody starts\n"
        "tomorrow, and the one that was just taken over.\n\n"
        "Name the namespace, by its label `kubernetes.io/metadata.name`, and the pods in it.",
        _all_namespaces,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=CONTROLS,
        bad=(
            several(
                pod("web"),
                policy("web", f"{_SELECT_WEB}ingress:\n  - from:\n      - namespaceSelector: {{}}  # ! all namespaces"),
            ),
            several(
                pod("web"),
                cilium(
                    "web",
                    "endpointSelector:\n  matchLabels:\n    app: web\ningress:\n  - fromEntities:\n"
                    "      - cluster  # ! all namespaces",
                ),
            ),
        ),
        good=(
            several(
                pod("web"),
                policy(
                    "web",
                    f"{_SELECT_WEB}ingress:\n  - from:\n      - namespaceSelector: {{}}\n"
                    "        podSelector:\n          matchLabels:\n            app: gateway",
                ),
            ),
        ),
    ),
    Row(
        "network/egress-to-anywhere",
        PlacedPolicy,
        "Network policy lets pods connect to every address.\n\n"
        "Whoever runs code in one of them asks the metadata service of the cloud for credentials, scans the internal\n"
        "network, and carries data away.\n\n"
        "Name the addresses, or except at least 169.254.169.254/32 and the internal ranges.",
        _to_anywhere,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=(*FILTERING, "MITRE/T1048"),
        bad=(
            several(
                policy(
                    "web",
                    f"{_SELECT_WEB}policyTypes: [Egress]\negress:\n  - to:\n      - ipBlock:\n"
                    "          cidr: 0.0.0.0/0  # ! every address",
                )
            ),
            several(
                policy(
                    "web",
                    f"{_SELECT_WEB}policyTypes: [Egress]\negress:\n  - ports:  # ! every address\n      - port: 443",
                )
            ),
        ),
        good=(
            several(
                policy(
                    "web",
                    f"{_SELECT_WEB}policyTypes: [Egress]\negress:\n  - to:\n      - ipBlock:\n"
                    "          cidr: 0.0.0.0/0\n          except: [169.254.169.254/32]",
                )
            ),
        ),
    ),
    Row(
        "network/wide-public-range",
        PlacedPolicy,
        "Address block spans a large part of the internet.\n\n"
        "A block of this size holds machines of everybody: it filters nothing that an attacker could not get round.\n\n"
        "List the blocks of those who are meant.",
        _wide_range,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=GUIDANCE,
        bad=(
            several(
                policy(
                    "web", "podSelector: {}\ningress:\n  - from:\n      - ipBlock:\n          cidr: 64.0.0.0/2  # ! 1/4"
                ),
            ),
        ),
        good=(
            several(
                policy("web", "podSelector: {}\ningress:\n  - from:\n      - ipBlock:\n          cidr: 8.8.8.0/24")
            ),
            several(
                policy("web", "podSelector: {}\ningress:\n  - from:\n      - ipBlock:\n          cidr: 10.0.0.0/8")
            ),
        ),
    ),
    Row(
        "network/ingress-on-all-ports",
        PlacedPolicy,
        "Network policy allows all ports of pods that declare few.\n\n"
        "A debugger, a metrics endpoint or whatever else listens beside the service is reachable too.\n\n"
        "List the ports that the peers need.",
        _all_ports,
        severity=Severity.INFO,
        profile=Profile.ALL,
        controls=GUIDANCE,
        bad=(
            several(
                _WEB,
                policy("web", f"{_SELECT_WEB}ingress:\n  - from:  # ! 8443/TCP\n      - podSelector: {{}}"),
                fixed=joined(
                    _WEB,
                    policy(
                        "web",
                        f"{_SELECT_WEB}ingress:\n  - from:\n      - podSelector: {{}}\n    ports:\n"
                        "      - port: 8443\n        protocol: TCP",
                    ),
                ),
            ),
        ),
        good=(
            several(
                _WEB,
                policy(
                    "web",
                    f"{_SELECT_WEB}ingress:\n  - from:\n      - podSelector: {{}}\n    ports:\n      - port: 8443",
                ),
            ),
        ),
    ),
)
