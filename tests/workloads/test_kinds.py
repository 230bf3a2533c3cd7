"""Rules about pods speak of kinds that hold pods, and never of look-alike fields of others."""

import json

import pytest

from hullmark.linter.engine.api import lint_texts
from hullmark.linter.manifest.kinds import WORKLOAD_KINDS
from tests.manifest.test_schema_walk import SCHEMAS
from tests.workloads.test_mistakes import REGISTRY

POD = {
    "hostPID": True,
    "hostNetwork": True,
    "volumes": [{"name": "v", "hostPath": {"path": "/"}}],
    "containers": [{"name": "c", "image": "a", "securityContext": {"privileged": True}}],
}
# Rules about any object: where it lives, what a server wrote, how large it is, what its texts hold.
ANYWHERE = ("secret/", "reliability/", "workload/default-namespace", "workload/persistent-volume-host-path")


MINORS = ("v1.37.0-local", "v1.31.0-local", "v1.25.0-local")


def _kinds() -> list[tuple[str, str]]:
    """Every group and kind of the packaged schemas of Kubernetes, old and new; kinds with pods left out."""
    found = set()
    for minor in MINORS:
        text = (SCHEMAS / minor / "_definitions.json").read_text(encoding="utf-8")
        for definition in json.loads(text)["$defs"].values():
            for each in definition.get("x-kubernetes-group-version-kind", ()):
                found.add((each["group"], each["kind"]))
    return sorted(kind for kind in found if kind not in WORKLOAD_KINDS and not kind[1].endswith("List"))


def test_kinds_are_those_of_kubernetes() -> None:
    found = set(_kinds())
    assert len(found) > 100
    assert {("", "ConfigMap"), ("networking.k8s.io", "NetworkPolicy"), ("policy", "PodDisruptionBudget")} <= found


@pytest.mark.parametrize("kind", _kinds(), ids=lambda kind: "/".join(kind))
def test_rules_about_pods_are_silent_elsewhere(kind: tuple[str, str]) -> None:
    group, name = kind
    text = {
        "apiVersion": f"{group}/v1" if group else "v1",
        "kind": name,
        "metadata": {"name": "x", "namespace": "shop"},
        "spec": {**POD, "template": {"spec": POD}},
        "template": {"spec": POD},
    }
    report = lint_texts({"x.json": json.dumps(text)}, REGISTRY)
    assert [finding.rule for finding in report.findings if not finding.rule.startswith(ANYWHERE)] == []
    assert report.problems == ()


@pytest.mark.parametrize("kind", sorted(WORKLOAD_KINDS), ids=lambda kind: "/".join(kind))
def test_nothing_crashes_on_a_workload_of_the_wrong_shape(kind: tuple[str, str]) -> None:
    group, name = kind
    shapes: tuple[object, ...] = (
        None,
        [],
        "x",
        {"template": []},
        {"template": {"spec": {"containers": "x", "volumes": {}}}},
    )
    for spec in shapes:
        text = {"apiVersion": f"{group}/v1" if group else "v1", "kind": name, "metadata": {"name": "x"}, "spec": spec}
        assert lint_texts({"x.json": json.dumps(text)}, REGISTRY).problems == ()


def test_custom_pods_are_judged() -> None:
    rollout = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": "x"},
        "spec": {"template": {"spec": POD}},
    }
    report = lint_texts({"x.json": json.dumps(rollout)}, REGISTRY)
    assert "workload/privileged-container" in {finding.rule for finding in report.findings}
