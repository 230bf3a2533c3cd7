"""Constrained impersonation (KEP-5284): both halves, in the right group, mode and scope; worth what others hold."""

from __future__ import annotations

import pytest

from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.shared import HeldPower
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source

API = "apiVersion: rbac.authorization.k8s.io/v1\n"
AUTHN = "authentication.k8s.io"
ON, OLD = (1, 36), (1, 35)
AGENT = "{kind: ServiceAccount, name: agent, namespace: shop}"
STRONG = "{kind: User, apiGroup: rbac.authorization.k8s.io, name: root}"
READER = "{kind: ServiceAccount, name: reader, namespace: shop}"


def _rule(verbs: str, resources: str, group: str = "", names: str = "") -> str:
    said = f", resourceNames: [{names}]" if names else ""
    return f"  - {{apiGroups: ['{group}'], resources: [{resources}], verbs: [{verbs}]{said}}}\n"


def _as(mode: str, resource: str = "users", names: str = "", group: str = AUTHN) -> str:
    return _rule(f"'impersonate:{mode}'", resource, group, names)


def _on(mode: str, verb: str, resource: str) -> str:
    return _rule(f"'impersonate-on:{mode}:{verb}'", resource)


def _granted(rules: str, name: str = "agent", who: str = AGENT, namespace: str = "") -> str:
    home, cluster = (f", namespace: {namespace}", "") if namespace else ("", "Cluster")
    return (
        f"{API}kind: {cluster}Role\nmetadata: {{name: {name}{home}}}\nrules:\n{rules}---\n"
        f"{API}kind: {cluster}RoleBinding\nmetadata: {{name: {name}{home}}}\n"
        f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {cluster}Role, name: {name}}}\nsubjects: [{who}]\n---\n"
    )


OTHERS = (
    _granted(_rule("'*'", "'*'"), "root", STRONG)
    + _granted(_rule("get", "pods"), "reader", READER)
    + _granted(_rule("get", "secrets"), "guests", "{kind: Group, name: guests}")
)


def _effect(text: str, minor: tuple[int, int] = ON) -> Effect | None:
    context = Context(kubernetes=minor)
    resources = read_manifest(Source("a.yaml", text), context).resources
    (bundle,) = build_workspace(list(resources), context).bundles
    found = [
        held.effect
        for held in HeldPower.among(bundle)
        if held.power == "constrained-impersonation" and held.first.who.name == "agent"
    ]
    return max(found, default=None)


USER, ACCOUNT, ANY_NODE, OWN_NODE = "user-info", "serviceaccount", "arbitrary-node", "associated-node"


@pytest.mark.parametrize(
    ("rules", "effect"),
    [
        (_as(USER) + _on(USER, "create", "pods"), Effect.TAKEOVER),
        (_as(USER) + _on(USER, "list", "secrets"), Effect.SECRETS),
        (_as(USER) + _on(USER, "list", "pods"), Effect.INFORMATION),
        (_as(USER), None),
        (_on(USER, "create", "pods"), None),
        (_as(USER) + _on(ACCOUNT, "create", "pods"), None),
        (_as(USER, group="") + _on(USER, "create", "pods"), None),
        (_as(USER) + _on(USER, "'*'".strip("'"), "pods"), None),
        (_as(USER, "groups") + _on(USER, "create", "pods"), None),
        (_as(ACCOUNT, "serviceaccounts") + _on(ACCOUNT, "create", "pods"), Effect.TAKEOVER),
        (_as(ANY_NODE, "nodes") + _on(ANY_NODE, "create", "pods"), Effect.NODE),
        (_as(OWN_NODE, "nodes", "'*'") + _on(OWN_NODE, "list", "secrets"), Effect.SECRETS),
        (_as(OWN_NODE, "nodes", "worker-1") + _on(OWN_NODE, "list", "secrets"), None),
        (_rule("'*'", "users", AUTHN) + _on(USER, "create", "pods"), Effect.TAKEOVER),
    ],
    ids=[
        "creates pods", "lists Secrets", "reads pods", "only the identity", "only the request", "another mode",
        "core group", "a star behind the prefix", "groups need a user", "accounts", "any node", "own node",
        "own node by name is never asked", "every verb",
    ],
)  # fmt: skip
def test_both_halves(rules: str, effect: Effect | None) -> None:
    assert _effect(_granted(rules)) == effect


@pytest.mark.parametrize(
    ("rules", "effect"),
    [
        (_as(USER, names="root") + _on(USER, "create", "pods"), Effect.TAKEOVER),
        (_as(USER, names="nobody") + _on(USER, "create", "pods"), Effect.WORKLOAD),
        (_as(USER, names="nobody") + _as(USER, "groups", "guests") + _on(USER, "create", "pods"), Effect.SECRETS),
        (_as(USER, names="nobody") + _as(USER, "groups") + _on(USER, "create", "pods"), Effect.TAKEOVER),
        (_as(USER, names="nobody") + _as(USER, "groups", "'*'") + _on(USER, "create", "pods"), Effect.TAKEOVER),
        (
            _as(USER, names="nobody") + _as(USER, "groups", "'system:masters'") + _on(USER, "create", "pods"),
            Effect.WORKLOAD,
        ),
        (_as(ACCOUNT, "serviceaccounts", "reader") + _on(ACCOUNT, "create", "pods"), Effect.WORKLOAD),
    ],
    ids=["root", "nobody", "group", "any group", "many groups", "masters are refused", "weak account"],
)
def test_named_identities_limit_what_it_is_worth(rules: str, effect: Effect) -> None:
    assert _effect(OTHERS + _granted(rules)) == effect


def test_in_a_namespace_accounts_alone_can_be_named() -> None:
    asked = _as(ACCOUNT, "serviceaccounts") + _on(ACCOUNT, "create", "pods")
    assert _effect(_granted(asked, namespace="shop")) is Effect.NAMESPACE
    assert _effect(_granted(_as(USER) + _on(USER, "create", "pods"), namespace="shop")) is None


def test_the_request_may_lie_in_another_namespace_than_the_account() -> None:
    halves = _granted(_as(ACCOUNT, "serviceaccounts"), "one", AGENT, "shop")
    halves += _granted(_on(ACCOUNT, "create", "pods"), "two", AGENT, "billing")
    assert _effect(halves) is Effect.NAMESPACE


def test_only_accounts_have_a_node_of_their_own() -> None:
    rules = _as(OWN_NODE, "nodes") + _on(OWN_NODE, "list", "secrets")
    assert _effect(_granted(rules)) is Effect.SECRETS
    assert _effect(_granted(rules, who="{kind: User, name: agent}")) is None


def test_before_the_feature_is_on_it_is_a_note() -> None:
    assert _effect(_granted(_as(USER) + _on(USER, "create", "pods")), OLD) is Effect.INFORMATION
