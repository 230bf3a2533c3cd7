"""A content is judged once, and says of another file what judging that one would have said."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.dev.cases import cases
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.judge import judge_bytes
from hullmark.linter.engine.plan import plan
from hullmark.linter.engine.recurring import Recurring
from hullmark.linter.engine.result import FileResult
from hullmark.linter.finding import Severity
from hullmark.linter.manifest.context import Generated
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import replace
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from hullmark.linter.text import Source
from hullmark.linter.yaml.nodes import Mapping, frozen
from tests.engine.conftest import DOC, pod

TESTS = Path(__file__).resolve().parents[1]
LINTER = TESTS.parent / "linter"
BASE = "apps/base/one.yaml"
PARTS = 8
PATHS = (
    "apps/base/one.yaml.d/one.yaml",
    "apps/tests/examples/one.yaml",
    "etc/kubernetes/manifests/kube-apiserver.yaml",
    "etc/kubernetes/kubelet.conf.d/10-node.conf",
    "etc/default/kubelet",
    "etc/systemd/system/kubelet.service",
    "etc/rancher/k3s/config.yaml",
    "etc/rancher/rke2/config.yaml.d/one.yaml",
    "group_vars/all.yml",
    "chart/values.yaml",
    "kustomization.yaml",
    "patches/kube-apiserver0+json.yaml",
    "patches/kubeletconfiguration.yaml",
    "pieces/one.yaml",
    "made/one.yaml",
    "",
)


@cache
def _texts() -> tuple[bytes, ...]:
    """Everything that is judged as an example or a case."""
    examples = [each for rule in shelf().rules for each in (*rule.bad, *rule.good)]
    examples += [case.example for case in cases(TESTS / "cases")]
    return tuple(dict.fromkeys(text.encode() for each in examples for text in each.files.values()))


def _judge(registry: Registry) -> Any:
    intent = plan(Settings(profile="all"), registry, "2026-01-15")
    known = {"made/one.yaml": Generated(True, "made")}
    context = replace(intent.context, fragments=frozenset({"pieces/one.yaml"}), generated=known)
    intent = replace(intent, context=context)
    dispatch = Dispatch(intent, registry)
    return lambda path, data, known=None: judge_bytes(path, data, intent, dispatch, known)


def _said(result: FileResult) -> tuple[object, ...]:
    """A result as plain values: resources and waivers are equal to nothing but themselves."""
    plain = replace(result, linkable=(), waivers=())
    return plain, tuple(map(_resource, result.linkable))


def _resource(resource: Resource) -> tuple[object, ...]:
    at, node = resource.cursor, resource.cursor.node
    place = resource.place
    return (
        *(at.source.shown, at.source.text, at.path, at.anchor, at.key, at.owner, place.source is at.source, place.span),
        *(resource.ref, resource.gk, resource.version, resource.is_named, resource.envelope, resource.context),
        *(type(resource), resource.extent, node and frozen(node)),
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_every_example_says_the_same_of_another_file(part: int) -> None:
    judge = _judge(Registry.packaged())
    reused = hostile = 0
    for number, text in enumerate(_texts()[part::PARTS]):
        known = Recurring()
        first = judge(BASE, text, known)
        path = PATHS[number // 2 % len(PATHS)] if number % 2 else "apps/staging/two.yaml"
        judge(path, text, known)
        again = known.again(BASE, text)
        if again is not None:
            assert _said(again) == _said(first), (path, text.decode())
            reused += 1
            hostile += path in PATHS
    assert reused > 600 / PARTS
    assert hostile > 100 / PARTS


def _named(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    yield rule.hit(resource, f"it is in {resource.cursor.source.path}")


def _by_folder(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    if resource.cursor.source.tells(_is_test):
        yield rule.hit(resource, "it is a test")


def _is_test(path: str) -> bool:
    return path.startswith("tests/")


NAMED = Row("a/named", Resource, DOC, _named, severity=Severity.LOW)
BY_FOLDER = Row("a/by-folder", Resource, DOC, _by_folder, severity=Severity.LOW)


def test_who_reads_the_path_is_asked_about_every_file() -> None:
    judge, known = _judge(Registry.of([NAMED])), Recurring()
    results = [judge(path, pod("web").encode(), known) for path in ("a.yaml", "b.yaml", "c.yaml")]
    assert [each.findings[0].message for each in results] == [f"it is in {name}.yaml" for name in "abc"]


def test_where_a_question_has_another_answer_the_file_is_judged() -> None:
    judge, known = _judge(Registry.of([BY_FOLDER])), Recurring()
    paths = ("a.yaml", "b.yaml", "tests/a.yaml", "c.yaml", "tests/b.yaml", "tests/c.yaml")
    assert [len(judge(path, pod("web").encode(), known).findings) for path in paths] == [0, 0, 1, 0, 1, 1]


def test_a_file_in_a_file_has_the_path_of_the_file() -> None:
    outer = Source("tests/a.yaml", "text")
    inner = outer.within("inner")
    assert inner.tells(_is_test)
    assert outer.asked == {_is_test: True}
    assert inner.path == "tests/a.yaml"
    assert outer.asked == {_is_test: True, str: "tests/a.yaml"}


def test_resources_are_those_of_their_own_file() -> None:
    judge, known = _judge(Registry.packaged()), Recurring()
    text = (pod("a") + "---\n" + pod("b")).encode()
    results = [judge(f"{number}.yaml", text, known) for number in range(4)]
    found = [each for result in results for each in result.linkable]
    assert [each.cursor.source.shown for each in found] == [f"{number}.yaml" for number in range(4) for _ in "ab"]
    assert len({id(each.cursor.node) for each in found}) == len(found)
    assert all(isinstance(each.cursor.node, Mapping) and each.name in "ab" for each in found)
    assert len({id(result.linkable[0].cursor.source.text) for result in results[2:]}) == 1


@pytest.mark.parametrize(
    "text",
    [
        pod("web") + "  hostNetwork: true  # hullmark: ignore[a/named] -- it is the node's\n",
        pod("web") + "---\na: [\n",
        "a: 1\n",
        "kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n",
        pod("web") + "#" * 20_000,
    ],
    ids=["waiver", "problem", "stranger", "list", "large"],
)
def test_what_is_hard_to_say_again_is_judged_again(text: str) -> None:
    judge, known = _judge(Registry.packaged()), Recurring()
    for path in ("a.yaml", "b.yaml", "c.yaml"):
        assert _said(judge(path, text.encode(), known)) == _said(judge(path, text.encode()))
    assert known.again("d.yaml", text.encode()) is None


def test_memory_is_bounded() -> None:
    judge, known = _judge(Registry.of([BY_FOLDER])), Recurring()
    texts = [pod(f"web-{number}").encode() for number in range(200)]
    for number, text in zip(count(), [*texts, *texts], strict=False):
        judge(f"{number}.yaml", text, known)
    held = [text for text in texts if known.again("a.yaml", text) is not None]
    assert held == texts[-len(held) :]
    assert len(held) < len(texts)


def test_paths_are_shown_by_few() -> None:
    """Who reads `shown` is not heard asking: it names places with it, and decides nothing."""
    readers = {
        str(path.relative_to(LINTER.parent))
        for folder in (LINTER, LINTER.parent / "checks")
        for path in folder.rglob("*.py")
        if re.search(r"source\.shown\b", path.read_text())
    }
    assert readers == {
        "linter/engine/finding.py",
        "linter/engine/judge.py",
        "linter/engine/place.py",
        "linter/engine/recurring.py",
        "linter/manifest/cursor.py",  # names of pods, which are given anew
        "linter/rule/settings/judgement.py",  # tells places from one another
    }
