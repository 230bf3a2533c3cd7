"""What must hold for every Service and every gateway, whatever is added to the input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.model.exposure.exposures import exposures
from hullmark.linter.model.exposure.markers import service_markers
from hullmark.linter.model.exposure.policies import is_blocked
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.zones import Zone
from hullmark.linter.rule.registry import Registry
from tests.one_bundle import bundle_of

Object = dict[str, Any]
REGISTRY = Registry.of(shelf().rules)
INTERNAL = [row for row in service_markers() if row.is_internal]
LABELS = st.sampled_from([{"app": "web"}, {"app": "db"}, {"app": "web", "tier": "front"}])
PORTS = st.lists(st.sampled_from([80, 443, 5432, 8080]), min_size=1, max_size=3, unique=True)


def service(kind: str, selector: dict[str, str], ports: list[int], **more: Any) -> Object:
    spec = {"type": kind, "selector": selector, "ports": [{"port": port} for port in ports]}
    meta = {"name": "web", "namespace": "shop", "annotations": more.pop("annotations", {})}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {**spec, **more}}


def pod(name: str, labels: dict[str, str], ports: list[int]) -> Object:
    container = {"name": "app", "image": f"registry.example/{name}:1", "ports": [{"containerPort": p} for p in ports]}
    meta = {"name": name, "namespace": "shop", "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container]}}


DENY: Object = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "deny", "namespace": "shop"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
}


@given(LABELS, LABELS, PORTS)
def test_cluster_ip_without_gateway_exposes_nothing(
    selector: dict[str, str], labels: dict[str, str], ports: list[int]
) -> None:
    assert exposures(bundle_of([service("ClusterIP", selector, ports), pod("web", labels, ports)])) == ()


@given(st.sampled_from(INTERNAL), PORTS, st.booleans())
def test_internal_marker_moves_the_zone_inside(row: Any, ports: list[int], with_pod: bool) -> None:
    value = row.equals[0] if row.equals else json.dumps(dict(row.inside)) if row.inside else "yes"
    more = [pod("web", {"app": "web"}, ports)] if with_pod else []
    plain = bundle_of([service("LoadBalancer", {"app": "web"}, ports), *more])
    marked = bundle_of([service("LoadBalancer", {"app": "web"}, ports, annotations={row.key: value}), *more])
    (before,), (after,) = LinkedService.among(plain), LinkedService.among(marked)
    assert before.reached.zone is Zone.INTERNET
    assert after.reached.zone is Zone.PRIVATE


@pytest.mark.parametrize("row", INTERNAL, ids=lambda row: str(row.key))
def test_internal_marker_adds_no_other_finding(row: Any) -> None:
    value = row.equals[0] if row.equals else json.dumps(dict(row.inside)) if row.inside else "yes"
    found = []
    for marks in ({}, {row.key: value}):
        objects = (
            service("LoadBalancer", {"app": "web"}, [5432], annotations=marks),
            pod("web", {"app": "web"}, [5432]),
        )
        text = "\n---\n".join(json.dumps(each) for each in objects)
        report = lint_texts({"a.yaml": text}, REGISTRY, select=("exposure",))
        found.append({finding.rule for finding in report.findings})
    assert found[1] - found[0] <= {"exposure/internal-marker-ineffective"}


@given(st.sampled_from(["LoadBalancer", "NodePort"]), LABELS, LABELS, PORTS)
def test_default_deny_blocks_and_never_adds(
    kind: str, selector: dict[str, str], labels: dict[str, str], ports: list[int]
) -> None:
    objects = service(kind, selector, ports), pod("web", labels, ports)
    before, after = exposures(bundle_of(objects)), exposures(bundle_of([*objects, DENY]))
    assert len(after) == len(before)
    assert not any(is_blocked(each) for each in before)
    assert all(is_blocked(each) for each in after)


@given(st.permutations([0, 1, 2]))
def test_order_of_documents_changes_no_exposure(order: list[int]) -> None:
    objects = [
        service("LoadBalancer", {"app": "web"}, [80]),
        pod("web", {"app": "web"}, [80]),
        pod("db", {"app": "db"}, [5432]),
    ]
    found = exposures(bundle_of(objects[at] for at in order))
    assert [(each.pod.resource.name, each.number) for each in found] == [("web", 80)]
