"""What a piece of an object leaves out says nothing; what it holds counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.engine.run import Request, run
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.pod import Container
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from tests.engine.conftest import DOC
from tests.workloads.test_mistakes import REGISTRY

PATCH = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      hostPID: true
      containers:
        - name: app
          image: registry.example/app:1.4.2
"""
SET = {"workload/host-pid", "image/not-pinned-by-digest"}


def _kustomization(body: str) -> str:
    return f"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n{body}\n"


def _rules(files: dict[str, str], path: str) -> set[str]:
    report = lint_texts(files, REGISTRY, profile=Profile.ALL)
    return {finding.rule for finding in report.findings if finding.location.path == path}


def test_whole_deployment_is_told_what_it_lacks() -> None:
    found = _rules({"prod/web.yaml": PATCH}, "prod/web.yaml")
    assert found > SET
    assert {"workload/security-context-missing", "workload/default-namespace"} <= found


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("kustomization.yaml", "patches: [{path: web.yaml}]"),
        ("kustomization.yml", "patches:\n  - path: ./web.yaml\n    target: {kind: Deployment}"),
        ("Kustomization", "patchesStrategicMerge:\n  - web.yaml"),
        ("kustomization.yaml", "patchesJson6902: [{target: {kind: Deployment, name: web}, path: web.yaml}]"),
    ],
)
def test_patch_of_a_kustomization(name: str, body: str) -> None:
    assert _rules({"prod/web.yaml": PATCH, f"prod/{name}": _kustomization(body)}, "prod/web.yaml") == SET


def test_patch_that_lies_elsewhere() -> None:
    files = {
        "patches/web.yaml": PATCH,
        "prod/kustomization.yaml": _kustomization("patches: [{path: ../patches/web.yaml}]"),
    }
    assert _rules(files, "patches/web.yaml") == SET


def test_resource_beside_a_patch_is_whole() -> None:
    files = {"prod/web.yaml": PATCH, "prod/kustomization.yaml": _kustomization("patches: [{path: other.yaml}]")}
    assert "workload/security-context-missing" in _rules(files, "prod/web.yaml")


@pytest.mark.parametrize("test", ["chainsaw-test.yaml", "kuttl-test.yaml"])
def test_assertion_of_a_test(test: str) -> None:
    files = {"e2e/01-assert.yaml": PATCH, "e2e/install.yaml": PATCH, f"e2e/{test}": "kind: Test\n"}
    assert _rules(files, "e2e/01-assert.yaml") == SET
    assert "workload/security-context-missing" in _rules(files, "e2e/install.yaml")
    del files[f"e2e/{test}"]
    assert "workload/security-context-missing" in _rules(files, "e2e/01-assert.yaml")


def test_patch_that_is_linted_alone(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(PATCH)
    (tmp_path / "kustomization.yaml").write_text(_kustomization("patches: [{path: web.yaml}]"))
    root = str(tmp_path.resolve())
    report = run(Request(("web.yaml",), root, root, Settings(profile="all"), "2026-01-15", jobs=1), REGISTRY)
    assert {finding.rule for finding in report.findings} == SET


STRANGE = """
apiVersion: stable.example.com/v1
kind: Backup
metadata: {name: nightly, namespace: shop}
spec:
  runner:
    hostNetwork: true
    restartPolicy: Never
    containers:
      - name: app
        image: registry.example/app:1.4.2
        securityContext: {privileged: true}
"""


def test_pod_of_an_unknown_kind_is_a_guess() -> None:
    report = lint_texts({"backup.yaml": STRANGE}, REGISTRY, profile=Profile.ALL)
    found = {finding.rule: finding.confidence for finding in report.findings}
    assert {"workload/privileged-container", "workload/host-network"} <= set(found)
    assert set(found.values()) == {Confidence.LOW}
    assert "workload/security-context-missing" not in found


def test_kind_whose_controller_adds_to_the_pod_is_less_sure() -> None:
    text = STRANGE.replace("stable.example.com/v1", "monitoring.coreos.com/v1").replace("Backup", "Prometheus")
    text = text.replace("  runner:\n", "").replace("\n    ", "\n  ")
    report = lint_texts({"prometheus.yaml": text}, REGISTRY, profile=Profile.ALL)
    found = {finding.rule: finding.confidence for finding in report.findings}
    assert found["workload/privileged-container"] is Confidence.MEDIUM
    assert set(found.values()) <= {Confidence.MEDIUM, Confidence.LOW}


def _exists(rule: Rule[Container], container: Container) -> Iterator[Hit]:
    yield rule.hit(container, f"{container} exists")


@pytest.mark.parametrize(
    ("confidence", "found"),
    [(Confidence.HIGH, [Confidence.LOW]), (Confidence.MEDIUM, [Confidence.LOW]), (Confidence.LOW, [])],
)
def test_engine_caps_rules_that_do_not(confidence: Confidence, found: list[Confidence]) -> None:
    rule = Row("a/exists", Container, DOC, _exists, severity=Severity.LOW, confidence=confidence)
    report = lint_texts({"backup.yaml": STRANGE}, Registry.of([rule]))
    assert [finding.confidence for finding in report.findings] == found


DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: backups.stable.example.com
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: backups, kind: Backup}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              properties:
                KEY:
                  properties:
                    containers:
                      type: array
                      items: {properties: {name: {type: string}, image: {type: string}}}
"""


@pytest.mark.parametrize(
    ("definition", "confidence"),
    [
        (DEFINITION.replace("KEY", "runner"), Confidence.MEDIUM),
        (DEFINITION.replace("KEY", "other"), Confidence.LOW),
        (DEFINITION.replace("KEY", "runner").replace("image:", "path:"), Confidence.LOW),
        (DEFINITION.replace("KEY", "runner").replace("kind: Backup", "kind: Restore"), Confidence.LOW),
    ],
)
def test_definition_that_declares_a_pod_is_believed(definition: str, confidence: Confidence) -> None:
    report = lint_texts({"backup.yaml": STRANGE, "crd.yaml": definition}, REGISTRY)
    found = {finding.rule: finding.confidence for finding in report.findings}
    assert found["workload/privileged-container"] is confidence
    assert found["workload/host-network"] is confidence
