"""Every row of the fact table, acting or not: values, their case and spelling, values of a wrong type, templates."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hullmark.linter.finding import Confidence
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.gateway_classes import gateway_zone
from hullmark.linter.model.exposure.markers import facts
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.zones import ZONES, Reached, Zone

Bundled = Callable[..., Bundle]
Row = dict[str, Any]
TABLES = {
    "service", "service_load_balancer_class", "service_controller_annotation", "service_controller_evidence",
    "service_address_keys", "service_source_range_keys", "ingress", "ingress_class_parameters", "gateway_class",
    "gateway_parameters", "other", "platform_defaults", "private_ranges",
}  # fmt: skip
SERVICE = facts()["service"]
INGRESS = facts()["ingress"]
GATEWAY = facts()["gateway_class"]
TEMPLATE = "{{ .Values.internal }}"


def manifest(kind: str, api: str, meta: Row | None = None, **content: Any) -> str:
    head = {"apiVersion": api, "kind": kind, "metadata": {"name": "web", "namespace": "shop", **(meta or {})}}
    return json.dumps({**head, **content})


def values(row: Row) -> Iterator[Any]:
    """What people write under the key of a row: its values, others, misspelt ones, and what is no string."""
    for value in (*row.get("equals", ()), *row.get("not", ())):
        yield from (value, value.upper(), value.title(), f" {value}", f"{value}s", f"{value}\n")
    yield from ("true", "false", "0.0.0.0/0", "subnet-1", "", "  ", "yes")
    for key, value in (row.get("json") or {}).items():
        yield from (json.dumps({key: value, "bandwidth": 5}), json.dumps({key: value.upper()}), json.dumps({key: "no"}))
        yield from (value, "{", "[]", "7", '{"a": ' * 50)
    # What is no string the API server refuses, and a template may become anything: neither says where it leads.
    yield from (True, 1, None, TEMPLATE, ["true"], {"a": "b"})


def acts(row: Row, value: Any) -> bool:
    """What the comment at the head of the table says about values."""
    if not isinstance(value, str) or value == TEMPLATE:
        return False
    said = value if row.get("exact") else value.lower()
    if "json" in row:
        found = json.loads(value) if value.startswith('{"') and value.endswith("}") else {}
        return all(str(found.get(key)).lower() == wanted for key, wanted in row["json"].items())
    if "equals" in row:
        return said in row["equals"]
    return said not in row["not"] if "not" in row else bool(value.strip())


def decided(rows: list[Row], key: str, value: Any) -> Row | None:
    return next((row for row in rows if row.get("key") == key and acts(row, value)), None)


def acting(row: Row) -> Any:
    return next(value for value in values(row) if acts(row, value))


def cases(rows: list[Row]) -> list[Any]:
    found = {(row["key"], repr(value)): (row, value) for row in rows if "key" in row for value in values(row)}
    return [pytest.param(*each, id=f"{key}={value}"[:110]) for (key, value), each in found.items()]


def load_balancer(bundle: Bundle) -> Reached:
    (linked,) = LinkedService.among(bundle)
    return linked.load_balancer


def service(annotations: Row | None = None, **spec: Any) -> str:
    spec = {"type": "LoadBalancer", "ports": [{"port": 443}], **spec}
    return manifest("Service", "v1", {"annotations": annotations or {}}, spec=spec)


def ingress(name: str, annotations: Row | None = None) -> str:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    spec = {"ingressClassName": name, "defaultBackend": backend}
    return manifest("Ingress", "networking.k8s.io/v1", {"annotations": annotations or {}}, spec=spec)


def entry(bundle: Bundle) -> Reached:
    (endpoint,) = endpoints(bundle)
    return endpoint.zone


def gateway(name: str, **spec: Any) -> str:
    return manifest("Gateway", "gateway.networking.k8s.io/v1", spec={"gatewayClassName": name, **spec})


def front(bundle: Bundle) -> Reached:
    (found,) = bundle.by_kind("gateway.networking.k8s.io", "Gateway")
    return gateway_zone(bundle, found)


def test_no_table_is_left_out() -> None:
    assert set(facts()) - {"format"} == TABLES


@pytest.mark.parametrize(("row", "value"), cases(SERVICE))
def test_marker_of_a_service(bundled: Bundled, row: Row, value: Any) -> None:
    found, expected = load_balancer(bundled(service({row["key"]: value}))), decided(SERVICE, row["key"], value)
    if expected is None:
        assert (found.zone, found.explicit) == (Zone.INTERNET, False)
        return
    assert (found.zone, found.explicit) == (ZONES[expected["zone"]], True)
    assert found.confidence is (Confidence.LOW if expected.get("verified") is False else Confidence.HIGH)
    assert found.place is not None
    assert found.place.path == ("metadata", "annotations", row["key"])


@pytest.mark.parametrize("row", SERVICE, ids=lambda row: f"{row['key']}={row['zone']}")
@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort"])
def test_marker_without_load_balancer(bundled: Bundled, row: Row, kind: str) -> None:
    (linked,) = LinkedService.among(bundled(service({row["key"]: acting(row)}, type=kind)))
    expected = ZONES[row["zone"]] if row.get("any_service_type") else Zone.CLUSTER
    assert linked.load_balancer.zone is expected


@pytest.mark.parametrize("row", SERVICE, ids=lambda row: f"{row['key']}={row['zone']}")
def test_misspelt_key_is_no_marker(bundled: Bundled, row: Row) -> None:
    found = load_balancer(bundled(service({row["key"].upper(): acting(row)})))
    assert (found.zone, found.explicit) == (Zone.INTERNET, False)


@pytest.mark.parametrize("row", facts()["service_load_balancer_class"], ids=lambda row: str(row["class"]))
def test_load_balancer_class(bundled: Bundled, row: Row) -> None:
    default = facts()["platform_defaults"]["address"] if row["default"] == "address" else row["default"]
    assert load_balancer(bundled(service(loadBalancerClass=row["class"]))).zone is ZONES[default]
    for other in (row["class"].upper(), f"{row['class']}2", TEMPLATE, "example.com/ours", 7):
        assert load_balancer(bundled(service(loadBalancerClass=other))).zone is None


def test_empty_class_is_no_class(bundled: Bundled) -> None:
    assert load_balancer(bundled(service(loadBalancerClass=None))).zone is Zone.INTERNET


@pytest.mark.parametrize("row", facts()["service_controller_annotation"], ids=lambda row: str(row["key"]))
def test_annotation_that_chooses_a_controller(bundled: Bundled, row: Row) -> None:
    for value in row["equals"]:
        assert load_balancer(bundled(service({row["key"]: value}))).zone is ZONES[row["default"]]
    for value in ("nlb", "NLB-IP", "External", "", TEMPLATE, True):
        assert load_balancer(bundled(service({row["key"]: value}))).zone is Zone.INTERNET


TYPE, SCHEME = (
    "service.beta.kubernetes.io/aws-load-balancer-type",
    "service.beta.kubernetes.io/aws-load-balancer-scheme",
)
CONTROLLER = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {{name: aws-load-balancer-controller, namespace: kube-system}}
    spec:
      template:
        metadata: {{labels: {{app.kubernetes.io/name: aws-load-balancer-controller}}}}
        spec:
          containers:
            - name: controller
              image: public.ecr.aws/eks/aws-load-balancer-controller:{tag}
"""
HOOK = """
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: aws-load-balancer-webhook}
    webhooks: [{name: mservice.elbv2.k8s.aws}]
"""


@pytest.mark.parametrize(
    ("annotations", "spec", "others", "expected"),
    [
        ({}, {}, (), Zone.INTERNET),
        ({TYPE: "nlb"}, {}, (), Zone.INTERNET),
        ({TYPE: "external"}, {}, (), Zone.PRIVATE),
        ({TYPE: "nlb-ip"}, {}, (), Zone.PRIVATE),
        ({TYPE: "external", SCHEME: "internet-facing"}, {}, (), Zone.INTERNET),
        ({}, {"loadBalancerClass": "service.k8s.aws/nlb"}, (), Zone.PRIVATE),
        ({}, {"loadBalancerClass": "eks.amazonaws.com/nlb"}, (), Zone.PRIVATE),
        ({SCHEME: "internet-facing"}, {"loadBalancerClass": "service.k8s.aws/nlb"}, (), Zone.INTERNET),
        ({}, {}, (HOOK,), Zone.PRIVATE),
        ({TYPE: "nlb"}, {}, (HOOK,), Zone.INTERNET),
        ({}, {}, (HOOK, CONTROLLER.format(tag="v2.13.3")), Zone.PRIVATE),
        ({TYPE: "external"}, {}, (CONTROLLER.format(tag="v2.2.0"),), Zone.PRIVATE),
        ({TYPE: "nlb-ip"}, {}, (CONTROLLER.format(tag="v2.1.3"),), Zone.INTERNET),
        ({TYPE: "nlb-ip", SCHEME: "internal"}, {}, (CONTROLLER.format(tag="v2.1.3"),), Zone.PRIVATE),
        ({TYPE: "nlb-ip"}, {}, (CONTROLLER.format(tag="latest"),), Zone.PRIVATE),
    ],
)
def test_two_controllers_of_aws(
    bundled: Bundled, annotations: Row, spec: Row, others: tuple[str, ...], expected: Zone
) -> None:
    assert load_balancer(bundled(service(annotations, **spec), *others)).zone is expected


def class_names(row: Row) -> list[str]:
    """Names that a row is about: its own, or its pattern with other words and with none for every asterisk."""
    if "class" in row:
        return [row["class"]]
    return [row["class_glob"].replace("*", "team-"), row["class_glob"].replace("*", "")]


@pytest.mark.parametrize(("row", "value"), cases(INGRESS))
def test_marker_of_an_ingress(bundled: Bundled, row: Row, value: Any) -> None:
    rows = [each for each in INGRESS if each.get("class") == row["class"]]
    found, expected = entry(bundled(ingress(row["class"], {row["key"]: value}))), decided(rows, row["key"], value)
    default = next(ZONES[each["default"]] for each in rows if "default" in each)
    assert (found.zone, found.explicit) == ((default, False) if expected is None else (ZONES[expected["zone"]], True))


@pytest.mark.parametrize("row", [row for row in INGRESS if "key" in row], ids=lambda row: f"{row['key']}={row['zone']}")
def test_marker_of_another_class_says_nothing(bundled: Bundled, row: Row) -> None:
    found = entry(bundled(ingress("example", {row["key"]: row["equals"][0]})))
    assert (found.zone, found.explicit) == (Zone.INTERNET, False)


@pytest.mark.parametrize("row", [row for row in INGRESS if "default" in row], ids=lambda row: str(class_names(row)[0]))
def test_class_of_an_ingress(bundled: Bundled, row: Row) -> None:
    for name in class_names(row):
        found = entry(bundled(ingress(name)))
        assert found.zone is ZONES[row["default"]], name
        assert found.confidence is (Confidence.LOW if row.get("confidence") == "low" else Confidence.HIGH)
        old = ingress("x", {"kubernetes.io/ingress.class": name}).replace('"ingressClassName": "x", ', "")
        assert entry(bundled(old)).zone is ZONES[row["default"]], name


def test_class_of_an_ingress_that_a_template_fills_in_is_unknown(bundled: Bundled) -> None:
    assert entry(bundled(ingress(TEMPLATE))).zone is None


@pytest.mark.parametrize(
    "row", facts()["ingress_class_parameters"], ids=lambda row: f"{row['kind']}={row['equals'][0]}"
)
def test_parameters_of_an_ingress_class(bundled: Bundled, row: Row) -> None:
    group, _, kind = row["kind"].partition("/")
    defined = manifest(
        "IngressClass", "networking.k8s.io/v1", {"name": "ours", "namespace": None},
        spec={"controller": "example.com/ours", "parameters": {"apiGroup": group, "kind": kind, "name": "ours"}},
    )  # fmt: skip
    (key,) = row["path"].split(".")[1:]
    for value in row["equals"]:
        held = manifest(kind, f"{group}/v1", {"name": "ours"}, spec={key: value})
        found = entry(bundled(ingress("ours"), defined, held))
        assert (found.zone, found.explicit) == (ZONES[row["zone"]], True)
    for value in ("other", "", TEMPLATE):
        held = manifest(kind, f"{group}/v1", {"name": "ours"}, spec={key: value})
        assert entry(bundled(ingress("ours"), defined, held)).explicit is False


def test_parameters_win_over_the_annotation(bundled: Bundled) -> None:
    defined = manifest(
        "IngressClass", "networking.k8s.io/v1", {"name": "alb", "namespace": None},
        spec={"controller": "ingress.k8s.aws/alb", "parameters": {"kind": "IngressClassParams", "name": "alb"}},
    )  # fmt: skip
    held = manifest("IngressClassParams", "elbv2.k8s.aws/v1beta1", {"name": "alb"}, spec={"scheme": "internal"})
    public = {"alb.ingress.kubernetes.io/scheme": "internet-facing"}
    assert entry(bundled(ingress("alb", public), defined, held)).zone is Zone.PRIVATE


@pytest.mark.parametrize("row", GATEWAY, ids=lambda row: str(class_names(row)[0]))
def test_class_of_a_gateway(bundled: Bundled, row: Row) -> None:
    for name in class_names(row):
        found = front(bundled(gateway(name)))
        assert found.zone is ZONES[row["default"]], name
        assert found.confidence is (Confidence.LOW if row.get("confidence") == "low" else Confidence.HIGH)


def test_class_of_a_gateway_that_nobody_knows_is_public_at_medium_confidence(bundled: Bundled) -> None:
    found = front(bundled(gateway("ours")))
    assert (found.zone, found.confidence) == (Zone.INTERNET, Confidence.MEDIUM)


@pytest.mark.parametrize(("row", "value"), cases(SERVICE))
def test_marker_in_the_infrastructure_of_a_gateway(bundled: Bundled, row: Row, value: Any) -> None:
    found = front(bundled(gateway("ours", infrastructure={"annotations": {row["key"]: value}})))
    expected = decided(SERVICE, row["key"], value)
    zone = Zone.INTERNET if expected is None else ZONES[expected["zone"]]
    assert (found.zone, found.explicit) == (zone, expected is not None)


@pytest.mark.parametrize("row", facts()["gateway_parameters"], ids=lambda row: str(row.get("equals", "default")))
def test_parameters_of_a_gateway(bundled: Bundled, row: Row) -> None:
    group, _, kind = row["kind"].partition("/")
    asked = gateway("ours", infrastructure={"parametersRef": {"group": group, "kind": kind, "name": "web"}})
    for value in row.get("equals", ("", "other")):
        held = manifest(kind, f"{group}/v1beta1", spec={"scheme": value} if value else {})
        assert front(bundled(asked, held)).zone is ZONES[row["zone"] if "zone" in row else row["default"]]


@pytest.mark.parametrize("row", facts()["other"], ids=lambda row: str(row["kind"]))
def test_other_kinds(bundled: Bundled, row: Row) -> None:
    kind, _, group = row["kind"].partition(" ")
    api = f"{group}/v1"
    if "label" not in row:
        route = manifest(kind, api, spec={"host": "shop.example.com", "to": {"name": "web"}})
        assert entry(bundled(route)).zone is ZONES[row["default"]]
        return
    for value in row["equals"]:
        assert endpoints(bundled(manifest(kind, api, {"labels": {row["label"]: value}}, spec={}))) == ()
    for value in ("cluster", "", "Cluster-Local", TEMPLATE):
        assert entry(bundled(manifest(kind, api, {"labels": {row["label"]: value}}, spec={}))).zone is Zone.INTERNET


@pytest.mark.parametrize("text", facts()["private_ranges"])
def test_private_range(bundled: Bundled, text: str) -> None:
    assert load_balancer(bundled(service(loadBalancerIP=text.partition("/")[0]))).zone is Zone.PRIVATE
    assert load_balancer(bundled(service(loadBalancerSourceRanges=[text]))).zone is Zone.PRIVATE


def test_one_public_range_beside_private_ones(bundled: Bundled) -> None:
    found = load_balancer(bundled(service(loadBalancerSourceRanges=["10.0.0.0/8", "192.0.2.0/24"])))
    assert found.zone is Zone.INTERNET
