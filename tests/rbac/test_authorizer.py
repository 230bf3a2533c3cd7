"""The grant engine against an independent transcription of the authorizer's rule: slow, direct, and on plain data.

The oracle follows `RBACAuthorizer.Authorize`, `VisitRulesFor`, `appliesToUser` and the
evaluation helpers of k8s.io/kubernetes, version 1.34, one request at a time.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.identity import Identity, account, group
from hullmark.linter.model.rbac.policy import Request
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source

NAMESPACES = ("shop", "billing")
VERBS = ("get", "get", "create", "delete", "*", "*", "Get")
GROUPS = ("", "", "", "apps", "*", "*", "core")
RESOURCES = ("pods", "pods", "pods/exec", "pods/*", "*/exec", "*/*", "*", "*", "secrets", "namespaces", "nodes")
NAMES = ("web", "shop", "*", "")
PATHS = ("/healthz", "/healthz/x", "/a/x")
KEYS = (("", "pods"), ("", "pods/exec"), ("", "secrets"), ("", "nodes"), ("", "namespaces"), ("apps", "deployments"))
ASKED = ("get", "list", "create", "delete")
URLS = ("/healthz", "/healthz/*", "*", "/*/x", "/metrics")


def _some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


_resource_rules = st.fixed_dictionaries(
    {"verbs": _some(VERBS), "apiGroups": _some(GROUPS), "resources": _some(RESOURCES)},
    optional={"resourceNames": st.lists(st.sampled_from(NAMES), max_size=2)},
)
_url_rules = st.fixed_dictionaries({"verbs": _some(VERBS), "nonResourceURLs": _some(URLS)})


def _role(kind: str, name: str, namespace: str | None, rules: list[dict[str, Any]]) -> dict[str, Any]:
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, "rules": rules}


_roles = st.one_of(
    st.builds(
        lambda name, space, rules: _role("Role", name, space, rules),
        st.sampled_from(("a", "a", "b")),
        st.sampled_from(NAMESPACES),
        st.lists(_resource_rules, min_size=1, max_size=3),
    ),
    st.builds(
        lambda name, rules: _role("ClusterRole", name, None, rules),
        st.sampled_from(("a", "a", "b")),
        st.lists(st.one_of(_resource_rules, _resource_rules, _url_rules), min_size=1, max_size=3),
    ),
)
_subjects = st.one_of(
    st.builds(
        lambda name, space: {"kind": "ServiceAccount", "name": name} | ({"namespace": space} if space else {}),
        st.sampled_from(("web", "web", "db")),
        st.sampled_from(("shop", "shop", "billing", "")),
    ),
    st.builds(
        lambda name: {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": name},
        st.sampled_from(("ann", "system:serviceaccount:shop:web", "shop/web")),
    ),
    st.builds(
        lambda name: {"kind": "Group", "name": name},
        st.sampled_from(("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated", "team")),
    ),
)


@st.composite
def _bindings(draw: st.DrawFn) -> dict[str, Any]:
    cluster = draw(st.booleans())
    metadata = {"name": "x"} if cluster else {"name": "x", "namespace": draw(st.sampled_from(NAMESPACES))}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding" if cluster else "RoleBinding",
        "metadata": metadata,
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": draw(st.sampled_from(("ClusterRole", "Role"))),
            "name": draw(st.sampled_from(("a", "a", "b", "missing"))),
        },
        "subjects": draw(st.lists(_subjects, min_size=1, max_size=4)),
    }


@st.composite
def _requests(draw: st.DrawFn, rules: list[dict[str, Any]]) -> Request:
    """Half of them near to what some rule says: requests at random are nearly always denied."""
    near_rule = draw(st.booleans())
    rule: dict[str, Any] = draw(st.sampled_from(rules)) if rules and near_rule else {}
    verb = draw(
        st.sampled_from([*(each for each in rule.get("verbs", ()) if each in ASKED), *ASKED[: 1 if rule else 4]])
    )
    if "nonResourceURLs" in rule or draw(st.integers(0, 9)) == 0:
        return Request(verb, path=draw(st.sampled_from(PATHS)))
    near = [key for key in KEYS if key[1] in rule.get("resources", ())]
    group_name, resource = draw(st.sampled_from(near or KEYS))
    name = draw(st.sampled_from(rule.get("resourceNames") or ["web", "shop", ""]))
    namespace = draw(st.sampled_from((*NAMESPACES, "")))
    if resource == "nodes":
        namespace = ""
    if resource == "namespaces":
        # requestinfo.go: a request for a namespace by name is made within that namespace
        namespace = name if verb in ("get", "delete") else ""
    return Request(verb, group_name, resource, namespace, name)


WHO = (
    account("shop", "web"),
    account("billing", "db"),
    Identity("User", "ann"),
    group("team"),
)


def _oracle(documents: list[dict[str, Any]], who: Identity, request: Request) -> bool:
    if who.kind == "ServiceAccount":
        user = f"system:serviceaccount:{who.namespace}:{who.name}"
        groups = {"system:serviceaccounts", f"system:serviceaccounts:{who.namespace}", "system:authenticated"}
    elif who.kind == "User":
        user, groups = who.name, {"system:authenticated"}
    else:
        user, groups = "", {who.name, "system:authenticated"}
    roles: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for document in documents:
        if document["kind"] in ("Role", "ClusterRole"):
            metadata = document["metadata"]
            roles[document["kind"], metadata.get("namespace", ""), metadata["name"]] = document["rules"]
    for document in documents:
        if document["kind"] == "ClusterRoleBinding":
            namespace = ""
            if document["roleRef"]["kind"] == "Role":
                continue
        elif document["kind"] == "RoleBinding":
            namespace = document["metadata"]["namespace"]
            if not request.namespace or request.namespace != namespace or request.path:
                continue
        else:
            continue
        if not any(_applies(subject, user, groups, namespace) for subject in document["subjects"]):
            continue
        reference = document["roleRef"]
        key = (reference["kind"], namespace if reference["kind"] == "Role" else "", reference["name"])
        if any(_rule_allows(rule, request) for rule in roles.get(key, [])):
            return True
    return False


def _applies(subject: dict[str, Any], user: str, groups: set[str], namespace: str) -> bool:
    if subject["kind"] == "User":
        return bool(user) and subject["name"] == user
    if subject["kind"] == "Group":
        return subject["name"] in groups
    home = subject.get("namespace") or namespace
    return bool(home) and bool(user) and user == f"system:serviceaccount:{home}:{subject['name']}"


def _rule_allows(rule: dict[str, Any], request: Request) -> bool:
    if "*" not in rule["verbs"] and request.verb not in rule["verbs"]:
        return False
    if request.path:
        for url in rule.get("nonResourceURLs", []):
            if url == "*" or url == request.path:
                return True
            if url.endswith("*") and request.path.startswith(url.rstrip("*")):
                return True
        return False
    if "*" not in rule.get("apiGroups", []) and request.group not in rule.get("apiGroups", []):
        return False
    subresource = request.resource.split("/")[1] if "/" in request.resource else ""
    matched = False
    for resource in rule.get("resources", []):
        if resource == "*" or resource == request.resource:
            matched = True
        if subresource and resource == "*/" + subresource:
            matched = True
    names = rule.get("resourceNames", [])
    return matched and (not names or request.name in names)


@settings(max_examples=700, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    roles=st.lists(_roles, min_size=2, max_size=4),
    bindings=st.lists(_bindings(), min_size=1, max_size=4),
    data=st.data(),
)
def test_grants_agree_with_the_authorizer(
    roles: list[dict[str, Any]], bindings: list[dict[str, Any]], data: st.DataObject
) -> None:
    unique = {(each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]): each for each in roles}
    kept = [*unique.values(), *bindings]
    rules = [rule for role in unique.values() for rule in role["rules"]]
    requests = data.draw(st.lists(_requests(rules), min_size=4, max_size=4))
    text = "\n---\n".join(json.dumps(each) for each in kept)
    bundles = build_workspace(read_manifest(Source("x.yaml", text)).resources).bundles
    for request in requests:
        for who in WHO:
            expected = _oracle(kept, who, request)
            found = any(
                not witness.grant.is_default for bundle in bundles for witness in access(bundle).allows(who, request)
            )
            assert found is expected, (str(who), request)
