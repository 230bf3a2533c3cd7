"""What is remembered of a document holds for others of the same text only while they mean the same."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.manifest.components.embedded import content, inside
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source

Judge = Callable[..., Any]

KUBELET = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous:
    enabled: false
"""
LOOSE = ("kubelet/seccomp-default-off", 2)


def config_map(text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  kubelet: |\n{lines}"


def test_a_patch_leaves_open_what_a_whole_document_decides(judge: Judge) -> None:
    for _ in range(2):
        assert LOOSE not in judge(KUBELET, "patches/kubeletconfiguration+merge.yaml")
        assert LOOSE in judge(KUBELET, "kubelet.yaml")


def test_of_kubeadm_other_defaults_hold(judge: Judge) -> None:
    alone = judge(KUBELET, "kubelet.yaml")
    carried = judge(config_map(KUBELET), "map.yaml")
    assert judge(KUBELET, "kubelet.yaml") == alone
    assert judge(config_map(KUBELET), "map.yaml") == carried
    assert {rule for rule, _ in alone} != {rule for rule, _ in carried}


def test_what_is_wrong_is_found_again(judge: Judge) -> None:
    text = KUBELET.replace("false", "true")
    for _ in range(2):
        assert ("kubelet/anonymous-auth-enabled", 5) in judge(text, "kubelet.yaml")
        assert "kubelet/anonymous-auth-enabled" not in {rule for rule, _ in judge(KUBELET, "kubelet.yaml")}


def test_aliases_mean_what_their_anchors_say(judge: Judge) -> None:
    text = KUBELET.replace("false", "*said") + "seccompDefault: true\n"
    for said, found in (("false", False), ("true", True), ("false", False)):
        judged = judge(f"x: &said {said}\n{text}", "kubelet.yaml")
        assert ("kubelet/anonymous-auth-enabled", 1) in judged if found else not judged_open(judged)


def judged_open(judged: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [each for each in judged if each[0] == "kubelet/anonymous-auth-enabled"]


def test_documents_inside_travel_with_their_resource() -> None:
    (resource,) = read_manifest(Source("map.yaml", config_map(KUBELET)), Context(kubernetes=(1, 30))).resources
    before = inside(resource)
    arrived = pickle.loads(pickle.dumps(resource))
    arrived.context = resource.context
    after = inside(arrived)
    assert [each.resource.gk for each in after] == [each.resource.gk for each in before] != []
    assert [content(each.resource) for each in after] == [content(each.resource) for each in before] != [""]
    assert [each.resource.context for each in after] == [resource.context]
    assert [each.resource.place.span for each in after] == [each.resource.place.span for each in before]


POD = """apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
    - name: kube-apiserver
      command:
        - kube-apiserver
        - --profiling=false
        - --advertise-address=10.0.0.5
"""


@pytest.mark.parametrize(
    "wrong", ['"--advertise-address=10.0.0.5 --profiling=true"', "--allow-privileged\n        - a"]
)
def test_flags_outside_the_table_count_where_all_others_are_the_same(wrong: str) -> None:
    files = {"a.yaml": POD, "b.yaml": POD.replace("--advertise-address=10.0.0.5", wrong)}
    found = lint_texts(files, Registry.of(shelf().rules)).findings
    assert [each.location.path for each in found if each.rule == "schema/malformed-flag"] == ["b.yaml"]


def test_arguments_mean_the_same_wherever_they_stand(judge: Judge) -> None:
    said = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n"
    said += "    - {name: profiling, value: 'true'}\n"
    for name in ("a", "b"):
        assert ("apiserver/profiling-enabled", 6) in judge(said.replace("apiServer", f"x: {name}\napiServer"), "a.yaml")
