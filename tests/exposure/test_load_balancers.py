"""The zone of a load balancer: every row of the fact table, and the order in which rows decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hullmark.linter.finding import Confidence
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.markers import facts
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.zones import ZONES, Reached, Zone

Bundled = Callable[..., Bundle]
ROWS = list(facts()["service"])
CLASSES = list(facts()["service_load_balancer_class"])
EVIDENCE_HOOK = """
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: aws-load-balancer-webhook}
    webhooks:
      - name: mservice.elbv2.k8s.aws
"""
POOL = """
    apiVersion: metallb.io/v1beta1
    kind: IPAddressPool
    metadata: {{name: {name}, namespace: metallb-system}}
    spec:
      addresses: ["{range}"]
"""


def service(annotations: dict[str, str] | None = None, **spec: Any) -> str:
    fields = {"type": "LoadBalancer", "ports": [{"port": 443}], **spec}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", "namespace": "shop", "annotations": annotations or {}},
            "spec": fields,
        }
    )


def zone(bundle: Bundle) -> Reached:
    (linked,) = LinkedService.among(bundle)
    return linked.load_balancer


def acting_value(row: dict[str, Any]) -> str:
    if "equals" in row:
        return str(row["equals"][0])
    if "json" in row:
        return json.dumps({**row["json"], "name": "lb"})
    return "0.0.0.0/0"


def label(row: dict[str, Any]) -> str:
    return f"{row['key']}={acting_value(row)}"


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_marker_decides_the_zone(bundled: Bundled, row: dict[str, Any]) -> None:
    found = zone(bundled(service({row["key"]: acting_value(row)})))
    assert found.zone is ZONES[row["zone"]]
    assert found.explicit
    assert found.confidence is (Confidence.LOW if row.get("verified") is False else Confidence.HIGH)
    assert found.place is not None
    assert found.place.path == ("metadata", "annotations", row["key"])


@pytest.mark.parametrize("row", [row for row in ROWS if "equals" in row], ids=label)
def test_case_of_the_value_matters_only_where_the_platform_is_exact(bundled: Bundled, row: dict[str, Any]) -> None:
    found = zone(bundled(service({row["key"]: acting_value(row).upper()})))
    assert found.explicit is (row.get("exact") is not True)


@pytest.mark.parametrize("row", [row for row in ROWS if row["zone"] == "private-network"], ids=label)
def test_other_values_leave_the_default(bundled: Bundled, row: dict[str, Any]) -> None:
    found = zone(bundled(service({row["key"]: ""})))
    assert (found.zone, found.explicit) == (Zone.INTERNET, False)


@pytest.mark.parametrize("row", CLASSES, ids=lambda row: str(row["class"]))
def test_class_without_marker(bundled: Bundled, row: dict[str, Any]) -> None:
    expected = facts()["platform_defaults"]["address"] if row["default"] == "address" else row["default"]
    assert zone(bundled(service(loadBalancerClass=row["class"]))).zone is ZONES[expected]


def test_class_that_nobody_knows_is_unknown(bundled: Bundled) -> None:
    found = zone(bundled(service(loadBalancerClass="example.com/ours")))
    assert found.zone is None
    assert not found.is_internet


def test_marker_wins_over_class(bundled: Bundled) -> None:
    public = {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing"}
    assert zone(bundled(service(public, loadBalancerClass="service.k8s.aws/nlb"))).zone is Zone.INTERNET


@pytest.mark.parametrize(
    ("value", "expected"), [("external", Zone.PRIVATE), ("nlb-ip", Zone.PRIVATE), ("nlb", Zone.INTERNET)]
)
def test_aws_controller_is_internal_and_in_tree_is_public(bundled: Bundled, value: str, expected: Zone) -> None:
    found = zone(bundled(service({"service.beta.kubernetes.io/aws-load-balancer-type": value})))
    assert found.zone is expected


def test_aws_controller_in_the_input_makes_plain_services_internal(bundled: Bundled) -> None:
    plain, in_tree = service(), service({"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"})
    found = zone(bundled(plain, EVIDENCE_HOOK))
    assert (found.zone, found.confidence) == (Zone.PRIVATE, Confidence.MEDIUM)
    assert zone(bundled(in_tree, EVIDENCE_HOOK)).zone is Zone.INTERNET


def test_without_any_word_it_is_public_with_medium_confidence(bundled: Bundled) -> None:
    found = zone(bundled(service()))
    assert (found.zone, found.confidence, found.explicit) == (Zone.INTERNET, Confidence.MEDIUM, False)


@pytest.mark.parametrize("key", facts()["service_address_keys"]["annotations"])
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.7", Zone.PRIVATE),
        ("203.0.113.7", Zone.INTERNET),
        ("fd00::7", Zone.PRIVATE),
        ("10.0.0.7,203.0.113.7", Zone.INTERNET),
    ],
)
def test_literal_address_decides(bundled: Bundled, key: str, address: str, expected: Zone) -> None:
    assert zone(bundled(service({key: address}))).zone is expected


def test_address_of_the_status_and_of_the_spec(bundled: Bundled) -> None:
    assert zone(bundled(service(loadBalancerIP="192.168.3.4"))).zone is Zone.PRIVATE
    assert zone(bundled(service(externalIPs=["203.0.113.9"]))).zone is Zone.INTERNET
    text = service().replace('"spec"', '"status": {"loadBalancer": {"ingress": [{"ip": "10.1.1.1"}]}}, "spec"')
    assert zone(bundled(text)).zone is Zone.PRIVATE


def test_only_pool_decides(bundled: Bundled) -> None:
    inside = POOL.format(name="a", range="192.168.1.10-192.168.1.20")
    outside = POOL.format(name="b", range="203.0.113.0/28")
    assert zone(bundled(service(), inside)).zone is Zone.PRIVATE
    assert zone(bundled(service(), outside)).zone is Zone.INTERNET
    assert zone(bundled(service(), inside, outside)).zone is Zone.PRIVATE


@pytest.mark.parametrize("key", facts()["service_address_keys"]["pool_annotations"])
def test_named_pool_decides(bundled: Bundled, key: str) -> None:
    inside = POOL.format(name="a", range="192.168.1.10-192.168.1.20")
    outside = POOL.format(name="b", range="203.0.113.0/28")
    assert zone(bundled(service({key: "b"}), inside, outside)).zone is Zone.INTERNET


@pytest.mark.parametrize("row", facts()["service_source_range_keys"], ids=lambda row: str(row["key"]))
def test_source_range_keys(bundled: Bundled, row: dict[str, Any]) -> None:
    prefix = row.get("prefix", "")
    (linked,) = LinkedService.among(bundled(service({row["key"]: f"{prefix}203.0.113.0/24,{prefix}198.51.100.0/24"})))
    if row.get("opaque"):
        assert linked.sources.limit == "opaque"
    else:
        assert linked.sources.limit == "list"
        assert linked.sources.ranges == ("203.0.113.0/24", "198.51.100.0/24")
    assert linked.reached.zone is Zone.INTERNET


def test_private_ranges_make_it_private(bundled: Bundled) -> None:
    (linked,) = LinkedService.among(bundled(service(loadBalancerSourceRanges=["10.0.0.0/8", "fd00::/8"])))
    assert linked.load_balancer.zone is Zone.PRIVATE


@pytest.mark.parametrize("ranges", [["0.0.0.0/0"], ["::/0"], ["0.0.0.0/1", "128.0.0.0/1"], ["10.0.0.0/8", "::/0"]])
def test_open_ranges_are_no_limit(bundled: Bundled, ranges: list[str]) -> None:
    (linked,) = LinkedService.among(bundled(service(loadBalancerSourceRanges=ranges)))
    assert linked.sources.limit == "any"


def test_ranges_never_limit_node_ports(bundled: Bundled) -> None:
    (linked,) = LinkedService.among(bundled(service(loadBalancerSourceRanges=["10.0.0.0/8"])))
    assert linked.node_ports.zone is Zone.NODE
    (linked,) = LinkedService.among(bundled(service(allocateLoadBalancerNodePorts=False)))
    assert linked.node_ports.zone is Zone.CLUSTER


def test_tailscale_exposes_any_type(bundled: Bundled) -> None:
    (linked,) = LinkedService.among(bundled(service({"tailscale.com/expose": "true"}, type="ClusterIP")))
    assert linked.reached.zone is Zone.PRIVATE
