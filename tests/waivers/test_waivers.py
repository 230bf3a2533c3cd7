"""Waivers hide what they name, where they are, as long as they last; doubtful ones hide nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from hullmark.linter.config.settings import ConfigWaiver, Settings
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.engine.verdict import exit_code
from hullmark.linter.finding import Report, Severity, SuppressionKind
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.rule.hit import Hit, because
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from hullmark.linter.text import Source, Span

DOC = "It is there.\n\nSomebody may use it.\n\nRemove it.\n"
WAIVER_RULES = [rule for rule in shelf().rules if rule.family == "waiver"]


def _tty(rule: Rule[Container], container: Container) -> Iterator[Hit]:
    field = container.cursor.get("tty")
    if field.text == "true":
        yield rule.hit(field, "tty is on")


def _labelled(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    field = resource.cursor.get("metadata", "labels", "bad")
    if field.present:
        yield rule.hit(field, "label 'bad' is there")


def _unnamed(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    if resource.kind == "Deployment":
        yield rule.hit(resource.cursor.get("spec", "strategy"), "no strategy")


def _clash(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    first, *others = bundle.resources
    yield from (rule.hit(first, "clashes", because(other, "with this")) for other in others if other.name == first.name)


TTY = Row("test/tty", Container, DOC, _tty, severity=Severity.HIGH)
LABEL = Row("test/label", Resource, DOC, _labelled, severity=Severity.LOW, formerly=("test/old-label",))
STRATEGY = Row("other/strategy", Resource, DOC, _unnamed, severity=Severity.MEDIUM)
CLASH = Row("cross/clash", Bundle, DOC, _clash, severity=Severity.MEDIUM)
REGISTRY = Registry.of([TTY, LABEL, STRATEGY, CLASH, *WAIVER_RULES])


def linted(text: str | Mapping[str, str], *, settings: Settings | None = None, today: str = "2026-06-15") -> Report:
    files = {"a.yaml": text} if isinstance(text, str) else text
    return lint_texts(files, REGISTRY, settings=settings, today=today)


def shown(report: Report) -> list[tuple[str, int]]:
    return [(finding.rule, finding.location.line) for finding in report.findings if finding.rule[:6] != "waiver"]


def about_waivers(report: Report) -> list[tuple[str, int]]:
    quiet = ("waiver/without-reason", "waiver/without-expiry")
    return [
        (finding.rule, finding.location.line)
        for finding in report.findings
        if finding.rule.startswith("waiver/") and finding.rule not in quiet
    ]


def hidden(report: Report) -> list[tuple[str, int]]:
    return [(finding.rule, finding.location.line) for finding in report.suppressed]


POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    bad: "1"
spec:
  containers:
    - name: app
      tty: true
    - name: side
      tty: true
"""


OTHER = POD.replace("web", "other")


def marked(line: int, comment: str, text: str = POD, above: bool = False) -> str:
    """The text with a comment at the end of a line, or on a line of its own above it."""
    lines = text.splitlines()
    if above:
        indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
        lines.insert(line - 1, " " * indent + comment)
    else:
        lines[line - 1] += f"  {comment}"
    return "\n".join(lines) + "\n"


def test_without_waivers_all_is_shown() -> None:
    assert shown(linted(POD)) == [("test/label", 6), ("test/tty", 10), ("test/tty", 12)]


# Comments


def test_comment_at_the_end_of_a_line_covers_that_line() -> None:
    report = linted(marked(10, "# hullmark: ignore[test/tty] until=2027-01-31 -- debugging the agent"))
    assert shown(report) == [("test/label", 6), ("test/tty", 12)]
    assert hidden(report) == [("test/tty", 10)]
    suppression = report.suppressed[0].suppression
    assert suppression is not None
    assert (suppression.kind, suppression.reason, suppression.until) == (
        SuppressionKind.COMMENT,
        "debugging the agent",
        "2027-01-31",
    )
    assert suppression.location is not None
    assert (suppression.location.line, suppression.location.column) == (10, 18)
    assert report.summary.suppressed == (("comment", 1),)
    assert about_waivers(report) == []


def test_comment_on_its_own_line_covers_the_next_content() -> None:
    text = marked(10, "# hullmark: ignore[test/tty] -- debugging", above=True).replace(
        "-- debugging\n", "-- debugging\n\n      # another comment\n"
    )
    report = linted(text)
    assert hidden(report) == [("test/tty", 13)]
    assert shown(report) == [("test/label", 6), ("test/tty", 15)]


@pytest.mark.parametrize("above", [True, False])
def test_comment_at_the_first_key_of_an_item_covers_the_item(above: bool) -> None:
    report = linted(marked(9, "# hullmark: ignore[test/tty] -- debugging", above=above))
    assert [rule for rule, _ in hidden(report)] == ["test/tty"]
    assert [rule for rule, _ in shown(report)] == ["test/label", "test/tty"]


@pytest.mark.parametrize("above", [True, False])
def test_comment_at_the_first_key_of_a_document_covers_the_document(above: bool) -> None:
    report = linted(marked(1, "# hullmark: ignore[test] -- debugging", above=above) + "---\n" + OTHER)
    assert [rule for rule, _ in hidden(report)] == ["test/label", "test/tty", "test/tty"]
    assert [rule for rule, _ in shown(report)] == ["test/label", "test/tty", "test/tty"]


@pytest.mark.parametrize("border", ["---\n", "--- # one more\n", "---\n\n# header\n"])
def test_comment_above_or_on_a_border_covers_the_document_below(border: str) -> None:
    waiver = "# hullmark: ignore[test] -- debugging\n"
    assert len(hidden(linted(POD + waiver + border + OTHER))) == 3
    assert hidden(linted(POD + "--- # hullmark: ignore[test] -- debugging\n" + OTHER))[0] == ("test/label", 19)


def test_comment_in_a_block_scalar_is_content() -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n"
        "  a: |\n    # hullmark: ignore[nonsense]\n    x: 1\n"
        "  b: '# hullmark: ignore[nonsense]'\n"
    )
    assert about_waivers(linted(text)) == []


def test_comment_after_another_comment_counts() -> None:
    report = linted(marked(10, "# for kubectl attach  # hullmark: ignore[test/tty] -- debugging"))
    assert hidden(report) == [("test/tty", 10)]


def test_comment_covers_a_related_place_in_the_same_file() -> None:
    text = POD + "---\n" + POD.replace('    bad: "1"\n', "").replace("tty: true", "tty: false")
    report = linted(marked(17, "# hullmark: ignore[cross] -- both are meant", text))
    assert hidden(report) == [("cross/clash", 4)]


@pytest.mark.parametrize(("name", "count"), [("cross/clash", 1), ("cross", 0)])
def test_place_in_another_file_counts_only_where_the_rule_itself_is_named(name: str, count: int) -> None:
    quiet = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"
    other = marked(4, f"# hullmark: ignore[{name}] -- both are meant", quiet)
    report = linted({"a.yaml": quiet, "b.yaml": other})
    assert len(hidden(report)) == count


# Annotations


def annotated(value: str, text: str = POD) -> str:
    return text.replace("  name: web\n", f"  name: web\n  annotations:\n    hullmark.io/ignore: {value}\n", 1)


def test_annotation_covers_its_object_only() -> None:
    report = linted(annotated('"test/tty, test/label until=2027-01-31 -- debugging it"') + "---\n" + OTHER)
    assert [rule for rule, _ in hidden(report)] == ["test/label", "test/tty", "test/tty"]
    assert len(shown(report)) == 3
    assert {f.suppression.kind for f in report.suppressed if f.suppression} == {SuppressionKind.ANNOTATION}


def test_annotation_may_be_narrowed_to_a_container_or_a_path() -> None:
    assert hidden(linted(annotated('"test/tty@side -- debugging it"'))) == [("test/tty", 14)]
    assert hidden(linted(annotated('"test@path=metadata.labels -- debugging it"'))) == [("test/label", 8)]
    assert hidden(linted(annotated('"test/tty@path=spec.containers[app] -- debugging"'))) == [("test/tty", 12)]


def test_annotation_may_hold_several_waivers() -> None:
    report = linted(annotated('"test/tty@app until=2027-01-31 -- one reason; test/label -- another reason"'))
    assert [(f.rule, f.suppression.reason if f.suppression else "") for f in report.suppressed] == [
        ("test/label", "another reason"),
        ("test/tty", "one reason"),
    ]


def test_annotation_of_a_pod_template_covers_its_pods() -> None:
    text = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {bad: '1'}}\nspec:\n  template:\n"
        "    metadata:\n      annotations:\n        hullmark.io/ignore: test, other -- debugging it\n"
        "    spec:\n      containers:\n        - {name: app, tty: true}\n"
    )
    report = linted(text)
    assert hidden(report) == [("test/tty", 11)]
    assert shown(report) == [("test/label", 3), ("other/strategy", 4)]


def test_objects_on_one_line_are_told_apart() -> None:
    waiver = {"hullmark.io/ignore": "test -- it is meant so"}
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": {"bad": "1"}, "annotations": waiver if name == "b" else {}},
        }
        for name in "abc"
    ]
    report = linted({"a.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": pods})})
    assert [f.resource.name for f in report.suppressed if f.resource] == ["b"]
    assert [f.resource.name for f in report.findings if f.rule == "test/label" and f.resource] == ["a", "c"]


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
    unsure = Row("test/unsure", Resource, DOC, _labelled, severity=Severity.LOW, confidence=LABEL.confidence.LOW)
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
