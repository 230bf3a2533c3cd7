"""Linting in memory: settings decide what is run and what is shown; nothing in a text can end the run."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.config.settings import RuleSettings, Settings
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.engine.parallel import chunks
from hullmark.linter.finding import Confidence, Profile, Report, Severity
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule.hit import Fix, Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Option, Row, Rule
from hullmark.linter.text import Edit, Span
from tests.engine.conftest import CONTAINER_EXISTS, CRASHES, DOC, POD_EXISTS, REGISTRY, TOGETHER, pod


def _three(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    place = resource.place
    yield rule.hit(place, "usual")
    yield rule.hit(place, "strict only", profile=Profile.STRICT, severity=Severity.INFO)
    fix = Fix("remove it", ((place.source, Edit(place.span, "x")), (place.source, Edit(Span(0, 0), "y"))))
    yield rule.hit(place, "unsure", confidence=Confidence.LOW, fix=fix)


def _says_today(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    yield rule.hit(resource, f"{resource.context.today} {resource.context.kubernetes}")


THREE = Row("a/three", Resource, DOC, _three, severity=Severity.HIGH, controls=("NSA/pod-security",))
TODAY = Row("a/today", Resource, DOC, _says_today, severity=Severity.INFO)
OPTED = Row(
    "a/opted",
    Resource,
    DOC,
    _three,
    severity=Severity.LOW,
    profile=Profile.OPT_IN,
    options=(Option("maximum", 0, "How many."),),
)
RULES = Registry.of([THREE, TODAY, OPTED])


def said(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message) for finding in report.findings]


def test_profile_decides_on_rules_and_on_single_hits() -> None:
    files = {"a.yaml": pod("web")}
    usual = lint_texts(files, RULES, profile="default", ignore=["a/today"])
    assert said(usual) == [("a/three", "unsure"), ("a/three", "usual")]
    strict = lint_texts(files, RULES, profile=Profile.STRICT, ignore=["a/today"])
    assert said(strict) == [("a/three", "strict only"), ("a/three", "unsure"), ("a/three", "usual")]
    assert (usual.profile, strict.profile) == ("default", "strict")
    assert usual.rules == ("a/three",)


def test_selected_rule_tells_all() -> None:
    report = lint_texts({"a.yaml": pod("web")}, RULES, profile="default", select=["a/opted"])
    assert len(report.findings) == 3


def test_rule_that_is_switched_on_by_its_key_tells_what_belongs_to_it() -> None:
    settings = Settings(options={"rules.a/opted.maximum": 3})
    report = lint_texts({"a.yaml": pod("web")}, RULES, profile="default", settings=settings)
    assert "a/opted" in report.rules
    assert lint_texts({"a.yaml": pod("web")}, RULES, profile="all").rules == ("a/three", "a/today")


def test_settings_of_single_rules() -> None:
    rules = {"a/three": RuleSettings(severity=Severity.LOW), "a/today": RuleSettings(enabled=False)}
    settings = Settings(rules={**rules, "a/opted": RuleSettings(enabled=True)})
    report = lint_texts({"a.yaml": pod("web")}, RULES, profile="default", settings=settings)
    assert report.rules == ("a/opted", "a/three")
    assert {finding.severity for finding in report.findings if finding.rule == "a/three"} == {Severity.LOW}


def test_unsure_findings_can_be_left_out() -> None:
    settings = replace(Settings(), min_confidence=Confidence.MEDIUM)
    report = lint_texts({"a.yaml": pod("web")}, RULES, select=["a/three"], settings=settings)
    assert ("a/three", "unsure") not in said(report)


def test_finding_carries_what_the_rule_says() -> None:
    report = lint_texts({"a.yaml": pod("web")}, RULES, select=["a/three"])
    finding = report.findings[1]
    assert (finding.severity, finding.confidence, finding.controls) == (
        Severity.HIGH,
        Confidence.LOW,
        ("NSA/pod-security",),
    )
    assert finding.resource is not None
    assert str(finding.resource) == "Pod web"
    assert finding.field_path == "metadata.name"
    assert finding.fix is not None
    (edits,) = finding.fix.files
    assert [edit.span.start for edit in edits.edits] == sorted(edit.span.start for edit in edits.edits)
    assert report.summary.fixable == 1
    assert report.summary.by_severity == (("high", 2), ("info", 1))


def test_context_reaches_rules() -> None:
    files = {"a.yaml": pod("web")}
    assert said(lint_texts(files, RULES, select=["a/today"], today="2027-02-03"))[0][1].startswith("2027-02-03")
    context = Context(kubernetes=(1, 29))
    assert said(lint_texts(files, RULES, select=["a/today"], context=context))[0][1].endswith("(1, 29)")


def test_order_of_files_does_not_matter() -> None:
    files = {"b.yaml": pod("b"), "a.yaml": pod("a")}
    assert lint_texts(files, REGISTRY) == lint_texts(dict(sorted(files.items())), REGISTRY)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_report(data: bytes) -> None:
    registry = Registry.of([POD_EXISTS, CONTAINER_EXISTS, CRASHES, TOGETHER])
    report = lint_texts({"a.yaml": data, "b.yaml": pod("web")}, registry)
    assert report.summary.files == 2
    assert "pod 'web' exists" in {finding.message for finding in report.findings}
    assert not any("crashed" in problem.message for problem in report.problems)


@given(st.lists(st.integers(0, 3_000)))
def test_chunks_hold_every_item_once_and_none_is_much_larger_than_asked(sizes: list[int]) -> None:
    found = chunks(sizes, 1_000)
    assert sorted(index for chunk in found for index in chunk.items) == list(range(len(sizes)))
    assert all(chunk.size <= 1_000 or len(chunk.items) == 1 for chunk in found)
    assert all(chunk.size == sum(sizes[index] for index in chunk.items) for chunk in found)
