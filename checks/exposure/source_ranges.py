"""Lists of addresses that limit nobody."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.sources import Item, ineffective, range_lists
from hullmark.linter.rule import Hit, Row, Rule, manifest


def _open(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    severity = Severity.LOW if linked.gateway is not None else None
    for ranges in range_lists(linked.service):
        for item in _guilty(ranges.items):
            yield rule.hit(
                item.place,
                f"{linked.service} lets every address through: {item.text!r}",
                severity=severity,
                subject_name="" if ranges.field is None else item.text,
            )


def _guilty(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The ranges that are everything by themselves, else those that together are, else none."""
    alone = tuple(item for item in items if is_everything([item.text]))
    if alone or not is_everything([item.text for item in items]):
        return alone
    return tuple(item for item in items if not is_everything([other.text for other in items if other is not item]))


def _ineffective(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    reason = ineffective(linked.service, linked.bundle)
    for ranges in range_lists(linked.service) if reason else ():
        yield rule.hit(ranges.place, f"source ranges of {linked.service} do nothing: {reason}")


_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata:
      name: reports
      namespace: shop
    spec:
      type: {type}
      selector: {{app: reports}}
      ports:
        - port: 443
      loadBalancerSourceRanges:{mark}
        - {first}
        - {second}
"""
_HETZNER = """
    apiVersion: v1
    kind: Service
    metadata:
      name: reports
      annotations:
        load-balancer.hetzner.cloud/location: fsn1
    spec:
      type: LoadBalancer
      ports:
        - port: 443
      loadBalancerSourceRanges: [192.0.2.0/24]  # ! Hetzner
"""

RULES = (
    Row(
        "exposure/source-range-open-to-all",
        LinkedService,
        "Source ranges let every address through.\n\n"
        "The list reads like a limit and is none: a range of all addresses beside others makes the others\n"
        "meaningless.\n\n"
        "Remove the open range from `spec.loadBalancerSourceRanges`, or the list if the Service is meant to\n"
        "be public.",
        _open,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=("NSA/network-separation-and-hardening", "MITRE/T1190"),
        bad=(
            manifest(
                _SERVICE.format(type="LoadBalancer", mark="", first="192.0.2.0/24", second="0.0.0.0/0  # ! '0.0.0.0/0'")
            ),
            manifest(_SERVICE.format(type="LoadBalancer", mark="", first="0.0.0.0/1  # !", second="128.0.0.0/1  # !")),
        ),
        good=(manifest(_SERVICE.format(type="LoadBalancer", mark="", first="192.0.2.0/24", second="10.0.0.0/8")),),
    ),
    Row(
        "exposure/source-ranges-ineffective",
        LinkedService,
        "Source ranges do nothing here.\n\n"
        "Nothing enforces the list, so that everybody comes in while the manifest reads as if few could.\n\n"
        "Limit addresses where the platform does it (firewall, security group), or choose a load balancer\n"
        "that knows source ranges.",
        _ineffective,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        controls=("NSA/network-separation-and-hardening",),
        bad=(
            manifest(
                _SERVICE.format(
                    type="NodePort", mark="  # ! of type NodePort", first="192.0.2.0/24", second="10.0.0.0/8"
                )
            ),
            manifest(_HETZNER),
        ),
        good=(manifest(_SERVICE.format(type="LoadBalancer", mark="", first="192.0.2.0/24", second="10.0.0.0/8")),),
    ),
)
