"""Address blocks and ports as policies of every kind write them, each with its place: for rules about the text."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import integer
from hullmark.linter.manifest.mentions import may_mention
from hullmark.linter.model.network.policy import Family, Policy
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.records import record


@record(eq=False)
class WrittenBlock:
    """One address block. `bare` addresses are allowed; `rule` is the rule it is part of, `item` its list item."""

    direction: Direction
    cursor: Cursor
    rule: Cursor
    item: Cursor
    exceptions: tuple[Cursor, ...] = ()
    bare: bool = False
    beside: Cursor | None = None
    allows: bool = True

    @property
    def text(self) -> str:
        """The block as written."""
        return self.cursor.text or ""


@record(eq=False)
class WrittenSpan:
    """One port or range. `last` is absent for a single port; numbers are None where the text is no number."""

    direction: Direction
    item: Cursor
    first: Cursor
    last: Cursor | None = None


def blocks(policy: Policy) -> Iterator[WrittenBlock]:
    """Every address block of the object that the policy was read from."""
    spec = policy.resource.cursor.get("spec")
    match policy.family:
        case Family.KUBERNETES:
            if may_mention(policy.resource, ("ipBlock",)):
                yield from _plain(spec)
        case Family.CILIUM:
            for each in _specs(policy):
                yield from _cilium(each)
        case Family.CALICO:
            yield from _calico(spec)
        case _:
            for rule in spec.get("egress").items():
                for item in rule.get("to").items():
                    for network in item.get("networks").items():
                        allows = rule.get("action").text in ("Allow", "Accept")
                        yield WrittenBlock(Direction.EGRESS, network, rule, item, allows=allows)


def _specs(policy: Policy) -> Iterator[Cursor]:
    root = policy.resource.cursor
    if root.get("spec").is_mapping:
        yield root.get("spec")
    yield from root.get("specs").items()


def _plain(spec: Cursor) -> Iterator[WrittenBlock]:
    for direction, field in ((Direction.INGRESS, "from"), (Direction.EGRESS, "to")):
        for rule in spec.get(direction.word).items():
            for item in rule.get(field).items():
                at = item.get("ipBlock")
                if not at.present:
                    continue
                selectors = [item.get(name) for name in ("podSelector", "namespaceSelector")]
                beside = next((each for each in selectors if each.present), None)
                yield WrittenBlock(
                    direction, at.get("cidr"), rule, item, tuple(at.get("except").items()), beside=beside
                )


def _cilium(spec: Cursor) -> Iterator[WrittenBlock]:
    for direction, side in ((Direction.INGRESS, "from"), (Direction.EGRESS, "to")):
        for field in (direction.word, f"{direction.word}Deny"):
            allows = field == direction.word
            for rule in spec.get(field).items():
                for item in rule.get(f"{side}CIDR").items():
                    yield WrittenBlock(direction, item, rule, item, bare=True, allows=allows)
                for item in rule.get(f"{side}CIDRSet").items():
                    if item.get("cidr").present:
                        excepted = tuple(item.get("except").items())
                        yield WrittenBlock(direction, item.get("cidr"), rule, item, excepted, bare=True, allows=allows)


def _calico(spec: Cursor) -> Iterator[WrittenBlock]:
    for direction, far in ((Direction.INGRESS, "source"), (Direction.EGRESS, "destination")):
        for rule in spec.get(direction.word).items():
            for side in ("source", "destination"):
                for field in ("nets", "notNets"):
                    allows = rule.get("action").text == "Allow" and side == far and field == "nets"
                    for item in rule.get(side, field).items():
                        yield WrittenBlock(direction, item, rule, item, bare=True, allows=allows)


def spans(policy: Policy) -> Iterator[WrittenSpan]:
    """Every port and range of the object that the policy was read from."""
    spec = policy.resource.cursor.get("spec")
    for direction in Direction:
        match policy.family:
            case Family.KUBERNETES:
                for rule in spec.get(direction.word).items():
                    for item in rule.get("ports").items():
                        yield WrittenSpan(direction, item, item.get("port"), item.get("endPort"))
            case Family.CILIUM:
                for each in _specs(policy):
                    yield from _cilium_spans(each, direction)
            case Family.CALICO:
                for rule in spec.get(direction.word).items():
                    for side in ("source", "destination"):
                        for field in ("ports", "notPorts"):
                            for item in rule.get(side, field).items():
                                yield WrittenSpan(direction, item, item)
            case _:
                for rule in spec.get(direction.word).items():
                    yield from _tier_spans(rule, direction)


def _cilium_spans(spec: Cursor, direction: Direction) -> Iterator[WrittenSpan]:
    for field in (direction.word, f"{direction.word}Deny"):
        for rule in spec.get(field).items():
            for ports in rule.get("toPorts").items():
                for item in ports.get("ports").items():
                    end = item.get("endPort")
                    yield WrittenSpan(direction, item, item.get("port"), None if integer(end) == 0 else end)


def _tier_spans(rule: Cursor, direction: Direction) -> Iterator[WrittenSpan]:
    for item in rule.get("ports").items():
        if item.get("portNumber").is_mapping:
            yield WrittenSpan(direction, item, item.get("portNumber", "port"))
        if item.get("portRange").is_mapping:
            yield WrittenSpan(direction, item, item.get("portRange", "start"), item.get("portRange", "end"))
        if item.get("namedPort").present:
            yield WrittenSpan(direction, item, item.get("namedPort"))
    for item in rule.get("protocols").items():
        for protocol in ("tcp", "udp", "sctp"):
            port = item.get(protocol, "destinationPort")
            if port.get("number").present:
                yield WrittenSpan(direction, item, port.get("number"))
            if port.get("range").is_mapping:
                yield WrittenSpan(direction, item, port.get("range", "start"), port.get("range", "end"))
        if item.get("destinationNamedPort").present:
            yield WrittenSpan(direction, item, item.get("destinationNamedPort"))
