"""By default, a namespace is called open only where what would close it is seen."""

from __future__ import annotations

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.rule.registry import Registry

RULE = "network/namespace-without-default-deny"
REGISTRY = Registry.of(shelf().rules)
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n"
    "spec: {containers: [{name: app, image: 'registry.example/app:1'}]}\n"
)
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}}\n"
BUILD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - all.yaml\n  - %s\n"
OPEN = f"{NAMESPACE}---\n{POD}"


def found(**files: str) -> int:
    texts = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    return sum(each.rule == RULE for each in lint_texts(texts, REGISTRY, profile="default").findings)


def test_a_namespace_with_pods_is_told() -> None:
    assert found(all=OPEN) == 1


def test_a_namespace_whose_content_is_kept_elsewhere_is_not() -> None:
    assert found(all=NAMESPACE) == 0


def test_a_namespace_beside_policies_of_others_is_told_even_without_pods() -> None:
    assert found(all=f"{NAMESPACE}---\n{POLICY.replace('deny}', 'deny, namespace: billing}')}") == 1


def test_a_namespace_that_a_patch_deletes_is_not() -> None:
    assert found(all=f"$patch: delete\n{NAMESPACE}") == 0


def test_a_build_that_takes_in_what_nobody_sees_is_doubted() -> None:
    assert found(all=OPEN, kustomization=BUILD % "more.yaml") == 1
    assert found(all=OPEN, kustomization=BUILD % "https://example.com/team/base?ref=v1") == 0


def test_a_policy_without_namespace_may_land_anywhere() -> None:
    assert found(all=f"{POD}---\n{POLICY.replace('deny}', 'deny, namespace: billing}')}") == 1
    assert found(all=f"{POD}---\n{POLICY}") == 0
