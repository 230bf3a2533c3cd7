"""What one file is judged to be does not depend on the files that were judged before it."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.dev.cases import cases
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.judge import judge_bytes
from hullmark.linter.engine.plan import plan
from hullmark.linter.engine.recurring import Recurring
from hullmark.linter.engine.result import FileResult
from hullmark.linter.rule.registry import Registry

CASES = Path(__file__).parents[1] / "cases"
PATHS = ("a.yaml", "kubelet/b.yaml", "patches/kube-apiserver0+merge.yaml", "tests/c.yaml", "kubelet.conf.d/10.conf")
CLUSTER = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"
KUBELET = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 0\n"
"""Beside the other one, kubeadm completes it."""
REGISTRY = Registry.packaged()
PLAN = plan(Settings(profile="all"), REGISTRY, "2026-01-15")


def _documents() -> Iterator[str]:
    examples = [each for rule in shelf().rules for each in (*rule.bad, *rule.good)]
    for example in (*examples, *(case.example for case in cases(CASES))):
        for text in example.files.values():
            if "apiVersion" in text and "---" not in text:
                yield text if text.endswith("\n") else f"{text}\n"


DOCUMENTS = tuple(dict.fromkeys(_documents()))


def _told(result: FileResult) -> object:
    # Where a glance may see something, it also sees names: that asks rules more often, and decides nothing.
    ahead = result.ahead
    return result.findings, result.problems, None if ahead is None else (ahead.apart, ahead.heard.words)


@pytest.mark.parametrize("seed", range(6))
def test_files_of_several_documents_are_judged_as_if_alone(seed: int) -> None:
    """Few documents in many files, side by side in any order: each is known when it comes again."""
    random = Random(seed)
    of_kubeadm = [each for each in DOCUMENTS if "kubeadm.k8s.io" in each]
    pool = [*[CLUSTER] * 4, *[KUBELET] * 8, *random.sample(DOCUMENTS, 8), *random.sample(of_kubeadm, 4)]
    dispatch, known = Dispatch(PLAN, REGISTRY), Recurring()
    for _ in range(80):
        path = random.choice(PATHS)
        data = "---\n".join(random.choices(pool, k=random.randint(1, 3))).encode("utf-8", "surrogatepass")
        after = judge_bytes(path, data, PLAN, dispatch, known)
        alone = judge_bytes(path, data, PLAN, Dispatch(PLAN, REGISTRY), Recurring())
        assert _told(after) == _told(alone), data.decode("utf-8", "surrogatepass")
