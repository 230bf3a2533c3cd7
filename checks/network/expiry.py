"""Just-in-time access: openings in the network that are meant to end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hullmark.checks.network.samples import FILTERING, pod, policy
from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.expiry import expiry
from hullmark.linter.manifest.network_kinds import POLICIES, AnyNetworkPolicy
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.published import published
from hullmark.linter.model.network.analysis import network
from hullmark.linter.model.network.policy import Action
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Hit, Needs, Option, Row, Rule, manifest, several
from hullmark.linter.rule.expiry import beyond, expired, malformed, soon
from hullmark.linter.rule.repair import remove_object

_REQUIRE = "temporary-access.require-for-openings"
_TEMPORARY = "hullmark.io/temporary"
_POLICY = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: debugging
      namespace: shop
      annotations:
        hullmark.io/expires: {day}
    spec:
      podSelector: {{}}
      ingress:
        - from:
            - ipBlock:
                cidr: 198.51.100.7/32
"""
_MARKED = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: debugging
      namespace: shop
      annotations:{mark}
        hullmark.io/temporary: "true"
{more}    spec:
      podSelector: {{}}
"""


def _without(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    openings = _openings(bundle) if rule.switch(bundle.context, _REQUIRE) else set[int]()
    for each in bundle.each(AnyNetworkPolicy):
        found = expiry(each)
        if found is not None and found.day is not None:
            continue
        at = each.cursor.get("metadata", "annotations")
        place = at.key_place if at.present else each.place
        if each.annotation(_TEMPORARY).text == "true" or each.label(_TEMPORARY).text == "true":
            yield rule.hit(place, f"{each} is marked as temporary and does not say when it ends")
        elif id(each.cursor.node) in openings:
            yield rule.hit(place, f"{each} opens pods to others and does not say when it ends", profile=Profile.OPT_IN)


def _openings(bundle: Bundle) -> set[int]:
    """Objects by which addresses outside or all namespaces reach pods that are no gateways."""
    found = set()
    for placed in PlacedPolicy.among(bundle):
        universe = placed.network.universe
        every, outside = universe.every_pod, universe.outside[Direction.INGRESS].every
        units = placed.selected
        if units and all(published(network(bundle), unit).is_gateway for unit in units):
            continue
        for rule in placed.compiled.rules[Direction.INGRESS]:
            if rule.action is Action.ALLOW and (rule.peers.sure & outside or every & ~rule.peers.sure == 0):
                found.add(id(placed.policy.resource.cursor.node))
    return found


_OPENING = policy(
    "web{mark}", "podSelector:\n  matchLabels:\n    app: web\ningress:\n  - from:\n      - namespaceSelector: {}"
)
_REQUIRED: dict[str, object] = {_REQUIRE: True}

RULES = (
    Row(
        "network/expired-opening",
        AnyNetworkPolicy,
        "Temporary opening is past its last day.\n\n"
        "What was opened for an afternoon is still open: Kubernetes knows nothing of the annotation.\n\n"
        "Remove the policy from the manifests, or give it a new last day on purpose.",
        partial(expired, fix=remove_object),
        severity=Severity.HIGH,
        controls=FILTERING,
        bad=(
            manifest(_POLICY.format(day='"2026-01-01"  # ! 14 days ago')),
            several(pod("web"), _POLICY.format(day='"2026-01-01"  # ! 14 days ago'), fixed=pod("web")),
            several(_POLICY.format(day='"2026-01-01"  # ! 14 days ago'), pod("web"), fixed=pod("web")),
        ),
        good=(manifest(_POLICY.format(day='"2026-01-15"')),),
    ),
    Row(
        "network/opening-expires-soon",
        AnyNetworkPolicy,
        "Temporary opening ends within days.\n\n"
        "Nothing is wrong yet: the policy will be a finding once its last day is past.\n\n"
        "Plan its removal, or give it a new last day on purpose.",
        soon,
        severity=Severity.INFO,
        profile=Profile.STRICT,
        bad=(manifest(_POLICY.format(day='"2026-01-20"  # ! in 5 days')),),
        good=(manifest(_POLICY.format(day='"2026-03-01"')),),
    ),
    Row(
        "network/malformed-expiry",
        AnyNetworkPolicy,
        "Expiry of an opening is no date.\n\n"
        "A value that is no date never comes, so that the opening stays for ever while everybody believes that it\n"
        "will end.\n\n"
        'Write the last valid day as `hullmark.io/expires: "2026-01-31"`.',
        malformed,
        severity=Severity.MEDIUM,
        bad=(manifest(_POLICY.format(day="in two weeks  # ! no date")),),
        good=(manifest(_POLICY.format(day='"2026-03-01"')),),
    ),
    Row(
        "network/opening-without-expiry",
        Bundle,
        "Temporary opening does not say when it ends.\n\n"
        "What is temporary and has no end stays: the next owner does not know that it was meant to go.\n\n"
        'Add the annotation `hullmark.io/expires: "2026-01-31"` with the last valid day.',
        _without,
        severity=Severity.MEDIUM,
        options=(Option(_REQUIRE, False, "Openings to the outside and to all namespaces need a last day."),),
        controls=("NSA/network-policies",),
        needs=Needs(POLICIES),
        bad=(
            manifest(_MARKED.format(mark="  # ! marked as temporary", more="")),
            several(pod("web"), _OPENING.replace("{mark}", "  # ! opens pods to others"), options=_REQUIRED),
        ),
        good=(
            manifest(_MARKED.format(mark="", more='        hullmark.io/expires: "2026-03-01"\n')),
            several(pod("web"), _OPENING.replace("{mark}", "")),
        ),
    ),
    Row(
        "network/expiry-beyond-limit",
        AnyNetworkPolicy,
        "Temporary opening lives longer than allowed.\n\n"
        "An opening for a year is no temporary opening.\n\n"
        "Choose a last day within `temporary-access.max-days`.",
        beyond,
        severity=Severity.LOW,
        profile=Profile.OPT_IN,
        bad=(
            manifest(_POLICY.format(day='"2026-12-31"  # ! 30 are allowed'), options={"temporary-access.max-days": 30}),
        ),
        good=(manifest(_POLICY.format(day='"2026-02-01"'), options={"temporary-access.max-days": 30}),),
    ),
)
