"""No input makes an adapter or a rule fail: texts of any kind, and documents with everything in the wrong place."""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.manifest.components import shell, units
from hullmark.linter.manifest.components.detect import components
from hullmark.linter.manifest.components.mime import alone, is_mime, parts
from hullmark.linter.manifest.components.values import duration
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source, Span

FAMILIES = {
    *("admission", "apiserver", "audit", "controller-manager", "encryption", "etcd", "kube-proxy", "kubeadm"),
    *("kubeconfig", "kubelet", "provider", "scheduler", "schema", "version"),
}
PATHS = (
    "a.yaml",
    "kubelet.service",
    "kubeadm-flags.env",
    "etc/rancher/k3s/config.yaml",
    "group_vars/all.yml",
    "etcd.conf",
)
ODD = (
    "",
    "null",
    "[]",
    "{}",
    "[[]]",
    "{a: [{}]}",
    "'x'",
    "1e999",
    "-1",
    "true",
    "!!binary aGk=",
    "*",
    "&a b",
    "|",
    "${X}",
    "0x",
)


def _word(text: str) -> Word:
    return Word(text, Source("a", text), Span(0, len(text)), ((0, 0),))


@given(st.text(max_size=300))
def test_words_of_scripts_stand_where_they_say(text: str) -> None:
    """Every character of a word is found at the place that the word gives for it."""
    for token in shell.tokens(_word(text)):
        word = token.word
        for index, char in enumerate(word.text):
            span = word.span(index, index + 1)
            assert text[span.start : span.end] in (char, "")
    for command in shell.commands(_word(text)):
        assert command


@given(st.text(alphabet="[]=\\\n $#;\"'{}abEXn.-Service ", max_size=400))
def test_units_and_environment_files_of_any_kind_are_read(text: str) -> None:
    found = units.unit(_word(text))
    units.command_words(found)
    for value in units.environment(_word(text)).values():
        assert value.text in text


@given(st.text(max_size=300), st.text(alphabet="-/b\n", max_size=40))
def test_parts_of_archives_keep_their_lines(text: str, border: str) -> None:
    whole = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\n{text}\n{border}\n--b--\n'
    assert is_mime(whole)
    for part in parts(whole):
        lines = alone(whole, part).split("\n")
        body = [(n, line) for n, line in enumerate(lines) if line]
        assert all(whole.split("\n")[n].endswith(line) for n, line in body)


@given(st.integers(0, 10**6), st.sampled_from(["ns", "us", "µs", "ms", "s", "m", "h"]), st.integers(0, 59))
def test_durations_add_up_in_any_order(number: int, unit: str, seconds: int) -> None:
    one, other = duration(f"{number}{unit}{seconds}s"), duration(f"{seconds}s{number}{unit}")
    assert one is not None
    assert one == pytest.approx(other)
    assert duration(f"{number}") is None or number == 0


@given(st.text(max_size=400), st.sampled_from(PATHS))
def test_texts_of_any_kind_yield_no_crash(text: str, path: str) -> None:
    for resource in read_manifest(Source(path, text)).resources:
        for component in components(resource):
            assert component.settings is not None


@pytest.fixture(scope="module")
def rules() -> list[Any]:
    registry = Registry.packaged()
    return [registry.rule(info.id) for info in registry.infos if info.family in FAMILIES]


def _mangled(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        key, colon, _ = lines[at].partition(":")
        match chance.randrange(4):
            case 0 if colon:
                lines[at] = f"{key}: {chance.choice(ODD)}"
            case 1:
                del lines[at]
            case 2:
                lines.insert(at, lines[at])
            case _:
                lines[at] = lines[at].replace("- ", "", 1) if "- " in lines[at] else f"  {lines[at]}"
        if not lines:
            return ""
    return "\n".join(lines)


def test_documents_with_everything_in_the_wrong_place_yield_no_crash(rules: list[Any]) -> None:
    chance = random.Random(20261125)  # the same inputs on every machine
    texts = sorted({(example.path, example.clean) for rule in rules for example in (*rule.bad, *rule.good)})
    assert len(texts) > 300
    judged = 0
    for path, text in chance.sample(texts, 300):
        for resource in read_manifest(Source(path, _mangled(text, chance))).resources:
            for rule in rules:
                if hasattr(rule.subject, "of"):
                    for subject in rule.subject.of(resource):
                        judged += len(list(rule.check(subject))) >= 0
    assert judged > 1000


@pytest.mark.parametrize("pattern", ["((.*)*)*x", "(a+)+b", "(.*.*.*.*.*.*.*.*.*.*)y", "(((a?)?)?)*", "(" * 150])
def test_patterns_of_origins_cost_little(judge: Callable[..., Any], pattern: str) -> None:
    start = time.process_time()
    judge(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      command:\n        - kube-apiserver\n"
        f"        - '--cors-allowed-origins={pattern}'\n",
        only="apiserver/cors",
    )
    assert time.process_time() - start < 1


@pytest.mark.parametrize("name", ["audit-log-maxage", "request-timeout", "insecure-port", "secure-port"])
def test_numbers_without_end_are_no_numbers(judge: Callable[..., Any], name: str) -> None:
    text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      command:\n        - kube-apiserver\n"
    assert judge(f"{text}        - --{name}={'9' * 5000}\n") is not None


def test_long_command_lines_and_scripts_cost_little() -> None:
    """Ten times the flags cost about ten times the work."""

    def seconds(count: int) -> float:
        flags = "".join(f"        - --feature-gates=A{n}=true\n" for n in range(count))
        head = (
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      command:\n        - kube-apiserver\n"
        )
        resource = read_manifest(Source("a.yaml", head + flags)).resources[0]
        start = time.process_time()
        found = components(resource)[0]
        assert len(found.effective("feature-gates").members) == count
        return time.process_time() - start

    seconds(100)
    few = max(seconds(1_000), 0.001)
    assert seconds(10_000) < 40 * few
