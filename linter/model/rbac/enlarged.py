"""Roles that many hold and that a label of another role enlarges: what they gain that they are not meant to have.

Of the bootstrap roles view, edit and admin the label is `rbac.authorization.k8s.io/aggregate-to-<name>`; an operator's
own aggregating roles are taken at the word of their names (`-view`, `-edit`, `-admin`).
Semantics: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.rbac import Role
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.atoms import GROUPS, VERB_SETS, is_alive
from hullmark.linter.model.rbac.policy import CLUSTER, Policy, policy
from hullmark.linter.model.rbac.written_rules import built_in_groups, own_groups
from hullmark.linter.named_tuple import NamedTuple

_PREFIX = "rbac.authorization.k8s.io/aggregate-to-"
_LEVELS = ("view", "edit", "admin")
_WRITES = ("create", "update", "patch", "delete", "deletecollection")
_RBAC = GROUPS["rbac"]
_SOMEWHERE = "*"
"""Any namespace: the scope of a role that RoleBindings alone grant."""


class Enlarged(NamedTuple):
    """A label by which `role` adds `gain` to the role `root`, whose holders are to have no more than `level` says."""

    role: Role
    label: StrField
    root: str
    level: str
    gain: str
    is_cluster_wide: bool


class Root(NamedTuple):
    """A role that collects others: by one label key, or by selectors of its own."""

    name: str
    level: str
    key: str
    selectors: tuple[LabelSelector, ...]
    is_cluster_wide: bool

    def label_of(self, role: Role) -> StrField | None:
        """The label by which the root takes a role in."""
        if self.key:
            label = role.label(self.key)
            return label if label.text == "true" else None
        labels = role.labels.value or {}
        for selector in self.selectors:
            if role.name != self.name and selector.matches(labels) is True:
                keys = (*(selector.match_labels.value or {}), *(each.key.text for each in selector.match_expressions))
                return next((role.label(key) for key in keys if key in labels), None)
        return None


def enlarged(bundle: Bundle) -> Iterator[Enlarged]:
    """Every label of the bundle that gives a role more than its holders are to have, in file order."""
    roots = tuple(_roots(bundle))
    ours = own_groups(bundle)
    for role in bundle.each(Role):
        if not role.is_cluster_role or role.is_aggregated:
            continue  # what an aggregating role writes itself is overwritten
        policies = [policy(rule) for rule in role.rules]
        for root in roots:
            label = root.label_of(role)
            if label is None:
                continue
            scope = CLUSTER if root.is_cluster_wide else _SOMEWHERE
            gain = next((found for each in policies if (found := _gain(each, root.level, scope, ours))), "")
            if gain:
                yield Enlarged(role, label, root.name, root.level, gain, root.is_cluster_wide)


def _roots(bundle: Bundle) -> Iterator[Root]:
    wide = {grant.role.name for grant in access(bundle).grants if grant.is_cluster_wide and not grant.is_default}
    usual = not wide.isdisjoint(_LEVELS)  # admin holds what edit holds, and edit what view holds
    for level in _LEVELS:
        yield Root(level, level, _PREFIX + level, (), usual)
    for role in bundle.each(Role):
        level = role.name.rpartition("-")[2]
        if role.is_aggregated and level in _LEVELS and role.name not in _LEVELS:
            yield Root(role.name, level, "", tuple(role.aggregation_selectors), role.name in wide)


def _gain(rule: Policy, level: str, scope: str, ours: frozenset[str]) -> str:
    """What the rule gives that the role must not have; empty where there is nothing."""
    return _viewing(rule, scope, ours) if level == "view" else _editing(rule, level, scope)


_SESSIONS = (
    "pods/exec",
    "pods/attach",
    "pods/portforward",
    "pods/proxy",
    "services/proxy",
    "nodes/proxy",
    "serviceaccounts/token",
)
_RBAC_OBJECTS = ("roles", "rolebindings", "clusterroles", "clusterrolebindings")


def _viewing(rule: Policy, scope: str, ours: frozenset[str]) -> str:
    if verb := _held(rule, VERB_SETS["R"], "", "secrets", scope):
        return f"{verb} secrets"
    for resource in _SESSIONS:
        if _held(rule, (*_WRITES, "get"), "", resource, scope):
            return f"use of {resource}"
    for resource in _RBAC_OBJECTS:
        if verb := _held(rule, VERB_SETS["R"], _RBAC, resource, scope):
            return f"{verb} {resource}"
    # What an operator lets viewers do with its own resources is its own business.
    for group in rule.groups:
        if group in ours or (group not in built_in_groups() and group != "*"):
            continue
        for resource in rule.resources:
            if verb := _held(rule, _WRITES, "" if group == "*" else group, resource, scope):
                return f"{verb} on {resource}"
    return ""


def _editing(rule: Policy, level: str, scope: str) -> str:
    for verb, group, resource in (
        ("bind", _RBAC, "clusterroles"),
        ("bind", _RBAC, "roles"),
        ("escalate", _RBAC, "clusterroles"),
        ("escalate", _RBAC, "roles"),
        ("impersonate", "", "users"),
        ("impersonate", "", "groups"),
    ):
        if _held(rule, (verb,), group, resource, scope):
            return f"{verb} on {resource}"
    for group, resource in (("", "namespaces"), ("", "resourcequotas"), (_RBAC, "rolebindings")):
        if resource == "rolebindings" and level == "admin":
            continue
        if verb := _held(rule, VERB_SETS["W"], group, resource, scope):
            return f"{verb} on {resource}"
    return ""


def _held(rule: Policy, verbs: tuple[str, ...], group: str, resource: str, scope: str) -> str:
    """The first of the verbs that the rule gives on the resource, and that can be asked for where the role holds."""
    if not rule.has_group(group) or not rule.has_resource(resource):
        return ""
    return next((verb for verb in verbs if rule.has_verb(verb) and is_alive(scope, verb, (group, resource))), "")
