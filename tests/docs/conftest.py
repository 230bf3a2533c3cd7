"""Documents of small rules, for tests of their forms."""

import pytest

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo, Scope
from hullmark.linter.rule.examples import in_container, manifest
from hullmark.linter.rule.rule import Option

WHY = """\
A loud container wakes its neighbours, and whoever cannot sleep makes mistakes
that others find.

- It is loud at night.
- It is loud by day, which is longer than one line can hold, so that the text has to go on below the dash."""


def doc(**changes: object) -> RuleDoc:
    """The document of a rule about loudness."""
    info = RuleInfo(
        id="house/loud-container",
        title="Container is loud.",
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.2.2", "MITRE/T1610"),
        fixable=True,
        subject="hullmark.linter.manifest.pod:Container",
        scope=Scope.RESOURCE,
        kinds=None,
        module="hullmark.checks.house.loud_container",
    )
    fields = {name: value for name, value in changes.items() if name in RuleInfo._fields}
    rest = {name: value for name, value in changes.items() if name not in fields}
    return RuleDoc(
        info._replace(**fields),  # type: ignore[arg-type]  # whatever a test wants to be different
        WHY,
        "Turn it down.",
        (in_container("volume: 11  # ! is loud", fixed="volume: 3"),),
        (in_container("volume: 3"),),
        (Option("limit", 10, "What is too loud."),),
    )._replace(**rest)  # type: ignore[arg-type]  # as above


@pytest.fixture
def loud() -> RuleDoc:
    """A rule with everything that a rule can have."""
    return doc()


@pytest.fixture
def plain() -> RuleDoc:
    """A rule with nothing that it need not have."""
    return doc(
        id="house/plain",
        controls=(),
        fixable=False,
        options=(),
        profile=Profile.OPT_IN,
        severity=Severity.INFO,
        bad=(manifest("kind: X  # !"),),
        good=(),
    )
