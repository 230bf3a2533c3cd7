"""Namespaces that nothing bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.scope import NamespaceScope
from hullmark.linter.rule import Hit, Row, Rule, manifest

_WORKLOAD = """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: shop{}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {{name: web, namespace: shop}}
    spec: {{containers: [{{name: app, image: "app:1.0.0"}}]}}
"""


def _without(kind: str, what: str) -> Callable[[Rule[Bundle], Bundle], Iterator[Hit]]:
    """Judge of namespaces with workloads and without an object of one kind."""

    def judge(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
        for scope in NamespaceScope.among(bundle) if bundle.by_kind("", "Namespace") else ():
            if scope.definition is None or not scope.pods or scope.is_system or not bundle.covers(scope.name):
                continue
            if not any(resource.gk == ("", kind) for resource in scope.resources):
                yield rule.hit(scope.definition, f"{scope} has no {kind}: {what}")

    return judge


def _row(name: str, kind: str, title: str, what: str, remedy: str) -> Row[Bundle]:
    return Row(
        f"reliability/{name}",
        Bundle,
        f"{title}\n\nOne namespace can take what the whole cluster has.\n\n{remedy}",
        _without(kind, what),
        severity=Severity.INFO,
        confidence=Confidence.MEDIUM,
        profile=Profile.ALL,
        controls=("NSA/resource-policies",),
        bad=(manifest(_WORKLOAD.format(f"  # ! has no {kind}"), complete="cluster"),),
        good=(manifest(_WORKLOAD.format("  # what bounds it may be elsewhere")),),
    )


RULES = (
    _row(
        "namespace-without-quota",
        "ResourceQuota",
        "Namespace has no quota.",
        "its workloads may take everything",
        "Add a ResourceQuota.",
    ),
    _row(
        "namespace-without-limit-range",
        "LimitRange",
        "Namespace has no default limits.",
        "containers that say nothing are unbounded",
        "Add a LimitRange.",
    ),
)
