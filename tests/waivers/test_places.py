"""Waivers in comments and annotations hide what they name, and only where they are."""

import json

import pytest

from hullmark.linter.finding import SuppressionKind
from tests.waivers.conftest import OTHER, POD, about_waivers, annotated, hidden, linted, marked, shown


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
