"""Pods and containers: what is found, what holds after inheritance, and where it is shown."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import indent

import pytest

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest import capability
from hullmark.linter.manifest.place import Placed
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import Resource

One = Callable[[str], Resource]
Shown = Callable[[Placed], str]

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      securityContext:
        runAsUser: 0
        seccompProfile: {type: Unconfined}
      initContainers:
        - name: first
        - name: mesh
          restartPolicy: Always
      containers:
        - name: app
          image: registry.example/app
          securityContext:
            runAsUser: 1000
            privileged: true
        - image: nginx:1.27
      ephemeralContainers:
        - name: debug
"""


def test_containers_of_all_three_lists_in_order_of_start(one: One) -> None:
    found = [(str(each), each.is_long_running) for each in Container.of(one(DEPLOYMENT))]
    assert found == [
        ("init container 'first'", False),
        ("sidecar 'mesh'", True),
        ("container 'app'", True),
        ("container ''", True),
        ("ephemeral container 'debug'", False),
    ]


def test_container_says_where_it_runs(one: One) -> None:
    app = list(Container.of(one(DEPLOYMENT)))[2]
    assert app.described == "container 'app' of Deployment 'web'"
    assert str(app.owner) == "Deployment shop/web"
    assert app.owner is not None
    assert app.owner.container == "app"
    assert app.resource.is_controlled
    assert app.resource.is_builtin


def test_hostile_names_are_quoted(one: One) -> None:
    text = 'apiVersion: v1\nkind: Pod\nmetadata: {name: "a\\e[2Jb"}\nspec: {containers: [{name: "x\\n::error::"}]}\n'
    (container,) = Container.of(one(text))
    assert container.described == "container 'x\\n::error::' of Pod 'a\\x1b[2Jb'"


def test_absent_container_field_is_shown_at_the_name_else_at_the_dash(one: One, shown: Shown) -> None:
    _, _, app, nameless, _ = Container.of(one(DEPLOYMENT))
    assert shown(app) == "19: app"
    assert shown(app.liveness_probe) == "19: app"
    assert shown(app.capabilities) == "21: securityContext"
    assert shown(nameless) == "24: -"
    assert shown(nameless.privileged) == "24: -"


def test_absent_pod_field_is_shown_at_the_spec_key(one: One, shown: Shown) -> None:
    (pod,) = PodSpec.of(one(DEPLOYMENT))
    assert shown(pod) == "10: spec"
    assert shown(pod.host_pid) == "10: spec"


def test_own_value_wins_and_inherited_value_keeps_its_place(one: One, shown: Shown) -> None:
    _, _, app, nameless, _ = Container.of(one(DEPLOYMENT))
    assert (app.effective.run_as_user.value, shown(app.effective.run_as_user)) == (1000, "22: 1000")
    assert (nameless.effective.run_as_user.value, shown(nameless.effective.run_as_user)) == (0, "12: 0")
    assert shown(app.effective.seccomp_profile.type) == "13: Unconfined"


def test_inherited_value_belongs_to_the_pod_and_not_to_a_container(one: One) -> None:
    nameless = list(Container.of(one(DEPLOYMENT)))[3]
    owner = nameless.effective.run_as_user.place.owner
    assert owner is not None
    assert owner.container == ""


def test_setting_of_neither_level_is_shown_at_the_container(one: One, shown: Shown) -> None:
    app = list(Container.of(one(DEPLOYMENT)))[2]
    assert app.effective.run_as_non_root.absent
    assert shown(app.effective.run_as_non_root) == "19: app"


def test_null_is_absent_and_inherits(one: One) -> None:
    text = """\
        apiVersion: v1
        kind: Pod
        metadata: {name: a}
        spec:
          securityContext: {runAsNonRoot: true}
          containers:
            - {name: a, securityContext: {runAsNonRoot: null}}
            - {name: b, securityContext: {runAsNonRoot: "{{ x }}"}}
        """
    first, second = Container.of(one(text))
    assert first.effective.run_as_non_root.is_true
    assert second.effective.run_as_non_root.unknown


def container_with(one: One, context: str) -> Container:
    text = f"{{apiVersion: v1, kind: Pod, spec: {{containers: [{{name: a, image: b, securityContext: {context}}}]}}}}"
    (container,) = Container.of(one(text))
    return container


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("{}", capability.DEFAULT),
        ("{privileged: true}", capability.ALL),
        ("{privileged: '{{ p }}'}", None),
        ("{capabilities: {drop: [ALL]}}", frozenset()),
        ("{capabilities: {drop: [all], add: [CAP_net_admin]}}", frozenset({"NET_ADMIN"})),
        ("{capabilities: {drop: [NET_RAW]}}", capability.DEFAULT - {"NET_RAW"}),
        ("{capabilities: {add: [ALL], drop: [SYS_ADMIN]}}", capability.ALL - {"SYS_ADMIN"}),
        ("{capabilities: {add: [ALL], drop: [ALL]}}", frozenset()),
        ("{capabilities: {add: [NET_ADMIN], drop: [NET_ADMIN]}}", capability.DEFAULT),
        ("{capabilities: {add: ['${X}']}}", None),
    ],
)
def test_effective_capabilities(one: One, context: str, expected: frozenset[str] | None) -> None:
    assert container_with(one, context).effective.capabilities == expected


@pytest.mark.parametrize(
    ("context", "escalates", "read_only"),
    [
        ("{}", True, False),
        ("{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true}", False, True),
        ("{allowPrivilegeEscalation: '${x}', readOnlyRootFilesystem: '${x}'}", None, None),
        ("{allowPrivilegeEscalation: 'false'}", None, False),
    ],
)
def test_defaults_apply_to_what_is_unset_and_not_to_what_is_unknown(
    one: One, context: str, escalates: bool | None, read_only: bool | None
) -> None:
    effective = container_with(one, context).effective
    assert effective.allows_privilege_escalation is escalates
    assert effective.read_only_root_filesystem is read_only


POD = "metadata: {labels: {a: b}}, spec: {hostPID: true, containers: [{name: a, image: b}]}"
KINDS = [
    ("v1", "Pod", POD),
    ("v1", "PodTemplate", f"template: {{{POD}}}"),
    ("v1", "ReplicationController", f"spec: {{template: {{{POD}}}}}"),
    ("extensions/v1beta1", "DaemonSet", f"spec: {{template: {{{POD}}}}}"),
    ("batch/v1", "CronJob", f"spec: {{jobTemplate: {{spec: {{template: {{{POD}}}}}}}}}"),
    ("argoproj.io/v1alpha1", "Rollout", f"spec: {{template: {{{POD}}}}}"),
]


@pytest.mark.parametrize(("api", "kind", "body"), KINDS, ids=[kind for _, kind, _ in KINDS])
def test_pod_is_found_where_the_kind_holds_it(one: One, api: str, kind: str, body: str) -> None:
    (pod,) = PodSpec.of(one(f"{{apiVersion: {api}, kind: {kind}, {body}}}"))
    assert pod.host_pid.is_true
    assert pod.labels.value == {"a": "b"}
    assert [each.name for each in pod.containers] == ["a"]


def test_lookalikes_of_other_groups_are_no_workloads(one: One) -> None:
    text = "apiVersion: other.example/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{name: a}]}}}\n"
    assert list(PodSpec.of(one(text))) == []


def test_several_pods_of_one_object_have_labels(one: One) -> None:
    text = """\
        apiVersion: ray.io/v1
        kind: RayCluster
        metadata: {name: r}
        spec:
          headGroupSpec: {template: {spec: {containers: [{name: head}]}}}
          workerGroupSpecs:
            - {template: {spec: {containers: [{name: w}]}}}
            - {name: gpu, template: {spec: {containers: [{name: g}]}}}
        """
    pods = list(PodSpec.of(one(text)))
    assert [pod.label for pod in pods] == ["headGroupSpec", "workerGroupSpecs[0]", "workerGroupSpecs[gpu]"]
    assert str(pods[0]) == "RayCluster 'r' (headGroupSpec)"


def test_map_of_templates(one: One) -> None:
    text = """\
        apiVersion: kubeflow.org/v1
        kind: TFJob
        metadata: {name: t}
        spec: {tfReplicaSpecs: {Worker: {template: {spec: {containers: [{name: w}]}}}, Chief: {}}}
        """
    (pod,) = PodSpec.of(one(text))
    assert pod.label == "Worker"
    assert pod.resource.is_batch


def test_overlay_kind_proves_nothing_by_absence(one: One) -> None:
    text = """\
        apiVersion: monitoring.coreos.com/v1
        kind: Prometheus
        metadata: {name: p}
        spec: {containers: [{name: a}]}
        """
    (container,) = Container.of(one(text))
    assert container.overlay
    assert not container.pod.is_fragment
    assert not container.lacks(container.image)
    assert container.effective.privileged is None
    assert container.pod.account_name is None
    assert container.confidence_cap is Confidence.MEDIUM


FRAGMENTS = [
    "{hostPID: true}",
    "{containers: []}",
    "{containers: [{name: a}]}",
    "{containers: [{name: a, image: b, $patch: delete}]}",
    "{$setElementOrder/containers: [], containers: [{name: a, image: b}]}",
]


@pytest.mark.parametrize("spec", FRAGMENTS)
def test_fragment_proves_nothing_by_absence(one: One, spec: str) -> None:
    (pod,) = PodSpec.of(one(f"{{apiVersion: v1, kind: Pod, spec: {spec}}}"))
    assert pod.overlay
    assert pod.is_fragment
    assert not pod.lacks(pod.host_network)
    assert pod.confidence_cap is Confidence.HIGH


def test_pod_with_an_image_stands_for_itself(one: One) -> None:
    (pod,) = PodSpec.of(one("{apiVersion: v1, kind: Pod, spec: {containers: [{name: a}, {name: b, image: c}]}}"))
    assert not pod.overlay
    assert pod.lacks(pod.host_network)


def test_template_beside_a_reference_is_void(one: One) -> None:
    text = """\
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: r}
        spec: {workloadRef: {kind: Deployment, name: a}, template: {spec: {containers: [{name: a}]}}}
        """
    assert list(PodSpec.of(one(text))) == []


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("", "default"),
        ("serviceAccountName: app, ", "app"),
        ("serviceAccount: old, ", "old"),
        ("serviceAccount: old, serviceAccountName: new, ", "new"),
        ("serviceAccountName: '', ", "default"),
        ("serviceAccountName: '{{ x }}', ", None),
    ],
)
def test_account_name(one: One, fields: str, name: str | None) -> None:
    (pod,) = PodSpec.of(one(f"apiVersion: v1\nkind: Pod\nspec: {{{fields}containers: [{{name: a, image: b}}]}}\n"))
    assert pod.account_name == name


@pytest.mark.parametrize(
    ("fields", "windows"),
    [
        ("os: {name: windows}", True),
        ("nodeSelector: {kubernetes.io/os: windows}", True),
        ("nodeSelector: {kubernetes.io/os: linux}", False),
        (
            """\
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}]
""",
            True,
        ),
        ("containers: []", False),
    ],
)
def test_windows_pods(one: One, fields: str, windows: bool) -> None:
    (pod,) = PodSpec.of(one(f"apiVersion: v1\nkind: Pod\nspec:\n{indent(fields, '  ')}\n"))
    assert pod.is_windows is windows


def test_mounts_of_a_volume(one: One, shown: Shown) -> None:
    text = """\
        apiVersion: v1
        kind: Pod
        metadata: {name: a}
        spec:
          volumes:
            - name: host
              hostPath: {path: //var/./run/}
            - name: other
              secret: {secretName: s}
          containers:
            - name: a
              volumeMounts: [{name: host, mountPath: /h, readOnly: true}]
            - name: b
              volumeMounts:
                - {name: host, mountPath: /x}
                - {name: other, mountPath: /y}
        """
    (pod,) = PodSpec.of(one(text))
    volume = pod.volume("host")
    assert volume is not None
    assert str(volume) == "volume 'host'"
    assert shown(volume) == "6: host"
    assert volume.host_path.folder == "/var/run"
    assert [name for name, _ in volume.sources] == ["hostPath"]
    assert [(str(container), mount.read_only.is_true) for container, mount in pod.mounts(volume)] == [
        ("container 'a'", True),
        ("container 'b'", False),
    ]


def test_kubelet_variables_are_no_templates(one: One) -> None:
    text = """\
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: a
              args: [--host=$(HOST), "{{ x }}", 1]
              env: [{name: URL, value: http://$(HOST)}]
        """
    (container,) = Container.of(one(text))
    assert container.args.texts == ("--host=$(HOST)",)
    assert container.env[0].value.value == "http://$(HOST)"


def test_broken_shapes_are_read_as_nothing(one: One) -> None:
    text = """\
        apiVersion: v1
        kind: Pod
        metadata: [a]
        spec:
          containers: [null, text, [a], {name: 1, image: 2, ports: {a: b}, env: [null, x]}]
          initContainers: text
          volumes: [null, {name: [a]}]
          securityContext: 3
        """
    (container,) = Container.of(one(text))
    assert container.name == "1"
    assert container.ports == ()
    assert [each.name.value for each in container.env] == [None]
    assert container.effective.run_as_user.absent
    assert container.pod.account_name == "default"
