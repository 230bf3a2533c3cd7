"""What is applied together, and how it is looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from posixpath import dirname
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.namespace import Namespace
from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.partition import deepest_root, parts
from hullmark.linter.model.subject import BundleSubject
from hullmark.linter.model.workspace import Workspace
from hullmark.linter.text import Source

Build = Callable[..., Workspace]


def thing(name: str, kind: str = "ConfigMap", namespace: str = "") -> str:
    return f"{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}, namespace: '{namespace}'}}}}\n"


def shape(workspace: Workspace) -> list[tuple[str, list[str]]]:
    return [(bundle.name, [each.cursor.source.path for each in bundle.resources]) for bundle in workspace.bundles]


def test_loose_manifests_belong_together(workspace: Build) -> None:
    assert shape(workspace({"a/x.yaml": thing("x"), "b/y.yaml": thing("y")})) == [(".", ["a/x.yaml", "b/y.yaml"])]


def test_directories_that_define_the_same_object_are_separate(workspace: Build) -> None:
    files = {"a/x.yaml": thing("x"), "b/x.yaml": thing("x"), "c/y.yaml": thing("y"), "top.yaml": thing("z")}
    assert shape(workspace(files)) == [
        (".", ["top.yaml"]),
        ("a", ["a/x.yaml"]),
        ("b", ["b/x.yaml"]),
        ("c", ["c/y.yaml"]),
    ]


def test_directory_without_a_clash_below_stays_whole(workspace: Build) -> None:
    files = {
        "a/one/x.yaml": thing("x"),
        "a/two/y.yaml": thing("y"),
        "b/one/x.yaml": thing("x"),
        "b/two/y.yaml": thing("y"),
    }
    assert shape(workspace(files)) == [
        ("a", ["a/one/x.yaml", "a/two/y.yaml"]),
        ("b", ["b/one/x.yaml", "b/two/y.yaml"]),
    ]


def test_same_object_twice_in_one_directory_is_no_clash(workspace: Build) -> None:
    files = {"a/x.yaml": thing("x"), "a/x2.yaml": thing("x"), "b/y.yaml": thing("y")}
    assert [name for name, _ in shape(workspace(files))] == ["."]


@pytest.mark.parametrize(
    "text",
    [
        thing("'{{ name }}'"),
        "{apiVersion: v1, kind: ConfigMap}",
        "{apiVersion: v1, kind: Pod, metadata: {generateName: a-}}",
        "{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, metadata: {name: a}}",
    ],
)
def test_what_has_no_identity_does_not_clash(workspace: Build, text: str) -> None:
    assert len(workspace({"a/x.yaml": text, "b/x.yaml": text}).bundles) == 1


def test_namespaces_and_kinds_are_part_of_the_identity(workspace: Build) -> None:
    files = {"a/x.yaml": thing("x", namespace="n"), "b/x.yaml": thing("x"), "c/x.yaml": thing("x", "Secret")}
    assert len(workspace(files).bundles) == 1


def test_every_input_argument_stands_for_itself(workspace: Build) -> None:
    files = {"a/x.yaml": thing("x"), "a/b/y.yaml": thing("y"), "c.yaml": thing("z")}
    assert shape(workspace(files, roots=["a", "a/b/", "c.yaml"])) == [
        ("a", ["a/x.yaml"]),
        ("a/b", ["a/b/y.yaml"]),
        ("c.yaml", ["c.yaml"]),
    ]
    assert deepest_root("ab/x.yaml", ["a"]) == ""


class Said(NamedTuple):
    name: str
    paths: tuple[str, ...]
    complete: bool = False
    namespace: str = ""


def test_configured_bundles_come_first(workspace: Build) -> None:
    files = {"deploy/a/x.yaml": thing("x"), "deploy/b/y.yaml": thing("y"), "z.yaml": thing("z")}
    found = workspace(files, bundles=[Said("shop", ("deploy/*/",), True, "shop"), Said("never", ("none",))])
    assert shape(found) == [("shop", ["deploy/a/x.yaml", "deploy/b/y.yaml"]), (".", ["z.yaml"])]
    shop, rest = found.bundles
    assert shop.covers("anything")
    assert not rest.covers("anything")
    assert shop.namespace_of(shop.resources[0]).name == "shop"


DIRECTORIES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=4).map("/".join)


@given(st.lists(st.tuples(DIRECTORIES, st.sampled_from("pqrs")), max_size=14))
def test_parts_are_whole_and_free_of_clashes(places: list[tuple[str, str]]) -> None:
    resources = [
        read_manifest(Source(f"{directory}/{number}.yaml".lstrip("/"), thing(name))).resources[0]
        for number, (directory, name) in enumerate(places)
    ]
    found = list(parts(resources, ""))
    assert Counter(number for _, members in found for number in members) == Counter(range(len(resources)))
    for directory, members in found:
        assert all(dirname(path(resources, number)).startswith(directory) for number in members)
        homes: dict[str, set[str]] = {}
        for number in members:
            homes.setdefault(resources[number].name, set()).add(dirname(path(resources, number)))
        assert all(len(each) == 1 for each in homes.values())


def path(resources: Sequence[Resource], number: int) -> str:
    return resources[number].cursor.source.path


CLUSTER = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web, tier: front}}, spec: {containers: [{name: a}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-2, namespace: shop, labels: {app: web}}
spec: {containers: [{name: b}]}
---
apiVersion: v1
kind: Pod
metadata: {name: far, namespace: other, labels: {app: web}}
spec: {containers: [{name: c}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: DoesNotExist}]}}
"""


@pytest.fixture
def cluster(workspace: Build) -> Bundle:
    (bundle,) = workspace({"cluster.yaml": CLUSTER}).bundles
    return bundle


def test_look_up_by_kind_and_by_identity(cluster: Bundle) -> None:
    assert [each.name for each in cluster.by_kind("", "Pod")] == ["web-2", "far"]
    assert cluster.by_kind("apps", "Pod") == ()
    assert str(cluster.find("", "Pod", "other", "far")) == "Pod 'far'"
    assert cluster.find("", "Pod", "shop", "far") is None
    assert str(cluster.find("", "Namespace", "", "shop")) == "Namespace 'shop'"
    assert cluster.find("", "Namespace", "shop", "shop") is None


def test_every_subject_of_a_class_is_made_once(cluster: Bundle) -> None:
    assert [each.name for each in cluster.each(Service)] == ["web"]
    assert [each.name for each in cluster.each(Container)] == ["a", "b", "c"]
    assert cluster.each(PodSpec) is cluster.pods
    assert cluster.each(Namespace) is cluster.each(Namespace)
    assert len(cluster.each(Resource)) == 6


def test_look_up_by_label(cluster: Bundle) -> None:
    (service,), (policy,) = cluster.each(Service), cluster.each(NetworkPolicy)
    assert [str(pod) for pod in cluster.pods_labelled("shop", service.selector.value or {})] == [
        "Deployment 'web'",
        "Pod 'web-2'",
    ]
    assert [str(pod) for pod in cluster.pods_matching("shop", policy.pod_selector)] == ["Pod 'web-2'"]
    assert [str(pod) for pod in cluster.pods_in("other")] == ["Pod 'far'"]
    assert cluster.pods_labelled("none", {"app": "web"}) == ()


def test_bundle_is_a_subject(cluster: Bundle) -> None:
    assert isinstance(Bundle, BundleSubject)
    assert list(Bundle.among(cluster)) == [cluster]


@pytest.mark.parametrize(
    ("complete", "shop", "other"),
    [("", False, False), ("shop,x", True, False), ("cluster", True, True), ("bundle", True, True)],
)
def test_absence_is_believed_only_where_the_user_says_so(
    workspace: Build, complete: str, shop: bool, other: bool
) -> None:
    (bundle,) = workspace({"a.yaml": CLUSTER}, context=Context(complete=complete)).bundles
    assert (bundle.covers("shop"), bundle.covers("other")) == (shop, other)


def test_context_of_the_run_reaches_every_resource(workspace: Build) -> None:
    context = Context(today="2026-01-01")
    (bundle,) = workspace({"a.yaml": CLUSTER}, context=context).bundles
    assert all(each.context is context for each in bundle.resources)
    assert bundle.context is context


def test_only_definition_elsewhere_is_found_across_bundles(workspace: Build) -> None:
    found = workspace(
        {"a/x.yaml": thing("x") + "---\n" + thing("only"), "b/x.yaml": thing("x"), "c/x.yaml": thing("x")}
    )
    second = found.bundles[1]
    assert str(found.elsewhere(second, "", "ConfigMap", "default", "only")) == "ConfigMap 'only'"
    assert found.elsewhere(second, "", "ConfigMap", "default", "x") is None
    assert found.elsewhere(found.bundles[0], "", "ConfigMap", "default", "only") is None
