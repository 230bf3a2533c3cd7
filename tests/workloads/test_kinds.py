"""Rules about pods speak of kinds that hold pods, and never of look-alike fields of others."""

import json

import pytest

from hullmark.linter.engine.api import lint_texts
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.kinds import WORKLOAD_KINDS
from tests.workloads.test_mistakes import REGISTRY

POD = {
    "hostPID": True,
    "hostNetwork": True,
    "volumes": [{"name": "v", "hostPath": {"path": "/"}}],
    "containers": [{"name": "c", "image": "a", "securityContext": {"privileged": True}}],
}
# Rules about any object: where it lives, what a server wrote, how large it is, what its texts hold.
ANYWHERE = ("secret/", "reliability/", "workload/default-namespace", "workload/persistent-volume-host-path")


def _kinds() -> list[tuple[str, str]]:
    """Every group and kind of the table of API resources, by the plural's own singular; workloads left out."""
    found = []
    for group, resources in table("api_resources")["groups"].items():
        for plural in resources:
            kind = "".join(
                part.capitalize() for part in plural.removesuffix("es" if plural.endswith("sses") else "s").split("-")
            )
            found.append(("" if group == "core" else group, kind))
    known = {(group, kind.lower()) for group, kind in WORKLOAD_KINDS}
    return [(group, kind) for group, kind in found if (group, kind.lower()) not in known]


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
