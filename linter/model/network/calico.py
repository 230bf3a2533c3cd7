"""Policies of Calico: ordered rules in ordered tiers, which allow, deny or pass on.

https://docs.tigera.io/calico/latest/reference/resources/networkpolicy and .../globalnetworkpolicy, version 3.30.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import BoolField, StrListField
from hullmark.linter.manifest.network_kinds import CALICO_GROUPS
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.calico_rule import Reader
from hullmark.linter.model.network.calico_selector import EVERYTHING, parsed
from hullmark.linter.model.network.calico_sets import CalicoSelected, network_sets
from hullmark.linter.model.network.kubernetes import DEFAULT_TIER_ORDER
from hullmark.linter.model.network.peers import Both, Nobody, Peers
from hullmark.linter.model.network.policy import Family, Policy
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.named_tuple import NamedTuple

KINDS = ("NetworkPolicy", "GlobalNetworkPolicy")
STAGED = ("StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy")
DEFAULT_TIER = "default"


class Tier(NamedTuple):
    """Where a tier stands, and whether it passes on what none of its policies matched."""

    order: float
    passes: bool


def policies(bundle: Bundle) -> Iterator[Policy]:
    """Every policy of Calico that concerns pods, in file order."""
    sets, tiers = network_sets(bundle), _tiers(bundle)
    for group in CALICO_GROUPS:
        for kind in KINDS:
            for resource in bundle.by_kind(group, kind):
                if not _is_for_hosts(resource.cursor.get("spec")):
                    yield _policy(resource, Reader(bundle, _namespace(bundle, resource), sets), tiers)


def staged(bundle: Bundle) -> tuple[Resource, ...]:
    """Policies that are only watched, and have no effect."""
    return tuple(each for group in CALICO_GROUPS for kind in STAGED for each in bundle.by_kind(group, kind))


def _namespace(bundle: Bundle, resource: Resource) -> str:
    return "" if resource.kind.startswith("Global") else bundle.namespace_of(resource).name


def _is_for_hosts(spec: Cursor) -> bool:
    return BoolField(spec.get("preDNAT")).is_true or BoolField(spec.get("doNotTrack")).is_true


def _tiers(bundle: Bundle) -> dict[str, Tier]:
    found = {DEFAULT_TIER: Tier(DEFAULT_TIER_ORDER, False)}
    for group in CALICO_GROUPS:
        for resource in bundle.by_kind(group, "Tier"):
            passes = resource.cursor.get("spec", "defaultAction").text == "Pass"
            order = number(resource.cursor.get("spec", "order"))
            if resource.name == DEFAULT_TIER and order == inf:
                order = DEFAULT_TIER_ORDER
            found[resource.name] = Tier(order, passes)
    return found


def number(cursor: Cursor) -> float:
    """An order, absent ones last."""
    try:
        return float(cursor.text) if cursor.text is not None else inf
    except ValueError:
        return inf


def _policy(resource: Resource, reader: Reader, tiers: dict[str, Tier]) -> Policy:
    spec = resource.cursor.get("spec")
    rules = (reader.rules(spec, Direction.INGRESS), reader.rules(spec, Direction.EGRESS))
    name = spec.get("tier").text or DEFAULT_TIER
    tier = tiers.get(name)
    isolates = _types(spec)
    return Policy(
        resource,
        Family.CALICO,
        reader.namespace,
        spec.get("selector"),
        _subject(spec, reader),
        (rules[0] if isolates[0] else (), rules[1] if isolates[1] else ()),
        isolates,
        # A policy of a tier that is not here stands nobody knows where.
        uncertain=tier is None,
        tier=name,
        tier_order=inf if tier is None else tier.order,
        tier_passes=tier is not None and tier.passes,
        order=number(spec.get("order")),
    )


def _types(spec: Cursor) -> tuple[bool, bool]:
    """Directions that the policy applies to; by default those that it has rules for, ingress if none."""
    types = StrListField(spec.get("types"))
    if types.present and not types.empty:
        return (types.find("Ingress") is not None, types.find("Egress") is not None)
    ingress, egress = (any(True for _ in spec.get(direction.word).items()) for direction in Direction)
    return (ingress or not egress, egress)


def _subject(spec: Cursor, reader: Reader) -> Peers:
    expression = parsed(spec.get("selector").text or "")
    if expression is None:
        return Nobody(hidden=True)
    spaces = None
    if not reader.namespace and spec.get("namespaceSelector").text:
        spaces = parsed(spec.get("namespaceSelector").text or "")
        if spaces is None:
            return Nobody(hidden=True)
    found: Peers = CalicoSelected(expression, reader.namespace or None, spaces)
    accounts = spec.get("serviceAccountSelector").text
    if accounts and parsed(accounts) != EVERYTHING:
        # Labels of service accounts: who has them is decided in the cluster.
        found = Both((found, Nobody(hidden=True)))
    return found
