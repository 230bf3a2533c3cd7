"""What is said of a file depends on no file that was judged before, however much alike they are.

Memories of texts, parts, objects and files make a run cheap. Here variants of the same files go through one judge in
two orders, and each of them through a judge that remembers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.dev.cases import cases
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.judge import judge_bytes
from hullmark.linter.engine.plan import Plan, plan
from hullmark.linter.engine.recurring import Recurring
from hullmark.linter.engine.result import FileResult
from hullmark.linter.records import replace
from hullmark.linter.rule.registry import Registry

CASES = Path(__file__).resolve().parents[1] / "cases"
REGISTRY = Registry.packaged()
FILES = 150
FOLDERS = ("", "a/", "b/", "tests/", "kubelet/", "examples/")
VALUES = (
    "true",
    "false",
    '"0"',
    "1",
    "kube-system",
    "default",
    "10255",
    "system:masters",
    "/etc/kubernetes",
    "0.0.0.0",
)
METADATA = (
    "labels: {a: b}",
    "namespace: kube-system",
    "annotations: {x: y}",
    "labels: {app: web, tier: control-plane}",
)


def _files(dice: Random) -> list[tuple[str, str]]:
    examples = [each for rule in shelf().rules for each in (*rule.bad, *rule.good)]
    examples += [case.example for case in cases(CASES)]
    found = dict.fromkeys(item for each in examples for item in each.files.items() if len(item[1]) < 6_000)
    return dice.sample(list(found), FILES)


def _variants(dice: Random) -> Iterator[tuple[str, bytes]]:
    """Each file, the same elsewhere, with something else in a line, and as a part of a larger one."""
    files = _files(dice)
    for path, text in files:
        folder, _, name = path.rpartition("/")
        below = f"{folder}/" if folder else ""
        joined = f"{text.rstrip()}\n---\n{dice.choice(files)[1]}"
        for made in (text, text, _changed(dice, text), _changed(dice, text), _renamed(dice, text), joined):
            yield f"{dice.choice(FOLDERS)}{below}{name}", made.encode("utf-8", "surrogatepass")


def _changed(dice: Random, text: str) -> str:
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    name, colon, _ = lines[at].partition(":")
    lines[at] = dice.choice((f"{name}{colon} {dice.choice(VALUES)}", "# a comment", lines[at] + " # another"))
    return "\n".join(lines)


def _renamed(dice: Random, text: str) -> str:
    text = re.sub(r"^(  name: [\w-]+)$", rf"\1{dice.choice(('-2', '-kubelet', '-test'))}", text, flags=re.M)
    return text.replace("\nmetadata:\n", f"\nmetadata:\n  {dice.choice(METADATA)}\n", dice.randrange(2))


def _said(result: FileResult) -> str:
    ahead = result.ahead
    told = ahead and (sorted(ahead.heard.places), sorted(ahead.heard.words))
    apart = ahead and ahead.apart
    ties = apart and apart.ties and (sorted(apart.ties.reads), sorted(apart.ties.holds))
    found = apart and (ties, apart.findings, apart.problems, sorted(apart.crashed))
    resources = [(str(each.ref), each.extent) for each in result.linkable]
    return repr((replace(result, linkable=(), waivers=(), ahead=None), told, found, resources, len(result.waivers)))


def _judged(intent: Plan, files: dict[int, tuple[str, bytes]], *, remembers: bool) -> dict[int, str]:
    dispatch, known = Dispatch(intent, REGISTRY), Recurring()
    said = {}
    for number, (path, data) in files.items():
        if not remembers:
            dispatch, known = Dispatch(intent, REGISTRY), Recurring()
        said[number] = _said(judge_bytes(path, data, intent, dispatch, known))
    return said


@pytest.mark.parametrize("seed", range(4))
def test_no_file_changes_what_is_said_of_another(seed: int) -> None:
    dice = Random(seed)
    intent = replace(plan(Settings(profile="all"), REGISTRY, "2026-01-15"), tells_pods=True)
    files = dict(enumerate(_variants(dice)))
    shuffled = list(files)
    dice.shuffle(shuffled)
    in_order = _judged(intent, files, remembers=True)
    out_of_order = _judged(intent, {number: files[number] for number in shuffled}, remembers=True)
    alone = _judged(intent, {number: files[number] for number in reversed(shuffled)}, remembers=False)
    for number, (path, data) in files.items():
        assert in_order[number] == out_of_order[number] == alone[number], (path, data.decode("utf-8", "replace"))
