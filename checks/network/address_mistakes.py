"""Address blocks of policies that are none, or that mean something else than they look like."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from hullmark.checks.network.samples import pod, policy, service
from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField, is_templated
from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.model.exposure.published import services_of
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.model.network.written import WrittenBlock
from hullmark.linter.rule import Hit, Offer, Row, Rule, because, manifest, rewrite, several


def _invalid(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    for found in placed.blocks:
        if found.beside is not None:
            yield rule.hit(found.beside, f"{placed} has a selector beside an address block: a peer is one or the other")
        for cursor, fault, fix in _faults(found):
            yield rule.hit(cursor, f"{placed} has an address block that is none: {fault}", fix=fix)


def _faults(found: WrittenBlock) -> Iterator[tuple[Cursor, str, Offer]]:
    yield from _fault(found.cursor, found.bare)
    whole = block(found.text)
    if is_templated(found.text):
        return
    for exception in found.exceptions:
        faults = list(_fault(exception, found.bare))
        yield from faults
        inside = block(exception.text or "")
        if faults or whole is None or inside is None:
            continue
        if inside.family != whole.family:
            yield exception, f"exception {exception.text!r} is of another family than {found.text!r}", None
        elif not whole.contains(inside) or inside == whole:
            word = "is all of" if inside == whole else "is not in"
            yield exception, f"exception {exception.text!r} {word} {found.text!r}", None


def _fault(cursor: Cursor, bare: bool) -> Iterator[tuple[Cursor, str, Offer]]:
    text = cursor.text
    if text is None:
        if cursor.present or not bare:
            yield cursor, "nothing is written", None
        return
    if is_templated(text):
        return
    if block(text) is None or ("/" not in text and not bare) or text != text.strip():
        yield cursor, f"{text!r} is no CIDR", None
        return
    network = ip_network(text, strict=False)
    if "/" in text and str(network.network_address) != str(ip_network(text.partition("/")[0]).network_address):
        meant = f"{network.network_address}/{network.prefixlen}"
        yield cursor, f"{text!r} means {meant}", rewrite(StrField(cursor), meant)


def _pod_range(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    if not isinstance(placed.policy.resource, NetworkPolicy):
        return
    for each in placed.blocks:
        found = block(each.text)
        if found is not None and found.is_inside and _is_only_addresses(each):
            yield rule.hit(
                each.cursor,
                f"{placed} means addresses in {each.text!r}; whether pods with such addresses are meant too depends on"
                " the network plugin",
            )


def _is_only_addresses(found: WrittenBlock) -> bool:
    field = "from" if found.direction is Direction.INGRESS else "to"
    return all(item.get("ipBlock").present for item in found.rule.get(field).items())


def _source_nat(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    public = [each for each in placed.blocks if _is_public_source(each)]
    units = placed.selected if public else ()
    services = dict.fromkeys(each for unit in units for each in services_of(placed.network, unit))
    translating = [
        each
        for each in services
        if each.effective_type in ("NodePort", "LoadBalancer") and each.external_traffic_policy.value != "Local"
    ]
    for found in public if translating else ():
        first = translating[0]
        yield rule.hit(
            found.cursor,
            f"{placed} filters clients by address, but {first} hides them: pods see the address of a node",
            because(first, f"{first} has externalTrafficPolicy Cluster"),
        )


def _is_public_source(found: WrittenBlock) -> bool:
    wide = block(found.text)
    if found.direction is not Direction.INGRESS or not found.allows or wide is None:
        return False
    return not wide.is_inside and not wide.is_everything


def _from(*lines: str) -> str:
    return "podSelector:\n  matchLabels:\n    app: web\ningress:\n  - from:\n      - ipBlock:\n" + "".join(
        f"          {line}\n" for line in lines
    )


_SERVICE = "type: LoadBalancer\n{more}selector:\n  app: web\nports:\n  - port: 443"

RULES = (
    Row(
        "network/invalid-address-block",
        PlacedPolicy,
        "Address block of a network policy is none.\n\n"
        "The API server refuses the policy, or a plugin reads the block differently from what its author meant: what\n"
        "was meant to be closed stays open.\n\n"
        "Write a network with its prefix (`10.1.0.0/16`), and exceptions that lie inside it.",
        _invalid,
        severity=Severity.MEDIUM,
        bad=(
            manifest(
                policy("web", _from("cidr: 10.1.2.3/16  # ! means 10.1.0.0/16")),
                fixed=policy("web", _from("cidr: 10.1.0.0/16")),
            ),
            manifest(policy("web", _from("cidr: 10.1.2.3  # ! no CIDR"))),
            manifest(policy("web", _from("cidr: 10.0.0.0/8", "except:", "  - 192.168.0.0/16  # ! is not in"))),
            manifest(policy("web", _from("cidr: 10.0.0.0/8", "except:", "  - fd00::/8  # ! another family"))),
            manifest(
                policy(
                    "web", _from("cidr: 10.0.0.0/8") + "        podSelector: {}  # ! a selector beside an address block"
                )
            ),
        ),
        good=(manifest(policy("web", _from("cidr: 10.0.0.0/8", "except:", "  - 10.1.0.0/16"))),),
    ),
    Row(
        "network/pod-range-in-address-block",
        PlacedPolicy,
        "Address block may or may not mean pods.\n\n"
        "Calico and plugins that filter with iptables match addresses of pods too, Cilium never does: the same policy\n"
        "opens or closes other connections on another cluster.\n\n"
        "Name pods by selectors, and use address blocks for what is outside.",
        _pod_range,
        severity=Severity.INFO,
        profile=Profile.ALL,
        bad=(manifest(policy("web", _from("cidr: 10.0.0.0/8  # ! depends on the network plugin"))),),
        good=(
            manifest(policy("web", _from("cidr: 198.51.100.0/24"))),
            manifest(policy("web", _from("cidr: 10.0.0.0/8") + "      - podSelector: {}")),
        ),
    ),
    Row(
        "network/client-range-after-source-nat",
        PlacedPolicy,
        "Policy filters clients whose addresses are hidden.\n\n"
        "A node that receives a connection for a Service puts its own address in place of the client's, unless the\n"
        "Service keeps it: the policy compares the wrong address, and the usual cure is to allow all nodes, and with\n"
        "them everybody.\n\n"
        "Set `externalTrafficPolicy: Local` on the Service, or filter at the load balancer.",
        _source_nat,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        bad=(
            several(
                pod("web"),
                service("web", _SERVICE.replace("{more}", "")),
                policy("web", _from("cidr: 198.51.100.0/24  # ! Service 'web' hides them")),
            ),
        ),
        good=(
            several(
                pod("web"),
                service("web", _SERVICE.replace("{more}", "externalTrafficPolicy: Local\n")),
                policy("web", _from("cidr: 198.51.100.0/24")),
            ),
        ),
    ),
)
