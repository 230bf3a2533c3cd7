"""Objects of a file: lists, wrappers, documents without objects, and crossing processes."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.file import ManifestFile, read_manifest
from hullmark.linter.manifest.place import Placed
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.text import Source

Read = Callable[..., ManifestFile]
Shown = Callable[[Placed], str]


def test_documents_of_a_stream_in_order(read: Read) -> None:
    file = read(
        """\
        apiVersion: v1
        kind: Namespace
        metadata: {name: a}
        ---
        # nothing
        ---
        just: values
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: b, namespace: a}
        """
    )
    assert [str(each) for each in file.resources] == ["Namespace 'a'", "Service 'b'"]
    assert [str(each.ref) for each in file.resources] == ["Namespace a", "Service a/b"]
    assert [document.index for document in file.strangers] == [2]


def test_broken_document_hides_no_other(read: Read) -> None:
    file = read("apiVersion: v1\nkind: Pod\nmetadata: {name: a\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n")
    assert [each.name for each in file.resources] == ["b"]
    assert any(problem.fatal for problem in file.problems)


def test_object_needs_kind_and_version(read: Read) -> None:
    file = read(
        "kind: Pod\n---\napiVersion: v1\n---\n- apiVersion: v1\n  kind: Pod\n---\napiVersion: v1\nkind: [Pod]\n"
    )
    assert file.resources == ()
    assert len(file.strangers) == 4


def test_list_is_replaced_by_its_items_which_keep_their_places(read: Read, shown: Shown) -> None:
    file = read(
        """\
        apiVersion: v1
        kind: List
        items:
          - apiVersion: v1
            kind: Service
            metadata: {name: a}
          - apiVersion: v1
            kind: List
            items:
              - apiVersion: v1
                kind: Service
                spec: {type: NodePort}
                metadata: {name: b}
          - text
          - null
          - apiVersion: v1
            kind: ConfigMap
        """
    )
    assert [str(each) for each in file.resources] == ["Service 'a'", "Service 'b'", "ConfigMap ''"]
    second = Service.reading(file.resources[1])
    assert shown(second.type) == "12: NodePort"
    assert second.type.cursor.path == ("spec", "type")
    assert shown(file.resources[2]) == "17: ConfigMap"


def test_typed_list_gives_its_items_what_they_lack(read: Read) -> None:
    file = read(
        """\
        apiVersion: apps/v1
        kind: DeploymentList
        items:
          - metadata: {name: a}
            spec: {template: {spec: {containers: [{name: c}]}}}
          - {apiVersion: v1, kind: Pod, metadata: {name: b}}
        """
    )
    assert [(each.api_version, str(each)) for each in file.resources] == [
        ("apps/v1", "Deployment 'a'"),
        ("v1", "Pod 'b'"),
    ]
    assert len(list(Container.of(file.resources[0]))) == 1


def test_kind_that_only_sounds_like_a_list_stays_an_object(read: Read) -> None:
    file = read("apiVersion: x.example/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {items: [a]}\n")
    assert [str(each) for each in file.resources] == ["AllowList 'a'"]


def test_empty_list_holds_nothing(read: Read) -> None:
    file = read("apiVersion: v1\nkind: List\nitems: []\n")
    assert file.resources == ()


def test_wrappers_stay_beside_what_they_hold(read: Read) -> None:
    file = read(
        """\
        apiVersion: work.open-cluster-management.io/v1
        kind: ManifestWork
        metadata: {name: w}
        spec: {workload: {manifests: [{apiVersion: v1, kind: Service, metadata: {name: a}}]}}
        ---
        apiVersion: types.kubefed.io/v1beta1
        kind: FederatedDeployment
        metadata: {name: f}
        spec: {template: {spec: {template: {spec: {containers: [{name: c}]}}}}}
        ---
        apiVersion: template.openshift.io/v1
        kind: Template
        objects: [{apiVersion: v1, kind: Service, metadata: {name: b}}]
        """
    )
    assert [(each.kind, each.confidence_cap) for each in file.resources] == [
        ("ManifestWork", Confidence.HIGH),
        ("Service", Confidence.MEDIUM),
        ("FederatedDeployment", Confidence.HIGH),
        ("Deployment", Confidence.MEDIUM),
        ("Template", Confidence.HIGH),
        ("Service", Confidence.HIGH),
    ]
    (container,) = Container.of(file.resources[3])
    assert container.confidence_cap is Confidence.MEDIUM


def test_object_used_through_aliases_is_one_object(read: Read) -> None:
    file = read(
        """\
        apiVersion: v1
        kind: List
        items:
          - &a {apiVersion: v1, kind: Service, metadata: {name: a}}
          - *a
          - {apiVersion: v1, kind: List, items: [*a, *a]}
        """
    )
    assert [str(each) for each in file.resources] == ["Service 'a'"]


def test_lists_in_lists_without_end_are_left_at_some_depth(read: Read) -> None:
    text = "{apiversion: v1}"
    for _ in range(60):
        text = f"{{apiVersion: v1, kind: List, items: [{text}]}}"
    assert [each.kind for each in read(text).resources] == ["List"]


@pytest.mark.parametrize("name", ["kustomization.yaml", "a/kustomization.yml", "b/Kustomization"])
def test_kustomization_is_known_by_its_file_name(read: Read, name: str) -> None:
    (resource,) = read("resources: [a.yaml]\nnamespace: shop\n", name).resources
    assert resource.gk == ("kustomize.config.k8s.io", "Kustomization")
    assert read("resources: [a.yaml]\n", "notes.yaml").resources == ()


def test_absent_top_level_field_is_shown_at_the_name(read: Read, shown: Shown) -> None:
    named, unnamed = read(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Service\n"
    ).resources
    assert shown(Service.reading(named).type) == "4: a"
    assert shown(Service.reading(unnamed).type) == "7: Service"
    assert shown(named.annotation("x")) == "3: metadata"


def test_generated_name_stands_for_the_name(read: Read) -> None:
    (resource,) = read("apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}\n").resources
    assert str(resource) == "Pod 'job-'"


def test_resource_crosses_processes_without_its_context(read: Read, shown: Shown) -> None:
    context = Context(today="2026-01-01", options={"a": 1})
    item = "- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n  spec: {type: NodePort}\n"
    text = f"apiVersion: v1\nkind: List\nitems:\n{item}"
    (before,) = read_manifest(Source("a.yaml", text), context).resources
    (service,) = Service.of(before)
    after: Service = pickle.loads(pickle.dumps(service))
    assert type(after) is Service
    assert (after.ref, after.gk, after.version) == (service.ref, service.gk, service.version)
    assert after.context == Context()
    for each in (service, after):
        assert shown(each.type) == "7: NodePort"
        assert shown(each.load_balancer_class) == "7: spec"
        assert shown(each) == "6: a"
    assert after.type.cursor.owner == service.ref


def test_resource_is_read_as_another_class_without_parsing(read: Read) -> None:
    (resource,) = read("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n").resources
    (service,) = Service.of(resource)
    assert service.cursor is resource.cursor
    assert list(Container.of(resource)) == []
    assert next(iter(Resource.of(resource))).ref is resource.ref
