"""Reports of runs about a framework: counts of all states, a verdict for every control, nothing claimed."""

import json

import pytest

from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import ControlVerdict, Report
from hullmark.linter.records import replace
from hullmark.linter.report import json as json_format
from hullmark.linter.report import markdown, text
from hullmark.linter.report.view import Detail, View
from hullmark.linter.rule.coverage import coverage, frameworks
from hullmark.linter.rule.registry import Registry

POD = """apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
    - name: kube-apiserver
      image: registry.k8s.io/kube-apiserver:v1.34.0
      command:
        - kube-apiserver
        - --anonymous-auth=false
        # hullmark: ignore[apiserver/profiling-enabled] -- we look at it
        - --profiling=true
        - --authorization-mode=${MODES}
"""
JOIN = """apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
nodeRegistration:
  kubeletExtraArgs: [{name: read-only-port, value: '0'}]
"""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.packaged()


@pytest.fixture(scope="module")
def made(registry: Registry) -> Report:
    return lint_texts({"pod.yaml": POD, "join.yaml": JOIN}, registry, profile="cis-1.12")


def _state(report: Report, number: str) -> ControlVerdict:
    return next(each for each in report.controls if each.number == number)


def test_states_are_told_apart(made: Report) -> None:
    assert _state(made, "1.2.1").state == "passed"
    assert _state(made, "1.2.6").state == "unknown"
    assert _state(made, "4.2.4").state == "passed as far as the input shows"
    assert _state(made, "2.1").state == "not in the input"
    assert _state(made, "5.6.1").state == "to be assessed by hand"


def test_a_waiver_does_not_make_a_control_pass(made: Report) -> None:
    failed = _state(made, "1.2.15")
    assert (failed.state, failed.rules, failed.findings, failed.waived) == (
        "failed",
        ("apiserver/profiling-enabled",),
        1,
        1,
    )


def test_what_is_not_in_the_input_never_passes(made: Report) -> None:
    """No roles, bindings, network policies: nothing is said about them."""
    for number in ("5.1.1", "5.1.3", "5.1.7", "5.1.8", "3.2.2", "4.3.1"):
        assert _state(made, number).state == "not in the input"


def test_harmless_roles_pass(registry: Registry) -> None:
    role = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a, namespace: shop}\n"
        "rules: [{apiGroups: [''], resources: [configmaps], verbs: [get]}]\n"
    )
    assert _state(lint_texts({"role.yaml": role}, registry, profile="cis-1.12"), "5.1.1").state == "passed"


def test_nothing_passes_entirely_where_a_file_could_not_be_read(registry: Registry) -> None:
    report = lint_texts({"pod.yaml": POD, "broken.yaml": "apiVersion: v1\nkind: [\n"}, registry, profile="cis-1.12")
    assert _state(report, "1.2.1").state == "passed as far as the input shows"
    assert "passed" not in {each.state for each in report.controls}


@pytest.mark.parametrize("name", frameworks())
def test_every_control_of_every_framework_is_in_the_report(registry: Registry, name: str) -> None:
    report = lint_texts({"pod.yaml": POD}, registry, profile=name)
    assert [each.number for each in report.controls] == [each.number for each in coverage(name, registry.infos)]
    assert all(each.state for each in report.controls)


@pytest.mark.parametrize("name", ["default", "all", "pss-restricted"])
def test_other_profiles_have_no_such_section(registry: Registry, name: str) -> None:
    report = lint_texts({"pod.yaml": POD}, registry, profile=name)
    assert report.controls == ()
    assert "controls" not in json.loads(json_format.render(report, View()))
    assert "Controls of" not in markdown.render(report, View())


def test_json_has_every_control_and_the_counts(made: Report) -> None:
    found = json.loads(json_format.render(made, View()))
    assert len(found["controls"]) == 131
    assert sum(found["controlCounts"].values()) == 131
    row = next(each for each in found["controls"] if each["control"] == "1.2.15")
    assert row["state"] == "failed"
    assert row["failed"] == ["apiserver/profiling-enabled"]
    assert (row["findings"], row["waived"], row["manual"]) == (1, 1, False)


def test_text_lists_what_the_input_says_something_about(made: Report) -> None:
    page = text.render(made, View())
    assert "failed (1 finding, 1 waived): apiserver/profiling-enabled" in page
    assert "131 controls: " in page
    assert "no statement of compliance" in page
    assert "5.6.1" not in page
    assert "5.6.1" in text.render(made, View(detail=Detail.VERBOSE))
    assert max(map(len, page.splitlines())) <= 80


def test_markdown_has_a_row_for_every_control(made: Report) -> None:
    page = markdown.render(made, View())
    assert page.count("\n| ") >= 131
    assert "| 1.2.15 |" in page
    assert "no statement of compliance" in page


def test_titles_are_inert() -> None:
    hostile = ControlVerdict("1.1", "a \x1b[31m | <b>", "failed", ("x/\x1b",), 1)
    report = replace(lint_texts({}, Registry.packaged(), profile="cis-1.12"), controls=(hostile,))
    for page in (text.render(report, View()), markdown.render(report, View()), json_format.render(report, View())):
        assert "\x1b" not in page
    assert "<b>" not in markdown.render(report, View())
