"""Small rules on real subjects, for tests of what surrounds rules."""

from collections.abc import Iterable, Iterator

import pytest

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule import Confidence, Hit, Option, Profile, Row, Rule, Severity, manifest

BAD = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: loud}  # ! too loud
"""
GOOD = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: quiet}
"""


class LoudName(Rule[Resource]):
    """Object has a loud name.

    Whoever hears it knows where to look.

    Call it something else.
    """

    severity = Severity.HIGH
    controls = ("CIS-1.12/5.2.2", "MITRE/T1610")
    bad = (manifest(BAD),)
    good = (manifest(GOOD),)
    options = (Option("limit", 3, "How many are too many."), Option("loud.names", ("loud",), "What is loud."))
    formerly = ("house/noisy",)

    def check(self, subject: Resource) -> Iterator[Hit]:
        """Every loud name."""
        if subject.name in self.texts(subject.context, "loud.names"):
            yield self.hit(subject, f"{subject} is too loud")


def is_called(rule: Rule[Resource], subject: Resource) -> Iterable[Hit]:
    """Judge of rows: objects called like the rule."""
    if subject.name == rule.id.partition("/")[2]:
        yield rule.hit(subject, f"{subject} is called like a rule")


def row(name: str, **more: object) -> Row[Resource]:
    """A row of a table about names."""
    said: dict[str, object] = {
        "severity": Severity.LOW,
        "profile": Profile.STRICT,
        "confidence": Confidence.MEDIUM,
        "controls": ("PSS/baseline/privileged", "NSA/secrets"),
        "bad": (manifest(f"kind: ConfigMap\napiVersion: v1\nmetadata: {{name: {name}}}  # ! called like"),),
        "good": (manifest(GOOD),),
    }
    text = f"Object is called {name}.\n\nThat is bad.\n\nCall it otherwise."
    return Row(f"house/{name}", Resource, text, is_called, **(said | more))  # type: ignore[arg-type]  # see above


@pytest.fixture
def loud() -> Rule[Resource]:
    """A rule as a class, with options and a former id."""
    rule = LoudName()
    rule.id = "house/loud-name"
    return rule


@pytest.fixture
def table() -> tuple[Row[Resource], ...]:
    """Three rows: strict, all and opt-in."""
    return (row("first"), row("second", profile=Profile.ALL), row("third", profile=Profile.OPT_IN, controls=()))
