"""Suppressions for other linters: respected where the configuration says so, and told where they are not."""

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Report
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.waiver import FOREIGN_MARKS
from hullmark.linter.rule.registry import Registry

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
  annotations:
    ANNOTATION
spec:
  containers:
    - name: agent
      image: registry.example/shop/agent:1.4.2
      securityContext:
        COMMENT
        privileged: true
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop}
spec:
  containers:
    - name: agent
      image: registry.example/shop/agent:1.4.2
      securityContext: {privileged: true}
"""
PRIVILEGED = "workload/privileged-container"
REGISTRY = Registry.packaged()

ANNOTATIONS = [
    ("kube-linter", "ignore-check.kube-linter.io/privileged-container: loads modules"),
    ("checkov", "checkov.io/skip1: CKV_K8S_16=loads modules"),
    ("kube-score", "kube-score/ignore: label-values,container-security-context-privileged"),
    ("polaris", 'polaris.fairwinds.com/runAsPrivileged-exempt: "true"'),
]
COMMENTS = [
    ("checkov", "# checkov:skip=CKV_K8S_16:loads modules"),
    ("trivy", "# trivy:ignore:KSV017"),
    ("trivy", "#trivy:ignore:AVD-KSV-0017"),
    ("trivy", "#trivy:ignore:KSV-0017"),
]
WRITTEN = [
    *((peer, POD.replace("ANNOTATION", text).replace("COMMENT", "#")) for peer, text in ANNOTATIONS),
    *((peer, POD.replace("ANNOTATION", "a: b").replace("COMMENT", text)) for peer, text in COMMENTS),
]


def _lint(text: str, *respect: str) -> Report:
    return lint_texts({"a.yaml": text}, REGISTRY, settings=Settings(respect=respect))


def _rules(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize(("peer", "text"), WRITTEN)
def test_respected_ones_hide_what_they_are_about_and_no_more(peer: str, text: str) -> None:
    report = _lint(text, peer)
    assert _rules(report).count(PRIVILEGED) == 1
    (hidden,) = report.suppressed
    assert (hidden.rule, hidden.location.line) == (PRIVILEGED, 14)
    assert hidden.suppression is not None
    assert hidden.suppression.reason
    assert "waiver/foreign-ignored" not in _rules(report)


@pytest.mark.parametrize(("peer", "text"), WRITTEN)
def test_others_hide_nothing_and_are_told(peer: str, text: str) -> None:
    report = _lint(text, *({"trivy", "checkov"} - {peer}))
    assert report.suppressed == ()
    assert _rules(report).count(PRIVILEGED) == 2
    assert _rules(report).count("waiver/foreign-ignored") == 1


def test_one_that_would_hide_nothing_is_not_told() -> None:
    text = POD.replace("ANNOTATION", "kube-score/ignore: service-type").replace("COMMENT", "#")
    assert "waiver/foreign-ignored" not in _rules(_lint(text))
    assert "waiver/unused" not in _rules(_lint(text, "kube-score"))


@pytest.mark.parametrize(
    ("peer", "text"),
    [
        ("kube-linter", "kube-linter.io/ignore-all: generated"),
        ("polaris", 'polaris.fairwinds.com/exempt: "true"'),
        ("kubescape", 'kubescape.io/ignore: "true"'),
        ("kube-score", "kube-score/ignore: label-values"),
        ("checkov", "checkov.io/skip1: CUSTOM_1=ours"),
    ],
)
def test_what_has_no_counterpart_hides_nothing_and_is_listed(peer: str, text: str) -> None:
    report = _lint(POD.replace("ANNOTATION", text).replace("COMMENT", "#"), peer)
    assert report.suppressed == ()
    assert _rules(report).count("waiver/foreign-unmapped") == 1
    silent = _lint(POD.replace("ANNOTATION", text).replace("COMMENT", "#"))
    assert "waiver/foreign-unmapped" not in _rules(silent)


@pytest.mark.parametrize("text", ['polaris.fairwinds.com/exempt: "false"', 'kubescape.io/ignore: "false"'])
def test_what_is_switched_off_is_nothing(text: str) -> None:
    report = _lint(POD.replace("ANNOTATION", text).replace("COMMENT", "#"), "polaris", "kubescape")
    assert not [rule for rule in _rules(report) if rule.startswith("waiver/")]


def test_rules_of_ours_exist() -> None:
    rows = {rule for facts in table("peers")["peers"].values() for rules in facts["checks"].values() for rule in rules}
    assert len(rows) > 50
    assert rows - set(REGISTRY.ids) == set()


def test_texts_without_a_mark_are_passed_over_and_every_mark_is_known() -> None:
    for facts in table("peers")["peers"].values():
        keys = [row["key"].replace("*", "x") for row in facts.get("annotations", ())]
        for text in (*keys, *facts.get("everything", ()), *filter(None, [facts.get("comment")])):
            assert any(mark in text for mark in FOREIGN_MARKS), text
