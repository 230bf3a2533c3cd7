"""Pods of custom kinds whose shape is not that of a pod spec, and of kinds that nobody knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.kinds import workload_kinds
from hullmark.linter.manifest.place import Placed
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.special import SPECIAL
from hullmark.linter.manifest.structure import is_unknown
from hullmark.linter.manifest.workload import Workload

One = Callable[[str], Resource]
Shown = Callable[[Placed], str]


def test_every_special_kind_of_the_table_has_an_extractor() -> None:
    rows = table("workload_kinds")["custom"]
    assert {row["special"] for row in rows if "special" in row} == set(SPECIAL)
    for kind in workload_kinds().values():
        assert kind.template or kind.podspec or kind.special


WORKFLOW = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: build}
spec:
  hostNetwork: true
  serviceAccountName: outer
  securityContext: {runAsUser: 0}
  volumes:
    - {name: shared, emptyDir: {}}
  templateDefaults:
    container: {env: [{name: A}], image: default}
  templates:
    - name: main
      serviceAccountName: inner
      volumes:
        - {name: own, hostPath: {path: /}}
      container:
        image: app
        securityContext: {privileged: true}
      initContainers: [{name: first, image: i}]
      sidecars: [{name: docker, image: d}]
    - name: steps
      steps: []
    - name: code
      podSpecPatch: "{}"
      script: {image: python, source: "print()"}
    - name: set
      containerSet: {containers: [{name: x, image: y}, {name: z}]}
"""


def test_argo_workflow(one: One, shown: Shown) -> None:
    main, code, several = PodSpec.of(one(WORKFLOW))
    assert [pod.label for pod in (main, code, several)] == ["templates[main]", "templates[code]", "templates[set]"]
    assert [str(each) for each in main.containers] == ["init container 'first'", "container 'main'", "sidecar 'docker'"]
    assert main.account_name == "inner"
    assert main.host_network.is_true
    assert shown(main.host_network) == "5: true"
    assert [volume.name.value for volume in main.volumes] == ["shared", "own"]
    assert shown(main.volumes[1].host_path.path) == "16: /"
    app = main.containers[1]
    assert app.image.value == "app"
    assert [each.name.value for each in app.env] == ["A"]
    assert shown(app.privileged) == "19: true"
    assert shown(app.effective.run_as_user) == "7: 0"
    assert shown(app) == "17: container"
    assert (main.overlay, code.overlay, several.overlay) == (False, True, False)
    assert [each.name for each in several.containers] == ["x", "z"]
    assert main.confidence_cap is Confidence.MEDIUM
    assert app.described == "container 'main' of Workflow 'build' (templates[main])"


def test_absent_field_of_an_argo_template_is_shown_at_its_name(one: One, shown: Shown) -> None:
    main = next(PodSpec.of(one(WORKFLOW)))
    assert shown(main.host_pid) == "13: main"
    assert shown(main) == "13: main"


@pytest.mark.parametrize(
    ("text", "account", "label"),
    [
        (
            """\
            apiVersion: tekton.dev/v1
            kind: Task
            metadata: {name: t}
            spec: &task
              stepTemplate: {image: common, securityContext: {runAsUser: 0}}
              steps: [{name: a}, {name: b, image: own, securityContext: {privileged: true}}]
              sidecars: [{name: s, image: x}]
            """,
            None,
            "",
        ),
        (
            """\
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: t}
            spec:
              serviceAccountName: robot
              podTemplate: {hostNetwork: true}
              taskSpec:
                stepTemplate: {image: common, securityContext: {runAsUser: 0}}
                steps: [{name: a}, {name: b, image: own, securityContext: {privileged: true}}]
                sidecars: [{name: s, image: x}]
            """,
            "robot",
            "",
        ),
        (
            """\
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: t}
            spec:
              taskRunTemplate: {serviceAccountName: robot, podTemplate: {hostNetwork: true}}
              pipelineSpec:
                finally:
                  - name: clean
                    taskSpec:
                      stepTemplate: {image: common, securityContext: {runAsUser: 0}}
                      steps: [{name: a}, {name: b, image: own, securityContext: {privileged: true}}]
                      sidecars: [{name: s, image: x}]
            """,
            "robot",
            "finally[clean]",
        ),
    ],
    ids=["task", "task-run", "pipeline-run"],
)
def test_tekton(one: One, text: str, account: str | None, label: str) -> None:
    (pod,) = PodSpec.of(one(text))
    assert pod.label == label
    assert pod.overlay
    assert pod.account_name == account
    assert pod.host_network.is_true is (account is not None)
    first, second, sidecar = pod.containers
    assert [str(each) for each in pod.containers] == ["container 'a'", "container 'b'", "sidecar 's'"]
    assert (first.image.value, second.image.value, sidecar.image.value) == ("common", "own", "x")
    assert first.effective.run_as_user.value == 0
    assert second.privileged.is_true
    assert second.effective.run_as_user.value == 0


def test_step_is_patched_onto_the_common_part(one: One, shown: Shown) -> None:
    text = """\
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: t}
        spec:
          stepTemplate:
            env: [{name: A, value: low}, {name: B, value: low}]
            args: [low]
            securityContext: {capabilities: {add: [SYS_ADMIN], drop: [ALL]}}
          steps:
            - name: a
              env: [{name: B, value: high}, {name: C, value: high}]
              args: [high]
              securityContext: {capabilities: {add: [KILL]}}
        """
    (step,) = Container.of(one(text))
    assert [(each.name.value, each.value.value) for each in step.env] == [("A", "low"), ("B", "high"), ("C", "high")]
    assert step.args.texts == ("high",)
    assert step.capabilities.add.texts == ("KILL",)
    assert shown(step.capabilities.drop.items[0]) == "8: ALL"
    assert shown(step) == "10: a"


def test_flat_container(one: One, shown: Shown) -> None:
    text = """\
        apiVersion: opentelemetry.io/v1beta1
        kind: OpenTelemetryCollector
        metadata: {name: otel}
        spec:
          image: collector:1
          hostNetwork: true
          serviceAccount: robot
          podSecurityContext: {runAsUser: 0}
          securityContext: {privileged: true}
          ports: [{name: web, port: 80}]
          initContainers: [{name: first, image: i}]
        """
    (pod,) = PodSpec.of(one(text))
    first, app = pod.containers
    assert (str(first), str(app)) == ("init container 'first'", "container 'otel'")
    assert shown(app.privileged) == "9: true"
    assert shown(app.effective.run_as_user) == "8: 0"
    assert app.image.value == "collector:1"
    assert pod.host_network.is_true
    assert (pod.account_name, shown(pod.account)) == ("robot", "7: robot")
    assert app.ports[0].host_port.absent


def test_spark(one: One, shown: Shown) -> None:
    text = """\
        apiVersion: sparkoperator.k8s.io/v1beta2
        kind: SparkApplication
        metadata: {name: s}
        spec:
          image: spark:1
          volumes: [{name: v, hostPath: {path: /}}]
          driver:
            hostNetwork: true
            serviceAccount: robot
            securityContext: {privileged: true}
          executor:
            template: {spec: {containers: [{name: e, image: own}]}}
        """
    template, driver, executor = PodSpec.of(one(text))
    assert [each.name for each in template.containers] == ["e"]
    assert [str(each) for each in (*driver.containers, *executor.containers)] == [
        "container 'driver'",
        "container 'executor'",
    ]
    (container,) = driver.containers
    assert container.image.value == "spark:1"
    assert shown(container.privileged) == "10: true"
    assert driver.host_network.is_true
    assert driver.account_name == "robot"
    assert driver.volumes[0].host_path.folder == "/"


def test_virtual_machine(one: One, shown: Shown) -> None:
    text = """\
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata: {name: vm}
        spec:
          template:
            spec:
              volumes:
                - name: root
                  containerDisk:
                    image: disk:latest
                - name: host
                  hostDisk: {path: /var/disk.img, type: Disk}
                - {name: cloud, cloudInitNoCloud: {userData: x}}
        """
    (pod,) = PodSpec.of(one(text))
    (disk,) = pod.containers
    assert (disk.name, disk.image.value, shown(disk.image)) == ("root", "disk:latest", "10: disk:latest")
    (volume,) = pod.volumes
    assert (volume.host_path.folder, shown(volume.host_path.path)) == ("/var/disk.img", "12: /var/disk.img")
    assert pod.overlay


UNKNOWN = "apiVersion: acme.example/v1\nkind: Thing\nmetadata: {name: t}\n"


def test_template_in_a_kind_that_nobody_knows(one: One, shown: Shown) -> None:
    resource = one(
        UNKNOWN
        + """\
spec:
  parts:
    - podTemplate:
        metadata: {labels: {app: a}}
        spec:
          hostPID: true
          containers: [{name: a, image: b}]
"""
    )
    (pod,) = PodSpec.of(resource)
    assert pod.label == "spec.parts[#0].podTemplate.spec"
    assert pod.overlay
    assert pod.confidence_cap is Confidence.LOW
    assert pod.labels.value == {"app": "a"}
    assert shown(pod.host_pid) == "9: true"
    assert resource.gk in (Container.kinds or ())
    assert resource.gk not in (Workload.kinds or ())
    assert list(Workload.of(resource)) == []


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("{pod: {containers: [{name: a, image: b}], restartPolicy: Never, volumes: []}}", 1),
        ("{pod: {containers: [{name: a, image: b}], restartPolicy: Never}}", 0),
        ("{x: {spec: {containers: [{name: a, image: b}]}}}", 1),
        ("{x: {spec: {containers: [{name: a, image: b}]}, more: 1}}", 0),
        ("{x: {spec: {containers: [{name: a, image: b}, {name: c}]}}}", 0),
        ("{x: {spec: {containers: []}}}", 0),
        ("{x: {spec: {containers: [a]}}}", 0),
        ("{schema: {x: {spec: {containers: [{name: a, image: b}]}}}}", 0),
        ("{values: {x: {spec: {containers: [{name: a, image: b}]}}}}", 0),
        ("{a: &a {spec: {containers: [{name: a, image: b}]}}, b: *a, c: [*a, *a]}", 1),
        ("{l: " * 12 + "{spec: {containers: [{name: a, image: b}]}}" + "}" * 12, 0),
    ],
)
def test_shape_of_a_pod(one: One, spec: str, found: int) -> None:
    assert len(list(PodSpec.of(one(f"{{apiVersion: acme.example/v1, kind: Thing, spec: {spec}}}")))) == found


@pytest.mark.parametrize(
    ("group", "kind", "unknown"),
    [
        ("acme.example", "Thing", True),
        ("", "ConfigMap", False),
        ("apps", "Deployment", False),
        ("apiextensions.k8s.io", "CustomResourceDefinition", False),
        ("argoproj.io", "Rollout", False),
        ("batch", "Thing", False),
    ],
)
def test_kinds_that_nobody_knows(group: str, kind: str, unknown: bool) -> None:
    assert is_unknown(group, kind) is unknown
    assert ((group, kind) in (PodSpec.kinds or ())) is (unknown or (group, kind) in workload_kinds())
