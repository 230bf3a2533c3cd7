"""Peers of policies that do not mean what they look like."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.samples import joined, namespace, pod, policy
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.network import NetworkPolicy, Peer
from hullmark.linter.model.network.bits import Bits, members
from hullmark.linter.model.network.classes import Reading
from hullmark.linter.model.network.nearest import nearest_label
from hullmark.linter.model.network.peers import Pods
from hullmark.linter.model.network.policy import Action
from hullmark.linter.model.network.policy import Rule as PolicyRule
from hullmark.linter.model.network.selection import ALL, selection
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.universe import Direction, Home, Universe
from hullmark.linter.rule import Hit, Row, Rule, several
from hullmark.linter.rule.items import join_items

_SELECT_WEB = "podSelector:\n  matchLabels:\n    app: web\n"


def _selects_nothing(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    universe = placed.network.universe
    for direction in Direction:
        for written in placed.policy.rules[direction]:
            for peer in written.peers:
                means = peer.peers
                if not isinstance(means, Pods) or means.labels == ALL or means.hosts(universe):
                    continue
                if means.bits(universe, direction).possible & (universe.every_unit | 1 << universe.dns):
                    continue
                homes = _candidates(placed, means)
                if homes:
                    at = peer.cursor.get("podSelector") if peer.cursor.get("podSelector").present else peer.cursor
                    near = nearest_label(at, frozenset().union(*(placed.network.pairs_in(home) for home in homes)))
                    hint = f"; {near!r} is near" if near else ""
                    yield rule.hit(at, f"peer of {placed} selects no pod of this input{hint}")


def _candidates(placed: PlacedPolicy, means: Pods) -> tuple[Home, ...]:
    """The selected namespaces that have units, none unless all are known."""
    universe = placed.network.universe
    if means.namespace is not None:
        homes: tuple[Home, ...] = (universe.homes[means.namespace],) if means.namespace in universe.homes else ()
    else:
        homes, unsure = universe.namespaces(means.namespaces)
        if unsure:
            return ()
    if not all(home.labels_known for home in homes):
        return ()
    return tuple(home for home in homes if universe.every_unit & universe.pods_in(home.name))


def _or_for_and(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    resource = placed.policy.resource
    if not isinstance(resource, NetworkPolicy):
        return
    if all(len(each.peers) < 2 for rules in placed.policy.rules for each in rules):
        return
    for rules, field in ((resource.ingress, "from"), (resource.egress, "to")):
        for each in rules:
            peers = each.peers
            for position in range(1, len(peers)):
                spaces, pods = _halves(peers[position - 1], peers[position])
                if spaces is None or pods is None or not _meant_both(placed, spaces, pods):
                    continue
                yield rule.hit(
                    peers[position],
                    f"{placed} means pods of the one selector or of the other; as one item, both would have to match",
                    fix=join_items(each.cursor.get(field), position, "join the two items"),
                )


def _halves(one: Peer, other: Peer) -> tuple[Peer | None, Peer | None]:
    """The item with only a namespace selector, and the one with only a pod selector, whichever comes first."""
    for spaces, pods in ((one, other), (other, one)):
        only_spaces = spaces.namespace_selector.present and spaces.pod_selector.absent
        only_pods = pods.pod_selector.present and pods.namespace_selector.absent
        if only_spaces and only_pods and not pods.pod_selector.is_empty:
            return spaces, pods
    return None, None


def _meant_both(placed: PlacedPolicy, spaces: Peer, pods: Peer) -> bool:
    means = Pods(selection(pods.pod_selector), namespaces=selection(spaces.namespace_selector))
    universe, home = placed.network.universe, placed.policy.namespace
    if placed.network.has_units(universe.pods(means.labels).possible & universe.pods_in(home)):
        return False  # pods here bear the labels too: two peers make sense
    found = means.bits(universe, Direction.INGRESS).sure & ~universe.pods_in(home)
    return placed.network.has_units(found)


def _one_sided(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    if placed.network.is_mixed or placed.compiled.selected.uncertain:
        return
    for direction in Direction:
        for each in placed.compiled.rules[direction]:
            if each.action is Action.ALLOW and _is_in_vain(placed, direction, each):
                other = "egress of the peers" if direction is Direction.INGRESS else "ingress of the peers"
                yield rule.hit(each, f"rule of {placed} allows what the {other} denies")


def _is_in_vain(placed: PlacedPolicy, direction: Direction, each: PolicyRule) -> bool:
    """Whether no unit is let through by both sides, though units are on either side."""
    universe = placed.network.universe
    if each.peers.sure & universe.outside[direction].every:
        return False
    own, peers = placed.compiled.selected.sure & universe.every_unit, each.peers.possible & universe.every_unit
    if not peers or not own or peers == own & -own:
        return False
    return not any(_effective(placed, direction, mine, spans) for mine, spans in _spans(universe, direction, each, own))


Spans = tuple[tuple[int, Bits], ...]


def _spans(universe: Universe, direction: Direction, each: PolicyRule, own: int) -> Iterator[tuple[int, Spans]]:
    """Pods of the policy with the atoms and peers of the rule for them: names of ports are those of the destination."""
    if direction is Direction.INGRESS and each.names:
        for number in members(own):
            yield 1 << number, each.within(universe, direction, number)
    else:
        yield own, each.within(universe, direction, 0)


def _effective(placed: PlacedPolicy, direction: Direction, own: int, spans: Spans) -> bool:
    """Whether the rule lets some of the pods speak to some peer that also agrees."""
    reach, units = placed.network.reach(Reading.POSSIBLE), placed.network.universe.every_unit
    for atoms, those in spans:
        peers = those.possible & units
        if peers & own:
            return True
        sources, targets = (peers, own) if direction is Direction.INGRESS else (own, peers)
        if reach.connects(sources, targets, atoms):
            return True
    return False


_MONITORING = pod("prometheus", space="monitoring")

RULES = (
    Row(
        "network/peer-selects-nothing",
        PlacedPolicy,
        "Peer of a network policy selects no pod.\n\n"
        "The peers that the rule was written for are locked out, and the next change will open more than was meant.\n\n"
        "Let the selector match the labels of the peers' pod templates.",
        _selects_nothing,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        bad=(
            several(
                namespace(),
                pod("web"),
                pod("gateway"),
                policy(
                    "web",
                    f"{_SELECT_WEB}ingress:\n  - from:\n      - podSelector:  # ! 'app: gateway' is near\n"
                    "          matchLabels:\n            app: gatway",
                ),
            ),
        ),
        good=(
            several(
                namespace(),
                pod("web"),
                pod("gateway"),
                policy(
                    "web",
                    f"{_SELECT_WEB}ingress:\n  - from:\n      - podSelector:\n          matchLabels:\n"
                    "            app: gateway",
                ),
            ),
        ),
    ),
    Row(
        "network/peer-or-instead-of-and",
        PlacedPolicy,
        "Two peers stand where one with two selectors may be meant.\n\n"
        "Each dash begins a peer of its own: this rule lets in every pod of the selected namespaces, and besides them\n"
        "pods of the own namespace. With one dash less, only the selected pods of the selected namespaces.\n\n"
        "Remove the second dash if both selectors shall match; give each peer a comment if not.",
        _or_for_and,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        bad=(
            several(
                namespace("monitoring", "team: platform"),
                _MONITORING,
                policy(
                    "web",
                    f"{_SELECT_WEB}ingress:\n  - from:\n      - namespaceSelector:\n          matchLabels:\n"
                    "            team: platform\n      - podSelector:  # ! both would have to match\n"
                    "          matchLabels:\n            app: prometheus",
                ),
                fixed=joined(
                    namespace("monitoring", "team: platform"),
                    _MONITORING,
                    policy(
                        "web",
                        f"{_SELECT_WEB}ingress:\n  - from:\n      - namespaceSelector:\n          matchLabels:\n"
                        "            team: platform\n        podSelector:\n"
                        "          matchLabels:\n            app: prometheus",
                    ),
                ),
            ),
        ),
        good=(
            several(
                namespace("monitoring", "team: platform"),
                _MONITORING,
                policy(
                    "web",
                    f"{_SELECT_WEB}ingress:\n  - from:\n      - namespaceSelector:\n          matchLabels:\n"
                    "            team: platform\n      - podSelector:\n          matchLabels:\n"
                    "            app: gateway",
                ),
            ),
        ),
    ),
    Row(
        "network/one-sided-allow",
        PlacedPolicy,
        "Network policy allows what the other side denies.\n\n"
        "A connection needs the consent of both sides. This rule opens nothing as long as the other side is closed,\n"
        "and whoever finds that out in an outage opens the other side wider than need be.\n\n"
        "Allow the same connection on the other side, or remove the rule.",
        _one_sided,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        bad=(
            several(
                pod("web"),
                pod("ledger"),
                policy(
                    "web",
                    f"{_SELECT_WEB}policyTypes: [Egress]\negress:\n  - to:  # ! ingress of the peers denies\n"
                    "      - podSelector:\n          matchLabels:\n            app: ledger\n"
                    "    ports:\n      - port: 5432",
                ),
                policy("ledger", "podSelector:\n  matchLabels:\n    app: ledger"),
            ),
        ),
        good=(
            several(
                pod("web"),
                pod("ledger"),
                policy(
                    "web",
                    f"{_SELECT_WEB}policyTypes: [Egress]\negress:\n  - to:\n      - podSelector:\n"
                    "          matchLabels:\n            app: ledger\n    ports:\n      - port: 5432",
                ),
                policy(
                    "ledger",
                    "podSelector:\n  matchLabels:\n    app: ledger\ningress:\n  - from:\n      - podSelector: {}",
                ),
            ),
        ),
    ),
)
