"""Rules that look for words are asked about files that mention one of them, and about no others."""

from collections.abc import Iterator

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Severity
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from tests.engine.conftest import DOC, pod

asked: list[str] = []


@pytest.fixture(autouse=True)
def _nobody_was_asked() -> None:
    asked.clear()


def _listens(rule: Rule[PodSpec], subject: PodSpec) -> Iterator[Hit]:
    asked.append(f"{rule.id.partition('/')[2]} {subject.resource.name}")
    yield rule.hit(subject, f"{subject} is there")


def _refuses(rule: Rule[Container], container: Container) -> Iterator[Hit]:
    raise ValueError(container.name)


def _row(name: str, *words: str) -> Row[PodSpec]:
    return Row(f"a/{name}", PodSpec, DOC, _listens, severity=Severity.LOW, mentions=words)


ALWAYS, NETWORK, SECRET = _row("always"), _row("network", "hostNetwork"), _row("secret", "secret", "vault")
REGISTRY = Registry.of([ALWAYS, NETWORK, SECRET])


def _asked(*texts: str, settings: Settings | None = None, registry: Registry = REGISTRY) -> list[str]:
    lint_texts({f"{number}.yaml": text for number, text in enumerate(texts)}, registry, settings=settings)
    return sorted(asked)


def test_rules_without_words_are_always_asked() -> None:
    assert _asked(pod("web")) == ["always web"]


def test_one_word_is_enough() -> None:
    assert _asked(pod("web", "  hostNetwork: true")) == ["always web", "network web"]
    assert _asked(pod("web", "  nodeName: vault")).count("secret web") == 1


def test_files_are_told_apart() -> None:
    texts = pod("a"), pod("b", "  hostNetwork: true"), pod("c"), pod("d", "  hostNetwork: false  # secret")
    assert _asked(*texts) == ["always a", "always b", "always c", "always d", "network b", "network d", "secret d"]


def test_words_of_a_file_count_for_all_of_its_objects() -> None:
    assert _asked(f"{pod('a')}---\n{pod('b', '  hostNetwork: true')}").count("network a") == 1


def test_escapes_leave_nothing_out() -> None:
    assert _asked(pod("web", '  "host\\x4eetwork": true')) == ["always web", "network web", "secret web"]


def test_subjects_are_not_made_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Container, "of", lambda resource: pytest.fail("nobody looks at them"))
    row = Row("a/container", Container, DOC, _refuses, severity=Severity.LOW, mentions=("hostNetwork",))
    assert lint_texts({"a.yaml": pod("web")}, Registry.of([row])).problems == ()


def test_standards_say_themselves_what_they_look_for() -> None:
    controls = ("PSS/baseline/hostNamespaces",)
    row = Row("a/standard", PodSpec, DOC, _listens, severity=Severity.LOW, controls=controls, mentions=("hostNetwork",))
    lint_texts({"a.yaml": pod("web")}, Registry.of([row]), profile="pss-baseline")
    assert asked == ["standard web"]
