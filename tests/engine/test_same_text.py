"""Rules that judge by what a subject says are asked once about all that say the same; others are asked about each."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from hullmark.linter.finding import ProblemKind, Report, Severity
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from tests.engine.conftest import DOC, POD_EXISTS, Lint, pod

asked: list[str] = []


class Saying:
    """A pod that says what its name begins with."""

    kinds = frozenset({("", "Pod")})
    known: ClassVar[dict[str, set[object]]] = {}

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    @property
    def fine(self) -> set[object] | None:
        text = self.resource.name.partition("-")[0]
        if text == "broken":
            raise ValueError(text)
        return None if text == "unknown" else self.known.setdefault(text, set())

    @classmethod
    def of(cls, resource: Resource) -> Iterator["Saying"]:
        yield cls(resource)


def _by_text(name: str) -> Row[Saying]:
    row = Row(f"a/{name}", Saying, DOC, _judge, severity=Severity.LOW)
    row.by_text = name != "each"
    return row


def _judge(rule: Rule[Saying], subject: Saying) -> Iterator[Hit]:
    name = subject.resource.name
    asked.append(f"{rule.id.partition('/')[2]} {name}")
    if name.startswith("loud"):
        yield rule.hit(subject.resource, f"{rule.id} hears {name}")


@pytest.fixture(autouse=True)
def _nobody_was_asked() -> None:
    asked.clear()
    Saying.known.clear()


def _lint(lint: Lint, folder: Path, names: str, *rules: str) -> Report:
    (folder / "a.yaml").write_text("---\n".join(map(pod, names.split())))
    return lint(rules=Registry.of([*map(_by_text, rules), POD_EXISTS]))


def _messages(report: Report) -> list[str]:
    return [finding.message for finding in report.findings]


def test_a_text_is_judged_once(tmp_path: Path, lint: Lint) -> None:
    _lint(lint, tmp_path, "web-1 web-2 db-1 web-3 db-2 unknown-1 unknown-2", "first", "second")
    assert [each for each in asked if each.startswith("first")] == [
        *("first web-1", "first db-1", "first unknown-1", "first unknown-2")
    ]


def test_other_rules_are_asked_about_each(tmp_path: Path, lint: Lint) -> None:
    _lint(lint, tmp_path, "web-1 web-2 web-3 web-4", "each", "first")
    assert [each for each in asked if each.startswith("each")] == [f"each web-{number}" for number in range(1, 5)]
    assert [each for each in asked if each.startswith("first")] == ["first web-1"]


def test_what_is_found_is_found_everywhere(tmp_path: Path, lint: Lint) -> None:
    report = _lint(lint, tmp_path, "loud-1 loud-2 loud-3", "first", "second")
    found = [text for text in _messages(report) if "hears" in text]
    assert found == [f"a/{rule} hears loud-{number}" for number in range(1, 4) for rule in ("first", "second")]


def test_texts_are_told_apart_by_rules(tmp_path: Path, lint: Lint) -> None:
    for rules in (("first",), ("first", "second")):
        asked.clear()
        _lint(lint, tmp_path, "web-1 web-2 web-3", *rules)
        assert sorted(asked) == [f"{rule} web-1" for rule in rules]


def test_who_cannot_say_it_keeps_no_other_rule_from_speaking(tmp_path: Path, lint: Lint) -> None:
    report = _lint(lint, tmp_path, "web-1 broken-1 web-2", "first", "second")
    assert {problem.kind for problem in report.problems} == {ProblemKind.CRASH}
    assert [text for text in _messages(report) if "exists" in text] == [
        *("pod 'web-1' exists", "pod 'broken-1' exists", "pod 'web-2' exists")
    ]
