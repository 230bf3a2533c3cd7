"""What follows from another finding stays behind it until that one is fixed or waived."""

from collections.abc import Iterator

import pytest

from hullmark.linter.config.settings import ConfigWaiver, Settings
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.engine.baseline import BASELINE, recorded
from hullmark.linter.finding import Profile, Report, Severity
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import replace
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from hullmark.linter.text import Source, Span
from tests.engine.conftest import DOC, pod

WEAKER = {"a/everything": (), "a/write": ("everything",), "a/read": ("everything", "write"), "a/list": ("read",)}


def _judge(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    name = rule.id.partition("/")[2]
    hit = rule.hit(resource, f"{resource.name!r} can {name}", subject_name=name)
    implied_by = tuple(f"{resource.name}:{stronger}" for stronger in WEAKER[rule.id])
    yield replace(hit, key=f"{resource.name}:{name}", implied_by=implied_by)


def _rule(name: str) -> Row[Resource]:
    profile = Profile.STRICT if name == "a/everything" else Profile.DEFAULT
    return Row(name, Resource, DOC, _judge, severity=Severity.HIGH, profile=profile)


REGISTRY = Registry.of(map(_rule, WEAKER))


def _lint(*waived: str, profile: Profile = Profile.STRICT, baseline: str = "") -> Report:
    source = Source("hullmark.yaml", "")
    waivers = tuple(ConfigWaiver(source, Span(0, 0), rule=f"a/{name}", reason="it is ours") for name in waived)
    texts = {"a.yaml": pod("a"), "b.yaml": pod("b")} | ({BASELINE: baseline} if baseline else {})
    return lint_texts(texts, REGISTRY, profile=profile, settings=Settings(waivers=waivers))


def _shown(report: Report) -> list[str]:
    return [finding.message for finding in report.findings]


def test_what_is_implied_is_kept_behind_its_leader() -> None:
    report = _lint()
    assert _shown(report) == ["'a' can everything", "'b' can everything"]
    assert [(each.rule, each.absorbed_by) for each in report.absorbed[:3]] == [
        ("a/list", "a/read"),
        ("a/read", "a/everything"),
        ("a/write", "a/everything"),
    ]
    assert report.findings[0].absorbs == ("a/read", "a/write")


@pytest.mark.parametrize(
    ("waived", "shown"),
    [
        (("everything",), ["'a' can write", "'b' can write"]),
        (("everything", "write"), ["'a' can read", "'b' can read"]),
        (("everything", "write", "read"), ["'a' can list", "'b' can list"]),
        (("write",), ["'a' can everything", "'b' can everything"]),
    ],
)
def test_waiver_of_the_leader_uncovers_the_next(waived: tuple[str, ...], shown: list[str]) -> None:
    assert _shown(_lint(*waived)) == shown


def test_leader_that_is_not_asked_for_implies_nothing() -> None:
    assert _shown(_lint(profile=Profile.DEFAULT)) == ["'a' can write", "'b' can write"]


def test_baseline_of_the_leader_uncovers_nothing() -> None:
    report = _lint(baseline=recorded(_lint().findings))
    assert _shown(report) == []
    assert len(report.suppressed) == 2
