"""Why one peer reaches another or does not, as text and JSON: on each side the rule or the policies that decide."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.deciding import Verdict
from hullmark.linter.model.network.policy import Family, Policy, Rule
from hullmark.linter.model.network.ports import EVERY_PORT, PortRange, complement, port_text
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.model.reach.peers import Peer
from hullmark.linter.model.reach.published import Published
from hullmark.linter.model.reach.reasons import Answer, Side, address_words
from hullmark.linter.records import record
from hullmark.linter.report.escape import visible
from hullmark.linter.report.graph_network import location, ports

_WORDS = {True: "allowed", False: "denied", None: "perhaps"}
_VERBS = {"allow": "allows", "deny": "denies", "pass": "passes"}
_UNSURE = "it depends on labels or addresses that the input does not hold"


@record(eq=False)
class Explained:
    """The answers about two peers of one bundle; `ways` are what leads from a zone outside to the target."""

    bundle: str
    network: Network
    source: Peer
    target: Peer
    answers: tuple[Answer, ...]
    ways: tuple[Published, ...] = ()

    def ranges(self, answer: Answer) -> tuple[PortRange, ...]:
        """Ports of an answer."""
        return tuple(self.network.universe.atoms.ranges(answer.ports))


def explain_text(found: Sequence[Explained]) -> str:
    """For each set of ports that is decided alike what each side says, with `file:line:column`."""
    lines: list[str] = []
    for each in found:
        if len(found) > 1:
            lines.append(f"# ---- {each.bundle}")
        for way in each.ways:
            closed = "; policies turn everybody away" if way.blocked else ""
            lines.append(
                f"{way.zone.name} knocks at {way.target.name} on {way.words} through {', '.join(way.through)} "
                f"({way.place.shown}){closed}"
            )
        for answer in each.answers:
            lines += _answer(each, answer)
    return "".join(f"{visible(line)}\n" for line in lines)


def _answer(found: Explained, answer: Answer) -> Iterator[str]:
    several = any(each.addresses != found.answers[0].addresses for each in found.answers)
    where = f" ({address_words(answer.addresses)})" if answer.addresses and several else ""
    ports_in_words = port_words(found.ranges(answer))
    yield f"{found.source.name} => {found.target.name}{where} : {ports_in_words} {_WORDS[answer.allowed]}"
    for side in answer.sides:
        word = _WORDS[side.allowed]
        who = found.source if side.direction is Direction.EGRESS else found.target
        verb = "leaving" if side.direction is Direction.EGRESS else "reaching"
        yield f"  {verb} {who.name}: {word}"
        for verdict in side.verdicts:
            yield from (f"    {line}" for line in _verdict(verdict, side))
        if side.allowed is None:
            yield f"    {_UNSURE}"


def port_words(ranges: Sequence[PortRange]) -> str:
    """Ports for people; nearly all of them by those that are missing."""
    left = complement(ranges, [each.protocol for each in EVERY_PORT])
    if left and len(left) < len(ranges):
        return f"all ports but {port_text(left)}"
    return "all ports" if not left else port_text(ranges)


def _verdict(verdict: Verdict, side: Side) -> Iterator[str]:
    if verdict.rule is not None:
        yield f"{_named(verdict.rule, side.direction)} {_VERBS[verdict.rule.action]} it ({verdict.rule.place.shown})"
        return
    for policy in verdict.policies:
        count = len(policy.rules[side.direction])
        rules = (
            f"none of its {count} {side.direction.word} rules allows it"
            if count
            else f"it has no {side.direction.word} rule"
        )
        if count == 1:
            rules = f"its {side.direction.word} rule does not allow it"
        yield f"{_title(policy)} isolates it, and {rules} ({policy.place.shown})"
    if verdict.note:
        yield verdict.note


def _named(rule: Rule, direction: Direction) -> str:
    return f"{_title(rule.policy)}, {direction.word} rule {_number(rule, direction)},"


def _number(rule: Rule, direction: Direction) -> int:
    rules = rule.policy.rules[direction]
    return next(at for at, each in enumerate(rules, 1) if each is rule.written)


def _title(policy: Policy) -> str:
    space = f"{policy.namespace}/" if policy.namespace else ""
    tier = _tier(policy)
    return f"{policy.resource.kind} {space}{policy.resource.name}{f' ({tier})' if tier else ''}"


def _tier(policy: Policy) -> str:
    match policy.family:
        case Family.ADMIN:
            return "admin tier"
        case Family.BASELINE:
            return "baseline tier"
        case Family.CALICO:
            return f"tier {policy.tier}"
    return ""


def explain_json(found: Sequence[Explained]) -> str:
    """The same for programs; the format is described in docs/network.md."""
    bundles = [
        {
            "name": each.bundle,
            "from": each.source.name,
            "to": each.target.name,
            "exposed": [
                {
                    "protocol": way.protocol,
                    "port": way.port or None,
                    "through": list(way.through),
                    "blocked": way.blocked,
                    "location": location(way.place),
                }
                for way in each.ways
            ],
            "answers": [_data(each, answer) for answer in each.answers],
        }
        for each in found
    ]
    return json.dumps({"schema": "hullmark-graph-network-explain/1", "bundles": bundles}, indent=2) + "\n"


def _data(found: Explained, answer: Answer) -> dict[str, object]:
    return {
        "ports": ports(found.ranges(answer)),
        **({"addresses": [str(block) for block in answer.addresses]} if answer.addresses else {}),
        "allowed": answer.allowed,
        "sides": [
            {
                "direction": side.direction.word,
                "allowed": side.allowed,
                "reasons": [reason for verdict in side.verdicts for reason in _reasons(verdict, side.direction)],
            }
            for side in answer.sides
        ],
    }


def _reasons(verdict: Verdict, direction: Direction) -> Iterator[dict[str, object]]:
    if verdict.rule is not None:
        number = _number(verdict.rule, direction)
        yield {**_policy(verdict.rule.policy), "rule": number, "action": str(verdict.rule.action),
               "location": location(verdict.rule.place)}  # fmt: skip
        return
    for policy in verdict.policies:
        yield {**_policy(policy), "action": "isolate", "location": location(policy.place)}
    if verdict.note:
        yield {"note": verdict.note}


def _policy(policy: Policy) -> dict[str, object]:
    return {
        "policy": f"{policy.resource.kind}/{policy.resource.name}",
        "namespace": policy.namespace,
        "tier": _tier(policy),
    }
