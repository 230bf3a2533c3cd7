"""Planned network policies as YAML, with the reason of every rule as a comment above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.manifest.place import Place
from hullmark.linter.model.intent.groups import Selector
from hullmark.linter.model.intent.parties import Blocks, Labelled, Spaces
from hullmark.linter.model.intent.plan import Peer, PlannedPolicy, PlannedRule, Selected
from hullmark.linter.model.network.ports import PortRange
from hullmark.linter.model.scope import NAME_LABEL
from hullmark.linter.report.escape import visible
from hullmark.linter.yaml.trees import Plain
from hullmark.linter.yaml.writing import block

_DNS: Plain = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {NAME_LABEL: "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}
_WIDEST = 100
_SIDES = (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))


def network_policies(policies: Iterable[PlannedPolicy]) -> str:
    """A stream of documents, empty where there is no policy."""
    return "".join(f"---\n{text}" for text in map(policy_text, policies))


def policy_text(policy: PlannedPolicy) -> str:
    """One policy as a document without its mark."""
    metadata: dict[str, Plain] = {"name": policy.name}
    if policy.namespace:
        metadata["namespace"] = policy.namespace
    rules = (policy.ingress, policy.egress)
    types: list[Plain] = [side[0] for side, own in zip(_SIDES, rules, strict=True) if own is not None]
    lines = [*_about(policy), *block({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"})]
    lines += block({"metadata": metadata})
    lines += ["spec:", *_indented(block({"podSelector": _selector(policy.selector), "policyTypes": types}))]
    for (_, field, peers), own in zip(_SIDES, rules, strict=True):
        dns = policy.dns and field == "egress"
        if own or dns:
            lines.append(f"  {field}:")
        if dns:
            lines += _indented(_item(_DNS), 4)
        for rule in own or ():
            lines += _indented(_rule(rule, peers), 4)
    return "\n".join(lines) + "\n"


def _about(policy: PlannedPolicy) -> Iterator[str]:
    if policy.dns:
        yield "# Names are resolved by the pods of cluster DNS."
    elif not policy.selector.labels:
        yield "# Nothing may be reached and nothing may be called, unless another policy says so."
        if policy.ingress is not None:
            yield "# Probes need no rule: a node always reaches its own pods."
    else:
        yield f"# {visible(policy.about)}"
    for remark in policy.remarks:
        yield from _comment(f"Not known: {visible(remark.text)}", at(remark.place))


def _rule(rule: PlannedRule, field: str) -> Iterator[str]:
    for reason in rule.reasons:
        yield from _comment(visible(reason.text), at(reason.place))
    for caution in dict.fromkeys(reason.caution for reason in rule.reasons if reason.caution):
        yield from _comment(f"Check: {visible(caution)}")
    written: dict[str, Plain] = {field: [item for peer in rule.peers for item in peers(peer)]}
    if rule.ports is not None:
        written["ports"] = [_port(each) for each in rule.ports]
    yield from _item(written)


def _comment(text: str, place: str = "") -> Iterator[str]:
    """A comment that says why, with the place on a line of its own where both do not fit on one."""
    whole = f"# {text} ({place})" if place else f"# {text}"
    if len(whole) <= _WIDEST:
        yield whole
        return
    yield from (f"# {line}" if number == 0 else f"#   {line}" for number, line in enumerate(_wrapped(text)))
    if place:
        yield f"#   ({place})"


def _wrapped(text: str) -> Iterator[str]:
    """Lines of words; a word is never cut, since it may be a name."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > _WIDEST:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def at(place: Place) -> str:
    """File and line."""
    return f"{visible(place.source.path)}:{place.source.region(place.span).line}"


def _item(value: Plain) -> list[str]:
    return block([value])


def _indented(lines: Iterable[str], depth: int = 2) -> list[str]:
    return [f"{' ' * depth}{line}" for line in lines]


def _port(each: PortRange) -> dict[str, Plain]:
    found: dict[str, Plain] = {"protocol": each.protocol}
    if each.is_whole:
        return found
    found["port"] = each.first
    if each.last != each.first:
        found["endPort"] = each.last
    return found


def _selector(selector: Selector) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    if selector.labels:
        found["matchLabels"] = dict(selector.labels)
    if selector.excluded:
        found["matchExpressions"] = [
            {"key": key, "operator": "NotIn", "values": list(values)} for key, values in selector.excluded
        ]
    return found


def peers(peer: Peer) -> list[Plain]:
    """Items of `from` or `to`."""
    match peer:
        case Selected():
            found: dict[str, Plain] = {} if not peer.namespace else {"namespaceSelector": _space((peer.namespace,))}
            return [{**found, "podSelector": _selector(peer.selector)}]
        case Labelled():
            space = _space((peer.namespace,) if peer.namespace else ())
            return [{"namespaceSelector": space, "podSelector": _one_of(peer.labels)}]
        case Spaces():
            return [{"namespaceSelector": _space(peer.names)}]
        case Blocks():
            return [{"ipBlock": _block(cidr, peer.exceptions)} for cidr in peer.cidrs]


def _space(names: tuple[str, ...]) -> dict[str, Plain]:
    return _one_of(((NAME_LABEL, names),)) if names else {}


def _one_of(labels: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    single: dict[str, Plain] = {key: values[0] for key, values in labels if len(values) == 1}
    several: list[Plain] = [
        {"key": key, "operator": "In", "values": list(values)} for key, values in labels if len(values) > 1
    ]
    if single:
        found["matchLabels"] = single
    if several:
        found["matchExpressions"] = several
    return found


def _block(cidr: str, exceptions: tuple[str, ...]) -> dict[str, Plain]:
    same = [each for each in exceptions if (":" in each) == (":" in cidr)]
    found: dict[str, Plain] = {"cidr": cidr}
    if same:
        found["except"] = list(same)
    return found
