"""Missing settings are written where their format would have them."""

from collections.abc import Callable
from typing import Any

import pytest

from hullmark.linter.manifest.components.detect import components
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.text import Source

KUBELET = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
KUBEADM = "apiVersion: kubeadm.k8s.io/{}\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.0\napiServer:\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    command:\n"


def _added(text: str, name: str, value: str, path: str = "a.yaml") -> str | None:
    resource = read_manifest(Source(path, text)).resources[0]
    adder = components(resource)[0].adder
    found = None if adder is None else adder(name, value)
    if found is None:
        return None
    source, edit = found
    return source.text[: edit.span.start] + edit.replacement + source.text[edit.span.end :]


CASES = (
    (f"{KUBELET}maxPods: 5\n", "anonymous-auth", "false", "authentication:\n  anonymous:\n    enabled: false\n"),
    (f"{KUBELET}authentication:\n  webhook: {{}}\n", "anonymous-auth", "false", "  anonymous:\n    enabled: false\n"),
    (f"{POD}    - kube-apiserver  # server\n    - --v=2 # loud\n", "profiling", "false", "    - --profiling=false\n"),
    (KUBEADM.format("v1beta3") + "  extraArgs:\n    v: '2'\n", "profiling", "false", '    profiling: "false"\n'),
    (
        KUBEADM.format("v1beta4") + '  extraArgs:\n  - name: v\n    value: "2"\n',
        "profiling",
        "false",
        '  - name: profiling\n    value: "false"\n',
    ),
)


@pytest.mark.parametrize(("text", "name", "value", "tail"), CASES)
def test_setting_is_written_behind_the_last_one(text: str, name: str, value: str, tail: str) -> None:
    assert _added(text, name, value) == text + tail


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: a, command: [kube-apiserver]}\n",
        KUBEADM.format("v1beta4") + "  certSANs: [a]\n",
        f"{POD}    - sh\n    - -c\n    - kube-apiserver --v=2\n",
    ],
)
def test_nothing_is_written_where_it_is_not_one_small_edit(text: str) -> None:
    assert _added(text, "profiling", "false") is None


def test_nothing_is_written_into_encoded_text(judge: Callable[..., Any]) -> None:
    text = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  kubelet: "' + KUBELET.replace("\n", "\\n") + '"\n'
    assert _added(text, "seccomp-default", "true") is None
