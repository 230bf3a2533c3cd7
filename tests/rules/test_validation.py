"""Every demand on rules is shown to be made."""

from collections.abc import Iterator
from typing import Any

import pytest

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.waiver import ForeignWaiver
from hullmark.linter.rule import QUOTED, Hit, Option, Rule, Severity, manifest
from hullmark.linter.rule.validation import validate


def changed(rule: Rule[Any], **values: Any) -> Rule[Any]:
    vars(rule).update(values)
    return rule


def test_good_rules_have_no_faults(loud: Rule[Any], table: tuple[Rule[Any], ...]) -> None:
    assert validate([loud, *table]) == []


BAD = manifest("kind: X\napiVersion: v1  # !")
GOOD = manifest("kind: Y\napiVersion: v1")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"id": "house"}, "an id is family/bad-pattern, in lower case with dashes"),
        ({"id": "house/Loud"}, "an id is family/bad-pattern, in lower case with dashes"),
        ({"id": "house/should-be-quiet"}, "an id names the bad pattern, not the advice"),
        ({"subject": int}, "nothing finds its subject: int has neither of(resource) nor among(bundle)"),
        ({"paragraphs": ()}, "it has no docstring"),
        ({"paragraphs": ("Loud." * 13, "Why.", "What.")}, "the title is longer than 60 characters"),
        ({"paragraphs": ("Loud\nname.", "Why.", "What.")}, "the title is longer than 60 characters"),
        ({"paragraphs": ("Loud", "Why.", "What.")}, "the title is no sentence with one full stop"),
        ({"paragraphs": ("loud name.", "Why.", "What.")}, "the title does not begin with a capital"),
        ({"paragraphs": ("Loud.", "What.")}, "the docstring has three parts"),
        ({"paragraphs": ("Loud.", "Why", "What.")}, "the reason does not end like a sentence"),
        ({"paragraphs": ("Loud.", "Why.", "What")}, "the remedy does not end like a sentence"),
        ({"severity": "high"}, "severity is no Severity"),
        ({"confidence": 2}, "confidence is no Confidence"),
        ({"profile": None}, "profile is no Profile"),
        ({"controls": "PSS/baseline"}, "controls is no tuple"),
        ({"controls": ("NSA/1.3",)}, "unknown control 'NSA/1.3'"),
        ({"controls": ("NSA/secrets",) * 2}, "control 'NSA/secrets' is named twice"),
        ({"bad": ()}, "it has no bad example"),
        ({"good": ()}, "it has no good example"),
        ({"bad": (GOOD,)}, "bad example 1 marks no line"),
        ({"good": (BAD,)}, "good example 1 marks a line"),
        ({"bad": (BAD, BAD)}, "two of its examples are the same"),
        ({"bad": (manifest("kind: X  # !", fixed="kind: X"),)}, "the fix of bad example 1 changes nothing"),
        ({"good": (manifest("kind: X", fixed="kind: Y"),)}, "good example 1 has a fix"),
        ({"options": (Option("Bad Key", 1, ""),)}, "'Bad Key' is no name for an option"),
        ({"options": (Option("severity", 1, ""),)}, "'severity' is no name for an option"),
        ({"formerly": ("noisy",)}, "its former id 'noisy' was none"),
        ({"mentions": ("two words",)}, "'two words' may be spelt otherwise"),
        ({"mentions": ("http:", QUOTED)}, "'http:' may be spelt otherwise"),
        ({"mentions": ("loud",), "subject": ForeignWaiver}, "only rules about what lies in files say words"),
    ],
)
def test_each_fault_is_found(loud: Rule[Any], values: dict[str, Any], fault: str) -> None:
    assert fault in "\n".join(validate([changed(loud, **values)]))


def test_ids_and_titles_are_unique(loud: Rule[Any], table: tuple[Rule[Any], ...]) -> None:
    first, second, _ = table
    assert validate([first, first]) == ["house/first: 2 rules have this id"]
    changed(second, paragraphs=first.paragraphs)
    assert validate([first, second]) == ["house/first: has the title of house/second: 'Object is called first.'"]
    changed(loud, formerly=("house/first",))
    assert validate([first, loud]) == ["house/loud-name: its former id house/first is taken"]


def test_one_option_has_one_default(loud: Rule[Any], table: tuple[Rule[Any], ...]) -> None:
    changed(table[0], options=(Option("loud.names", ("soft",), ""),))
    assert "has another default" in "\n".join(validate([loud, table[0]]))


def test_severity_has_to_be_stated() -> None:
    class Unstated(Rule[Resource]):
        """Object is there.

        It exists.

        Remove it.
        """

        bad = (BAD,)
        good = (GOOD,)

        def check(self, subject: Resource) -> Iterator[Hit]:
            yield self.hit(subject, "there")

    class Inheriting(Unstated):
        """Object is here.

        It exists.

        Remove it.
        """

        severity = Severity.LOW

    class Heir(Inheriting):
        """Object is everywhere.

        It exists.

        Remove it.
        """

    rules = [changed(rule, id=f"house/{n}") for n, rule in enumerate((Unstated(), Inheriting(), Heir()))]
    assert validate(rules) == ["house/0: it does not state its severity"]


def test_rule_of_ours_is_called_like_its_module() -> None:
    def fails(name: str, module: str) -> list[str]:
        kind = type(name, (Rule,), {"__module__": module, "__doc__": "A.\n\nB.\n\nC.", "severity": Severity.LOW})
        return validate([changed(kind(), subject=Resource, bad=(BAD,), good=(GOOD,))])

    assert fails("LoudName", "hullmark.checks.house.loud_name") == []
    assert fails("DNSName", "hullmark.checks.house.dns_name") == []
    assert fails("Quiet", "hullmark.checks.house.loud_name") == [
        "house/loud-name: class Quiet is not called like its module"
    ]


def test_subject_without_of_is_for_the_engine(loud: Rule[Any]) -> None:
    class Waived:
        made_by_engine = True

    assert validate([changed(loud, subject=Waived)]) == []


def test_rule_without_type_parameter_is_told() -> None:
    class Bare(Rule):  # type: ignore[type-arg]  # that is the fault
        """Object is bare.

        It shows.

        Dress it.
        """

        severity = Severity.LOW
        bad = (BAD,)
        good = (GOOD,)

    assert "write Rule[Subject]" in "\n".join(validate([changed(Bare(), id="house/bare")]))
