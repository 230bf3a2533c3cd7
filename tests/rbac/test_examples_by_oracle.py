"""`who-can` on the example clusters against the oracle: for everybody and everything what `kubectl auth can-i` says."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.builtin import builtin_roles
from hullmark.linter.model.rbac.identity import Identity, identity
from hullmark.linter.model.rbac.policy import Policy, Request
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source
from tests.rbac.authorizer import Document, oracle

VERBS = ("get", "list", "create", "update", "delete", "bind", "escalate", "impersonate", "approve")
RESOURCES = {
    "": (
        "secrets", "pods", "pods/exec", "pods/log", "configmaps", "nodes", "nodes/proxy", "nodes/metrics", "namespaces",
        "serviceaccounts", "serviceaccounts/token", "users", "groups", "events",
    ),
    "apps": ("deployments", "deployments/scale"),
    "rbac.authorization.k8s.io": ("roles", "clusterroles", "rolebindings", "clusterrolebindings"),
    "certificates.k8s.io": ("signers",),
    "widgets.example.com": ("widgets",),
}  # fmt: skip
NO_NAMESPACE = {
    "nodes",
    "nodes/proxy",
    "nodes/metrics",
    "users",
    "groups",
    "clusterroles",
    "clusterrolebindings",
    "signers",
}
SPACES = ("", "shop", "tools", "kube-system", "elsewhere")
URLS = ("/metrics", "/version", "/debug/pprof", "/healthz")


def _questions() -> list[Request]:
    found = [Request(verb, path=url) for verb in ("get", "update") for url in URLS]
    for verb, (group, names), space in itertools.product(VERBS, RESOURCES.items(), SPACES):
        for resource in names:
            if resource == "namespaces":
                by_name = verb in ("get", "update", "delete") and space
                found.append(Request(verb, "", resource, space if by_name else "", space if by_name else ""))
            else:
                found.append(Request(verb, group, resource, "" if resource in NO_NAMESPACE else space))
    return list(dict.fromkeys(found))


def _built_in() -> list[Document]:
    found = []
    for role in builtin_roles().values():
        document: Document = {"kind": "ClusterRole", "metadata": {"name": role.name, "labels": role.labels}}
        document["rules"] = [_rule(policy) for policy in role.policies]
        if role.aggregate_by:
            document["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": {role.aggregate_by: "true"}}]}
        found.append(document)
    return found


def _rule(policy: Policy) -> dict[str, list[str]]:
    if policy.urls:
        return {"verbs": [*policy.verbs], "nonResourceURLs": [*policy.urls]}
    return {
        "verbs": [*policy.verbs],
        "apiGroups": [*policy.groups],
        "resources": [*policy.resources],
        "resourceNames": [*policy.names],
    }


def _subjects(documents: list[Document]) -> list[Identity]:
    found = []
    for document in documents:
        for each in document.get("subjects", ()):
            space = each.get("namespace") or document["metadata"].get("namespace", "")
            found.append(identity(each["kind"], each["name"], space))
    return list(dict.fromkeys(who for who in found if who is not None))


@pytest.mark.parametrize("name", ["insecure", "hardened"])
def test_examples_answer_as_the_authorizer_would(repository: Path, name: str) -> None:
    paths = sorted((repository / "examples" / name).rglob("*.yaml"))
    resources = [each for path in paths for each in read_manifest(Source(path.name, path.read_text())).resources]
    written: list[Any] = [each for path in paths for each in YAML(typ="safe", pure=True).load_all(path.read_text())]
    documents = [each for each in written if each and str(each.get("apiVersion")).startswith("rbac.authorization")]
    bundles = build_workspace(resources).bundles
    everything = [*_built_in(), *documents]
    asked = allowed = 0
    for request, who in itertools.product(_questions(), _subjects(documents)):
        expected = oracle(everything, who, request)
        witnesses = [each for bundle in bundles for each in access(bundle).allows(who, request)]
        assert any(not each.grant.is_default for each in witnesses) is expected, (str(who), request)
        listed = {each for bundle in bundles for each, _ in access(bundle).who_can(request)}
        assert (who in listed or not listed.isdisjoint(who.groups)) is expected or any(
            each.grant.is_default for each in witnesses
        ), (str(who), request)
        asked, allowed = asked + 1, allowed + expected
    assert asked == len(_questions()) * len(_subjects(documents))
    assert allowed > asked / 4 if name == "insecure" else allowed > 0
