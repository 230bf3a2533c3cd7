"""How an input fares against a framework: failed, passed and unknown are told apart, nothing is left out."""

from hullmark.linter.engine.controls import State, control_states
from hullmark.linter.manifest.context import DEFAULT_CONTEXT
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source

POD = """apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
    - name: kube-apiserver
      image: registry.k8s.io/kube-apiserver:v1.34.0
      command:
        - kube-apiserver
        - --anonymous-auth=false
        - --profiling=true
        - --authorization-mode=${MODES}
"""
FILES = """#cloud-config
write_files:
  - path: /etc/kubernetes/admin.conf
    permissions: "0644"
    content: a
  - path: /etc/kubernetes/scheduler.conf
    permissions: "0600"
    content: a
"""


def _states(framework: str, *texts: str) -> dict[str, State]:
    resources = [each for n, text in enumerate(texts) for each in read_manifest(Source(f"{n}.yaml", text)).resources]
    workspace = build_workspace(resources, DEFAULT_CONTEXT)
    states, problems = control_states(workspace, Registry.packaged(), framework)
    assert problems == ()
    return {each.control.number: each.state for each in states}


def test_every_state_is_told_apart() -> None:
    found = _states("cis-1.12", POD)
    assert found["1.2.1"] is State.PASSED
    assert found["1.2.15"] is State.FAILED
    assert found["1.2.6"] is State.UNKNOWN
    assert found["2.1"] is State.ABSENT
    assert found["5.6.1"] is State.MANUAL
    assert len(found) == 131


def test_a_partial_view_never_passes_entirely() -> None:
    join = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\nnodeRegistration:\n  kubeletExtraArgs:\n"
    found = _states("cis-1.12", join + "    - {name: read-only-port, value: '0'}\n")
    assert found["4.2.4"] is State.PARTLY


def test_a_declared_file_counts_for_its_own_control_only() -> None:
    found = _states("cis-1.12", FILES)
    assert found["1.1.13"] is State.FAILED
    assert found["1.1.15"] is State.PARTLY
    assert found["1.1.17"] is State.ABSENT


def test_an_empty_input_passes_nothing() -> None:
    assert {State.PASSED, State.PARTLY, State.FAILED} & set(_states("cis-2.1").values()) == set()


def test_what_a_product_makes_moot_is_not_judged() -> None:
    assert _states("cis-k3s-1.12", POD)["1.1.1"] is State.MOOT
