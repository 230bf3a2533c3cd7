"""A trial tells every difference between what an example shows and what the rule does."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hullmark.linter.dev.trial import applied, case_faults, example_faults, judged
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule import Fix, Hit, Profile, Rule, Severity, because, manifest
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Edit, Span

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}"
Check = Callable[[Rule[Resource], Resource], Iterator[Hit]]


class Judge(Rule[Resource]):
    """Object is judged by a function."""

    severity = Severity.LOW
    profile = Profile.STRICT

    def __init__(self, check: Check) -> None:
        self.id = "house/judge"
        self._check = check

    def check(self, subject: Resource) -> Iterator[Hit]:
        """What the function finds."""
        return self._check(self, subject)


def faults(check: Check, example: Example) -> list[str]:
    rule = Judge(check)
    return list(example_faults(rule, example, Registry.of([rule])))


def nothing(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
    yield from ()


def name(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
    yield rule.hit(subject, f"{subject} has a name")


def renaming(text: str) -> Check:
    def check(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
        if subject.name != "b":
            edit = Edit(subject.place.span, text)
            yield rule.hit(subject, "is not b", fix=Fix("call it b", ((subject.place.source, edit),)))

    return check


def test_nothing_is_told_when_all_is_well() -> None:
    assert faults(name, manifest(f"{CONFIG}  # ! has a name")) == []
    assert faults(nothing, manifest(CONFIG)) == []
    assert faults(renaming("b"), manifest(f"{CONFIG}  # !", fixed=CONFIG.replace("a}", "b}"))) == []


def test_missing_and_unexpected_findings_are_told() -> None:
    assert faults(nothing, manifest(f"{CONFIG}  # ! loud")) == ["example.yaml:3: no finding that says 'loud'"]
    assert faults(name, manifest(CONFIG)) == ["example.yaml:3: unexpected finding: ConfigMap 'a' has a name"]


def test_finding_at_another_line_or_with_other_words_is_told() -> None:
    assert len(faults(name, manifest(CONFIG.replace("v1", "v1  # !")))) == 2
    assert faults(name, manifest(f"{CONFIG}  # ! has no name"))[0].endswith(
        "no finding that says 'has no name', only [\"ConfigMap 'a' has a name\"]"
    )


def test_each_mark_stands_for_one_finding() -> None:
    def twice(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
        yield from name(rule, subject)
        yield rule.hit(subject, "again", subject_name="again")

    assert faults(twice, manifest(f"{CONFIG}  # ! has a name # ! again")) == []
    assert faults(twice, manifest(f"{CONFIG}  # !")) != []
    assert faults(name, manifest(f"{CONFIG}  # ! has a name # ! has a name")) != []


def test_example_without_subject_is_told() -> None:
    class Nowhere(Resource):
        kinds = frozenset({("", "Nowhere")})

    rule = Judge(nothing)
    vars(rule)["subject"] = Nowhere
    assert list(example_faults(rule, manifest(CONFIG), Registry.of([rule]))) == [
        "it shows no Nowhere, so that it says nothing about the rule"
    ]


def test_text_that_is_not_understood_is_told() -> None:
    assert any("kind: [" in fault or "example.yaml" in fault for fault in faults(nothing, manifest("kind: [")))
    assert any("not a manifest" in fault for fault in faults(nothing, manifest("just: text")))


def test_crash_is_told() -> None:
    def crash(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
        raise ZeroDivisionError

    assert any("crashed: ZeroDivisionError" in fault for fault in faults(crash, manifest(CONFIG)))


def test_fix_must_make_the_fixed_text() -> None:
    bad = f"{CONFIG}  # !"
    assert faults(renaming("b"), manifest(bad)) == ["line 3: a fix is offered that no example shows"]
    assert faults(renaming("c"), manifest(bad, fixed=CONFIG.replace("a}", "b}")))[0].startswith("the fix makes:\n")
    assert faults(renaming("c"), manifest(bad, fixed=CONFIG.replace("a}", "c}"))) == [
        "the fixed text is not silent: line 3: is not b"
    ]


@pytest.mark.parametrize("message", ["Ends with a full stop.", "two\nlines", "blank "])
def test_message_is_one_line_without_full_stop(message: str) -> None:
    def check(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
        yield rule.hit(subject, message)

    assert "one line without a full stop" in faults(check, manifest(f"{CONFIG}  # !"))[0]


def test_hit_cannot_belong_to_a_smaller_profile_than_its_rule() -> None:
    def check(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
        yield rule.hit(subject, "x", profile=Profile.DEFAULT)

    assert "belongs to profile default, which the rule does not" in faults(check, manifest(f"{CONFIG}  # !"))[0]


@pytest.mark.parametrize("span", [Span(14, 15), Span(11, 14), Span(0, 0)])
def test_place_must_show_text(span: Span) -> None:
    def check(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
        place = subject.place
        yield rule.hit(subject, "x", because(type(place)(place.source, span), "here"))

    assert any("points at" in fault for fault in faults(check, manifest(f"{CONFIG}  # !")))


def test_options_are_read_as_a_configuration_file(loud: Rule[Any]) -> None:
    registry = Registry.of([loud])
    text = f"{CONFIG}  # ! too loud"
    assert list(example_faults(loud, manifest(text, options={"loud.names": ["a"]}), registry)) == []
    assert list(example_faults(loud, manifest(text, options={"limit": 4}), registry)) != []
    wrong = manifest(text, options={"loud.nmes": ["a"]})
    assert "its options are no configuration" in next(example_faults(loud, wrong, registry))
    wrong = manifest(text, options={"limit": "many"})
    assert "its options are no configuration" in next(example_faults(loud, wrong, registry))


def test_circumstances_reach_the_rule() -> None:
    seen = []

    def check(rule: Rule[Resource], subject: Resource) -> Iterator[Hit]:
        seen.append((subject.context.kubernetes, subject.context.today, subject.context.complete))
        yield from ()

    example = manifest(CONFIG, kubernetes="1.29", today="2026-03-01", complete="cluster")
    assert faults(check, example) == []
    assert seen == [((1, 29), "2026-03-01", "cluster")]


def test_trial_leaves_the_rule_as_it_was() -> None:
    rule = Judge(name)
    judged(rule, {"a.yaml": CONFIG}, manifest(CONFIG), Registry.of([rule]))
    assert "check" not in vars(rule)


def test_edit_that_two_fixes_share_is_made_once() -> None:
    rule = Judge(renaming("b"))
    trial = judged(rule, {"a.yaml": CONFIG}, manifest(CONFIG), Registry.of([rule]))
    assert applied({"a.yaml": CONFIG}, trial.findings * 2) == {"a.yaml": CONFIG.replace("a}", "b}")}


def test_case_may_be_broken_but_not_skipped() -> None:
    rule = Judge(nothing)
    registry = Registry.of([rule])
    assert list(case_faults(rule, manifest("apiVersion: v1\nkind: ["), registry)) == []
    assert list(case_faults(rule, manifest("just: text"), registry)) == ["nothing of it was judged"]
