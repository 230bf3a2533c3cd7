"""Namespaces of objects that do not say, and namespaces as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.namespaces import NamespaceName
from hullmark.linter.model.scope import NamespaceScope
from hullmark.linter.model.subject import BundleSubject
from hullmark.linter.model.workspace import Workspace

Build = Callable[..., Workspace]

POD = "{apiVersion: v1, kind: Pod, metadata: {name: web}}\n"


def landed(workspace: Workspace, name: str = "web") -> NamespaceName:
    (found,) = [
        bundle.namespace_of(each) for bundle in workspace.bundles for each in bundle.resources if each.name == name
    ]
    return found


def test_field_decides(workspace: Build) -> None:
    text = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: own}}\n"
    files = {"kustomization.yaml": "namespace: shop\nresources: [pod.yaml]\n", "pod.yaml": text}
    assert landed(workspace(files)) == NamespaceName("own")


def test_kinds_without_namespace_have_none(workspace: Build) -> None:
    found = workspace({"a.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: web}}\n"})
    assert landed(found) == NamespaceName("")


def test_definition_of_a_kind_says_whether_it_has_a_namespace(workspace: Build) -> None:
    thing = "{apiVersion: acme.example/v1, kind: Thing, metadata: {name: web}}\n"
    definition = (
        "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: d}, "
        "spec: {group: acme.example, scope: Cluster, names: {kind: Thing}}}\n"
    )
    assert landed(workspace({"a.yaml": thing})) == NamespaceName("default", True)
    assert landed(workspace({"a.yaml": thing, "b.yaml": definition})) == NamespaceName("")


def test_kustomization_that_includes_the_file(workspace: Build) -> None:
    files = {"a/kustomization.yaml": "namespace: shop\nresources: [pod.yaml]\n", "a/pod.yaml": POD}
    found = landed(workspace(files))
    assert (found.name, found.assumed) == ("shop", False)
    assert found.place is not None
    assert found.place.source.path == "a/kustomization.yaml"
    assert found.place.source.slice(found.place.span) == "shop"


def test_kustomization_does_not_speak_for_files_that_it_leaves_out(workspace: Build) -> None:
    files = {"a/kustomization.yaml": "namespace: shop\nresources: [other.yaml]\n", "a/pod.yaml": POD}
    assert landed(workspace(files)) == NamespaceName("default", True)


def test_outer_kustomization_wins(workspace: Build) -> None:
    files = {
        "base/kustomization.yaml": "namespace: inner\nresources: [pod.yaml]\n",
        "base/pod.yaml": POD,
        "prod/kustomization.yaml": "namespace: outer\nresources: [../base]\n",
        "kustomization.yaml": "resources: [prod]\n",
    }
    assert landed(workspace(files)).name == "outer"


def test_overlays_that_disagree_say_nothing(workspace: Build) -> None:
    files = {
        "base/kustomization.yaml": "resources: [pod.yaml]\n",
        "base/pod.yaml": POD,
        "dev/kustomization.yaml": "namespace: dev\nresources: [../base]\n",
        "prod/kustomization.yaml": "namespace: prod\nresources: [../base]\n",
    }
    assert landed(workspace(files)).assumed


def test_overlay_without_namespace_is_a_disagreement_too(workspace: Build) -> None:
    files = {
        "base/kustomization.yaml": "resources: [pod.yaml]\n",
        "base/pod.yaml": POD,
        "dev/kustomization.yaml": "resources: [../base]\n",
        "prod/kustomization.yaml": "namespace: prod\nresources: [../base]\n",
    }
    assert landed(workspace(files)).assumed


def test_kustomizations_in_a_circle_end(workspace: Build) -> None:
    files = {
        "a/kustomization.yaml": "namespace: shop\nresources: [../b, pod.yaml]\n",
        "a/pod.yaml": POD,
        "b/kustomization.yaml": "resources: [../a, ../b, .]\n",
    }
    assert landed(workspace(files)).name == "shop"


def test_remote_and_absolute_references_are_ignored(workspace: Build) -> None:
    text = "namespace: shop\nresources: [https://x.example/pod.yaml, /pod.yaml, 'git@x:y', [a], null]\n"
    assert landed(workspace({"kustomization.yaml": text, "pod.yaml": POD})).assumed


@pytest.mark.parametrize(
    "deployer",
    [
        (
            "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: x}, "
            "spec: {source: {path: apps/web}, destination: {namespace: shop}}}"
        ),
        (
            "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: x}, "
            "spec: {sources: [{chart: a}, {path: ./apps/web/}], destination: {namespace: shop}}}"
        ),
        (
            "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: x}, "
            "spec: {path: ./apps/web, targetNamespace: shop}}"
        ),
    ],
)
def test_deployer_of_the_directory(workspace: Build, deployer: str) -> None:
    found = workspace({"apps/web/deep/pod.yaml": POD, "apps/pod.yaml": POD.replace("web", "top"), "x.yaml": deployer})
    assert landed(found).name == "shop"
    assert landed(found, "top").assumed


def test_deployers_that_disagree_say_nothing(workspace: Build) -> None:
    one = (
        "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: @}, "
        "spec: {path: apps, targetNamespace: @}}\n"
    )
    files = {"apps/pod.yaml": POD, "x.yaml": one.replace("@", "a") + "---\n" + one.replace("@", "b")}
    assert landed(workspace(files)).assumed


ACCOUNT = "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}\n"
BINDING = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: @}
subjects: [{kind: ServiceAccount, name: robot, namespace: @}]
"""


def test_bindings_that_expect_the_account_somewhere(workspace: Build) -> None:
    found = workspace({"a.yaml": POD + ACCOUNT + BINDING.replace("@", "ops")})
    assert landed(found).name == "ops"
    assert landed(found, "robot").name == "ops"
    both = workspace({"a.yaml": POD + ACCOUNT + BINDING.replace("@", "ops") + BINDING.replace("@", "dev")})
    assert landed(both).assumed
    foreign = workspace({"a.yaml": POD + BINDING.replace("@", "ops")})
    assert landed(foreign).assumed


def test_only_namespace_of_the_bundle(workspace: Build) -> None:
    one = "---\n{apiVersion: v1, kind: Namespace, metadata: {name: @}}\n"
    found = landed(workspace({"a.yaml": POD + one.replace("@", "shop")}))
    assert (found.name, found.note) == ("shop", "only Namespace of the bundle")
    assert landed(workspace({"a.yaml": POD + one.replace("@", "a") + one.replace("@", "b")})).assumed


SHOP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: empty}}
---
{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}, spec: {containers: [{name: a, image: b}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: patch, namespace: shop}, spec: {hostPID: true}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: other}, spec: {containers: []}}
---
{apiVersion: v1, kind: Pod, metadata: {name: c}, spec: {containers: []}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}}
---
{apiVersion: v1, kind: Node, metadata: {name: n}}
"""


@pytest.fixture
def shop(workspace: Build) -> Bundle:
    (bundle,) = workspace({"a.yaml": SHOP}).bundles
    return bundle


def test_namespaces_of_a_bundle(shop: Bundle) -> None:
    found = {scope.name: scope for scope in NamespaceScope.among(shop)}
    assert isinstance(NamespaceScope, BundleSubject)
    assert list(found) == ["shop", "empty", "other", "default"]
    assert [each.name for each in found["shop"].resources] == ["a", "patch", "p"]
    assert [str(pod) for pod in found["shop"].pods] == ["Pod 'a'"]
    assert [each.name for each in found["shop"].network_policies] == ["p"]
    assert [scope.assumed for scope in found.values()] == [False, False, False, True]
    assert not found["shop"].is_system


def test_labels_of_a_namespace_are_known_where_it_is_defined(shop: Bundle) -> None:
    defined, _, undefined, _ = NamespaceScope.among(shop)
    assert defined.labels == {"team": "a", "kubernetes.io/metadata.name": "shop"}
    assert defined.labels_known
    assert undefined.labels == {"kubernetes.io/metadata.name": "other"}
    assert not undefined.labels_known


def test_namespace_is_shown_where_it_is_defined_else_where_it_is_named(shop: Bundle) -> None:
    shown = [scope.place.source.slice(scope.place.span) for scope in NamespaceScope.among(shop)]
    assert shown == ["shop", "empty", "other", "c"]
    assert next(str(scope) for scope in NamespaceScope.among(shop)) == "namespace 'shop'"
