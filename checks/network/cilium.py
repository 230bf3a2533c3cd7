"""Policies of Cilium that mean the opposite of what they look like, and its switches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.checks.network.samples import cilium, namespace, pod
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import BoolField, StrField
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.cilium import MODE_KINDS, mode_setting
from hullmark.linter.model.network.policy import Family
from hullmark.linter.model.network.subjects import PlacedPolicy
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Needs, Row, Rule, manifest, rewrite, several

_OPEN = regex(r"(?<![a-z])(?:allow|open|any)(?![a-z])", re.IGNORECASE)


def _specs(placed: PlacedPolicy) -> Iterator[Cursor]:
    """The spec that this policy was read from."""
    if placed.policy.family is not Family.CILIUM:
        return
    root = placed.policy.resource.cursor
    for spec in (root.get("spec"), *root.get("specs").items()):
        if spec.is_mapping and spec.get("endpointSelector").node is placed.policy.selector.node:
            yield spec


def _empty_rule(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    for spec in _specs(placed):
        says_open = _OPEN.search(f"{placed.policy.resource.name} {spec.get('description').text or ''}") is not None
        for direction, side in ((Direction.INGRESS, "from"), (Direction.EGRESS, "to")):
            for item in spec.get(direction.word).items():
                if says_open and item.is_mapping and not any(True for _ in item.entries()):
                    yield rule.hit(
                        item, f"{placed} has an empty rule for {direction.word}, which denies everything in Cilium"
                    )
                for name, at in item.entries():
                    empty = at.is_sequence and not any(True for _ in at.items())
                    if empty and name.startswith(side) and name != "toPorts":
                        yield rule.hit(
                            at.key_place, f"{placed} has an empty list {name}, which selects nobody in Cilium"
                        )


def _default_deny_disabled(rule: Rule[PlacedPolicy], placed: PlacedPolicy) -> Iterator[Hit]:
    network = placed.network
    for spec in _specs(placed):
        for direction in Direction:
            at = spec.get("enableDefaultDeny", direction.word)
            homes = [home for home in network.homes if placed.policy.namespace in ("", home.name)]
            open_homes = [home for home in homes if not network.is_isolated(home.pristine, direction)]
            if BoolField(at).is_false and open_homes:
                yield rule.hit(
                    at,
                    f"{placed} does not close its pods for {direction.word}, and namespace {open_homes[0].name!r} has"
                    " no default deny",
                )


def _enforcement(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    at = mode_setting(bundle)
    if at is not None and at.text == "never":
        yield rule.hit(at, "Cilium enforces no network policy at all", fix=rewrite(StrField(at), "default"))


_SELECTOR = "endpointSelector:\n  matchLabels:\n    app: web\n"
_CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: cilium-config
  namespace: kube-system
data:
  enable-policy: {mode}
"""

RULES = (
    Row(
        "network/cilium-empty-rule-denies",
        PlacedPolicy,
        "Empty rule of Cilium denies what it seems to allow.\n\n"
        "In a NetworkPolicy an empty rule allows everything; in Cilium it isolates the pods and allows nothing, and\n"
        "so does an empty list of peers. Whoever finds out in an outage removes the policy.\n\n"
        "Write what is meant: `fromEntities: [all]`, or `fromEndpoints: [{}]` for the own namespace.",
        _empty_rule,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        bad=(
            manifest(cilium("allow-all", f"{_SELECTOR}ingress:\n  - {{}}  # ! denies everything")),
            manifest(cilium("web", f"{_SELECTOR}ingress:\n  - fromEndpoints: []  # ! selects nobody")),
        ),
        good=(
            manifest(cilium("deny", f"{_SELECTOR}ingress:\n  - {{}}")),
            manifest(cilium("allow-all", f"{_SELECTOR}ingress:\n  - fromEntities: [all]")),
        ),
    ),
    Row(
        "network/cilium-default-deny-disabled",
        PlacedPolicy,
        "Policy of Cilium leaves its pods open.\n\n"
        "With `enableDefaultDeny: false` the policy only adds: pods that nothing else closes stay open, whatever it\n"
        "lists.\n\n"
        "Remove the switch, or add a policy that denies by default.",
        _default_deny_disabled,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.3.2",),
        bad=(
            several(
                namespace(),
                pod("web"),
                cilium(
                    "web",
                    f"{_SELECTOR}enableDefaultDeny:\n  ingress: false  # ! no default deny\n"
                    "ingress:\n  - fromEndpoints: [{}]",
                ),
            ),
        ),
        good=(
            several(
                namespace(),
                pod("web"),
                cilium("deny", "endpointSelector: {}\ningress:\n  - {}"),
                cilium("web", f"{_SELECTOR}enableDefaultDeny:\n  ingress: false\ningress:\n  - fromEndpoints: [{{}}]"),
            ),
        ),
    ),
    Row(
        "network/cilium-enforcement-disabled",
        Bundle,
        "Cilium enforces no network policy.\n\n"
        "Every policy of the cluster is without effect, of Kubernetes and of Cilium alike: every pod reaches every\n"
        "other one.\n\n"
        "Set the mode to `default`, or to `always` to close every pod that no policy selects.",
        _enforcement,
        severity=Severity.HIGH,
        controls=("CIS-1.12/5.3.1",),
        needs=Needs(MODE_KINDS),
        mentions=("never",),
        bad=(manifest(_CONFIG.format(mode="never  # ! no network policy"), fixed=_CONFIG.format(mode="default")),),
        good=(manifest(_CONFIG.format(mode="default")), manifest(_CONFIG.format(mode="always"))),
    ),
)
