"""An independent transcription of the authorizer's rule: slow, direct, and on plain data.

It follows `RBACAuthorizer.Authorize`, `VisitRulesFor`, `appliesToUser`, the evaluation helpers and the aggregation
controller of k8s.io/kubernetes, version 1.34, one request at a time.
"""

from __future__ import annotations

from typing import Any

from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.policy import Request

Document = dict[str, Any]


def oracle(documents: list[Document], who: Identity, request: Request) -> bool:
    """What the authorizer says to `request` of `who`, given these roles and bindings."""
    user, groups = names(who)
    rules = aggregated(documents)
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
        if not any(applies(subject, user, groups, namespace) for subject in document["subjects"]):
            continue
        reference = document["roleRef"]
        key = (reference["kind"], namespace if reference["kind"] == "Role" else "", reference["name"])
        if any(rule_allows(rule, request) for rule in rules.get(key, [])):
            return True
    return False


def names(who: Identity) -> tuple[str, set[str]]:
    """User name and groups as the authenticators give them; a group alone has no user."""
    if who.kind == "ServiceAccount":
        groups = {"system:serviceaccounts", f"system:serviceaccounts:{who.namespace}", "system:authenticated"}
        return f"system:serviceaccount:{who.namespace}:{who.name}", groups
    return (who.name, {"system:authenticated"}) if who.kind == "User" else ("", {who.name, "system:authenticated"})


def aggregated(documents: list[Document]) -> dict[tuple[str, str, str], list[Document]]:
    """Rules of roles once the controller has nothing more to write: it copies, role by role, until nothing changes."""
    roles = [each for each in documents if each["kind"] in ("Role", "ClusterRole")]
    rules = {key(role): [] if "aggregationRule" in role else list(role["rules"]) for role in roles}
    changed = True
    while changed:
        changed = False
        for role in roles:
            for selector in role.get("aggregationRule", {}).get("clusterRoleSelectors", []):
                for other in roles:
                    labels = other["metadata"].get("labels", {}).items()
                    if other is role or other["kind"] == "Role" or not selector["matchLabels"].items() <= labels:
                        continue
                    for rule in rules[key(other)]:
                        if rule not in rules[key(role)]:
                            rules[key(role)].append(rule)
                            changed = True
    return rules


def key(role: Document) -> tuple[str, str, str]:
    return role["kind"], role["metadata"].get("namespace", ""), role["metadata"]["name"]


def applies(subject: Document, user: str, groups: set[str], namespace: str) -> bool:
    if subject["kind"] == "User":
        return bool(user) and bool(subject["name"] == user)
    if subject["kind"] == "Group":
        return subject["name"] in groups
    home = subject.get("namespace") or namespace
    return bool(home) and bool(user) and bool(user == f"system:serviceaccount:{home}:{subject['name']}")


def rule_allows(rule: Document, request: Request) -> bool:
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
