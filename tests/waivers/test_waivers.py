"""Waivers last as long as they say; doubtful ones hide nothing, and unused ones are told."""

from dataclasses import replace

import pytest

from hullmark.linter.config.settings import ConfigWaiver, Settings
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.engine.verdict import exit_code
from hullmark.linter.finding import Severity, SuppressionKind
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row
from hullmark.linter.text import Source, Span
from tests.waivers.conftest import (
    DOC,
    LABEL,
    POD,
    REGISTRY,
    WAIVER_RULES,
    about_waivers,
    annotated,
    hidden,
    labelled,
    linted,
    marked,
)

# Configuration


def configured(**keys: str) -> Settings:
    source = Source("hullmark.yaml", "waivers: [{rule: x, reason: y}]\n")
    given = {"reason": "it is known to all", **keys}
    return Settings(waivers=(ConfigWaiver(source, Span(10, 14), spans={"rule": Span(17, 18)}, **given),))


@pytest.mark.parametrize(
    ("keys", "count"),
    [
        ({"rule": "test/tty"}, 2),
        ({"family": "test"}, 3),
        ({"rule": "test/*"}, 3),
        ({"rule": "test/tty", "family": "other"}, 0),
        ({"rule": "test/tty", "path": "*.yaml"}, 2),
        ({"rule": "test/tty", "path": "deploy/**"}, 0),
        ({"rule": "test/tty", "resource": "Pod/web"}, 2),
        ({"rule": "test/tty", "resource": "Pod/*/web"}, 2),
        ({"rule": "test/tty", "resource": "Pod/shop/web"}, 0),
        ({"rule": "test/tty", "resource": "*/w*"}, 2),
        ({"rule": "test/tty", "container": "app"}, 1),
        ({"rule": "*", "resource": "Pod/web"}, 3),
        ({"rule": "*"}, 0),
        ({"rule": "test/tty", "until": "2026-06-15"}, 2),
        ({"rule": "test/tty", "until": "2026-06-14"}, 0),
        ({"rule": "test/tty", "bundle": "."}, 2),
        ({"rule": "test/tty", "bundle": "elsewhere"}, 0),
    ],
)
def test_configuration_covers_what_matches_all_its_keys(keys: dict[str, str], count: int) -> None:
    assert len(linted(POD, settings=configured(**keys)).suppressed) == count


def test_finding_about_a_waiver_is_hidden_only_by_the_configuration() -> None:
    text = marked(1, "# hullmark: ignore[waiver] -- nobody shall see this", above=True)
    text = marked(11, "# hullmark: ignore[test/tty -- broken", text)
    assert ("waiver/malformed", 11) in about_waivers(linted(text))
    report = linted(text, settings=configured(rule="waiver/malformed"))
    assert ("waiver/malformed", 11) in hidden(report)


def test_most_specific_waiver_is_named_and_all_count_as_used() -> None:
    text = annotated('"test/tty -- by annotation"')
    text = marked(12, "# hullmark: ignore[test/tty] -- by comment", text)
    report = linted(text, settings=configured(rule="test/tty"))
    kinds = [finding.suppression.kind for finding in report.suppressed if finding.suppression]
    assert kinds == [SuppressionKind.COMMENT, SuppressionKind.ANNOTATION]
    assert about_waivers(report) == []


# Doubtful waivers hide nothing


@pytest.mark.parametrize(
    ("comment", "rule"),
    [
        ("# hullmark: ignore[test/tty -- x", "waiver/malformed"),
        ("# hullmark: ignore[test/tty] until=tomorrow", "waiver/malformed"),
        ("# hullmark: ignore[test/tty] because I say so", "waiver/malformed"),
        ("# hullmark: Ignore[test/tty]", "waiver/malformed"),
        ("# hullmark: ignore", "waiver/unbounded"),
        ("# hullmark: ignore[]", "waiver/unbounded"),
        ("# hullmark: ignore[*]", "waiver/unbounded"),
        ("# hullmark: ignore[test/*]", "waiver/unknown-rule"),
        ("# hullmark: ignore[test/ttyy]", "waiver/unknown-rule"),
        ("# hullmark: ignore[test/tty] until=2026-06-14", "waiver/expired"),
    ],
)
def test_doubtful_comment_hides_nothing_and_is_a_finding(comment: str, rule: str) -> None:
    report = linted(marked(10, comment))
    assert hidden(report) == []
    assert [name for name, _ in about_waivers(report)] == [rule]


@pytest.mark.parametrize("value", ["''", '"test/tty until=x"', '"test/tty; also this"', '"*"', "nonsense"])
def test_doubtful_annotation_is_a_finding(value: str) -> None:
    assert about_waivers(linted(annotated(value)))


def test_until_is_inclusive() -> None:
    text = marked(10, "# hullmark: ignore[test/tty] until=2026-06-15 -- debugging")
    assert hidden(linted(text, today="2026-06-15")) == [("test/tty", 10)]
    assert hidden(linted(text, today="2026-06-16")) == []


def test_former_name_has_its_effect() -> None:
    report = linted(marked(6, "# hullmark: ignore[test/old-label] -- it is meant so"))
    assert hidden(report) == [("test/label", 6)]
    assert about_waivers(report) == [("waiver/renamed-rule", 6)]


# Unused


def test_unused_waiver_is_a_finding() -> None:
    report = linted(marked(7, "# hullmark: ignore[test/tty] -- debugging"))
    assert about_waivers(report) == [("waiver/unused", 7)]


def test_unused_waiver_is_said_only_where_its_rules_were_run() -> None:
    text = marked(7, "# hullmark: ignore[test/tty, other] -- debugging")
    names = ("test/label", "waiver/unused")
    assert about_waivers(lint_texts({"a.yaml": text}, REGISTRY, select=names)) == []
    assert about_waivers(lint_texts({"a.yaml": text}, REGISTRY, ignore=["test/tty", "other"])) == []
    report = lint_texts({"a.yaml": text}, REGISTRY, ignore=["test/tty"])
    assert [(f.rule, f.message) for f in report.findings if f.rule == "waiver/unused"] == [
        ("waiver/unused", "'other' hides nothing here")
    ]


def test_finding_below_the_wanted_confidence_still_uses_its_waiver() -> None:
    unsure = Row("test/unsure", Resource, DOC, labelled, severity=Severity.LOW, confidence=LABEL.confidence.LOW)
    registry = Registry.of([unsure, *WAIVER_RULES])
    text = marked(6, "# hullmark: ignore[test/unsure] -- it is meant so")
    settings = replace(Settings(), min_confidence=LABEL.confidence.HIGH)
    report = lint_texts({"a.yaml": text}, registry, settings=settings)
    assert about_waivers(report) == []
    assert report.suppressed == ()


def test_unused_entry_of_the_configuration_is_a_finding_there() -> None:
    report = linted(POD, settings=configured(rule="other/strategy"))
    found = [f for f in report.findings if f.rule == "waiver/unused"]
    assert [(f.location.path, f.location.line, f.location.column) for f in found] == [("hullmark.yaml", 1, 18)]


def test_entry_about_a_file_that_was_not_rendered_is_not_called_unused() -> None:
    template = "apiVersion: v1\nkind: Pod\n{{- if .x }}\n"
    files = {"a.yaml": POD, "chart/b.yaml": template}
    assert about_waivers(linted(files, settings=configured(rule="other/strategy", path="chart/**"))) == []
    assert about_waivers(linted(files, settings=configured(rule="other/strategy", path="a.yaml"))) != []


def test_waiver_in_a_broken_file_is_not_called_unused() -> None:
    text = marked(7, "# hullmark: ignore[test/tty] -- debugging") + "---\nkind: [\n"
    assert about_waivers(linted(text)) == []


# Fixes


def fixed(text: str) -> str:
    for finding in linted(text).findings:
        if finding.rule == "waiver/unused" and finding.fix is not None:
            assert finding.fix.safe
            for edit in sorted(finding.fix.files[0].edits, reverse=True):
                text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
            return text
    raise AssertionError("no fix")


@pytest.mark.parametrize("above", [True, False])
def test_fix_removes_an_unused_comment_and_leaves_no_trace(above: bool) -> None:
    assert fixed(marked(7, "# hullmark: ignore[test/tty] -- debugging", above=above)) == POD


def test_fix_leaves_the_comment_before_a_waiver() -> None:
    assert fixed(marked(7, "# why  # hullmark: ignore[test/tty] -- debugging")) == marked(7, "# why")


def test_fix_removes_the_unused_name_of_an_annotation() -> None:
    text = annotated('"test/tty, other/strategy until=2027-01-31 -- debugging"')
    assert fixed(text) == annotated('"test/tty until=2027-01-31 -- debugging"')


def test_fix_removes_one_of_several_waivers_of_an_annotation() -> None:
    text = annotated('"other/strategy -- one reason; test/tty -- another"')
    assert fixed(text) == annotated('"test/tty -- another"')
    text = annotated('"test/tty -- another; other/strategy -- one reason"')
    assert fixed(text) == annotated('"test/tty -- another"')


def test_fix_removes_an_unused_annotation_with_its_line() -> None:
    text = annotated('"other/strategy -- a reason"').replace("    hullmark", "    team: web\n    hullmark")
    assert fixed(text) == text.replace('    hullmark.io/ignore: "other/strategy -- a reason"\n', "")


# Counting and codes


def test_suppressed_findings_do_not_fail_a_run() -> None:
    text = marked(1, "# hullmark: ignore[test] until=2027-01-31 -- debugging the agent", above=True)
    report = linted(text)
    assert len(report.suppressed) == 3
    assert exit_code(report, Severity.LOW) == 1 if report.findings else exit_code(report, Severity.LOW) == 0
    assert exit_code(report, Severity.INFO) == 0


def test_waivers_do_not_change_fingerprints() -> None:
    plain = {f.fingerprint for f in linted(POD).findings}
    waived = linted(marked(10, "# hullmark: ignore[test/tty] until=2027-01-31 -- debugging the agent"))
    assert {f.fingerprint for f in (*waived.findings, *waived.suppressed)} == plain


def test_thousands_of_waivers_cost_no_more_than_one_each() -> None:
    lines = "".join(
        f"    - name: c{n}\n      tty: true  # hullmark: ignore[test/tty, test/x{n}] -- debugging\n"
        for n in range(4_000)
    )
    report = linted(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n{lines}")
    assert len(report.suppressed) == 4_000
