"""Patches change what they write and say nothing about the rest."""

from collections.abc import Callable
from typing import Any

Judge = Callable[..., Any]


def test_json_patch_of_a_static_pod(judge: Judge) -> None:
    text = "- op: add\n  path: /spec/containers/0/command/-\n  value: --profiling=true\n"
    assert judge(text, "patches/kube-apiserver0+json.yaml") == [("apiserver/profiling-enabled", 3)]


def test_json_patch_of_the_kubelet(judge: Judge) -> None:
    text = '[{"op": "replace", "path": "/readOnlyPort", "value": 10255},\n {"op": "remove", "path": "/maxPods"}]\n'
    assert judge(text, "patches/kubeletconfiguration+json.json") == [("kubelet/read-only-port-open", 1)]


def test_merge_patch_of_the_kubelet(judge: Judge) -> None:
    text = "authentication:\n  anonymous:\n    enabled: true\n"
    assert judge(text, "patches/kubeletconfiguration1+merge.yaml") == [("kubelet/anonymous-auth-enabled", 3)]


def test_fragment_of_a_pod_is_a_whole_command(judge: Judge) -> None:
    text = (
        "spec:\n  containers:\n  - name: kube-scheduler\n    command:\n    - kube-scheduler\n    - --profiling=true\n"
    )
    found = judge(text, "patches/kube-scheduler+strategic.yaml")
    assert ("scheduler/profiling-enabled", 6) in found
    assert ("scheduler/bind-address-not-loopback", 4) in found


def test_other_names_are_no_patches(judge: Judge) -> None:
    assert judge("authentication:\n  anonymous:\n    enabled: true\n", "patches/kubelet+merge.yaml") == []


CLASS = """apiVersion: cluster.x-k8s.io/v1beta1
kind: ClusterClass
metadata: {name: a}
spec:
  patches:
    - name: b
      definitions:
        - selector: {kind: KubeadmControlPlaneTemplate}
          jsonPatches:
            - op: add
              path: /spec/template/spec/kubeadmConfigSpec/clusterConfiguration/apiServer/extraArgs/profiling
              value: "true"
            - op: add
              path: /spec/template/spec/kubeadmConfigSpec/clusterConfiguration/apiServer/extraArgs/anonymous-auth
              valueFrom: {variable: anonymous}
"""


def test_patches_of_a_cluster_class(judge: Judge) -> None:
    assert judge(CLASS) == [("apiserver/profiling-enabled", 12)]
