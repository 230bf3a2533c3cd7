"""Labels that enlarge the roles everybody knows."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import Role
from hullmark.linter.model.rbac.atoms import VERB_SETS
from hullmark.linter.model.rbac.policy import Policy, policy
from hullmark.linter.model.rbac.written_rules import built_in_groups
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest

_PREFIX = "rbac.authorization.k8s.io/aggregate-to-"
_WRITES = ("create", "update", "patch", "delete", "deletecollection")
_SUBRESOURCES = (
    "pods/exec",
    "pods/attach",
    "pods/portforward",
    "pods/proxy",
    "services/proxy",
    "serviceaccounts/token",
)
_RBAC = "rbac.authorization.k8s.io"

_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: widgets-{name}
      labels:
        rbac.authorization.k8s.io/aggregate-to-{name}: "true"{mark}
    rules:
      - apiGroups: ['{group}']
        resources: [{resource}]
        verbs: [{verbs}]
"""


def _example(name: str, group: str, resource: str, verbs: str, mark: str = "") -> str:
    return _ROLE.format(name=name, group=group, resource=resource, verbs=verbs, mark=mark)


class AggregationIntoBuiltinRole(Rule[Role]):
    """Label adds strong rights to a built-in role.

    Everybody who holds `view`, `edit` or `admin` in any namespace has these
    rights from the day the label is applied; nobody who bound those roles
    was asked.

    Take the label off, and bind the role to those who need it.
    """

    severity = Severity.HIGH
    controls = ("CIS-1.12/5.1.3", "MITRE/T1098.006")
    bad = (
        manifest(_example("view", "", "secrets", "get", "  # ! get secrets to 'view'")),
        manifest(_example("edit", "rbac.authorization.k8s.io", "rolebindings", "create", "  # ! 'edit'")),
    )
    good = (
        manifest(_example("view", "widgets.example.com", "widgets", "get, list, watch")),
        manifest(_example("edit", "widgets.example.com", "widgets", "create, delete")),
    )

    def check(self, role: Role) -> Iterator[Hit]:
        """A hit for every aggregation label whose role gains what it is not meant to have."""
        if not role.is_cluster_role:
            return
        policies = [policy(rule) for rule in role.rules]
        for name in ("view", "edit", "admin"):
            label = role.label(_PREFIX + name)
            if label.text != "true":
                continue
            gained = next((found for each in policies if (found := _gain(each, name))), "")
            if gained:
                yield self.hit(
                    label,
                    f"{role} adds {gained} to {name!r} in every namespace",
                    severity=Severity.HIGH if name == "view" else Severity.MEDIUM,
                    profile=Profile.DEFAULT if name == "view" else Profile.STRICT,
                )


def _gain(rule: Policy, name: str) -> str:
    """What the rule gives that the built-in role must not have; empty where there is nothing."""
    return _viewing(rule) if name == "view" else _editing(rule, name)


def _viewing(rule: Policy) -> str:
    if rule.has_group("") and rule.has_resource("secrets") and (verb := _one(rule, VERB_SETS["R"])):
        return f"{verb} secrets"
    for resource in _SUBRESOURCES:
        if rule.has_group("") and rule.has_resource(resource) and _one(rule, (*_WRITES, "get")):
            return f"use of {resource}"
    if rule.has_group(_RBAC) and _one(rule, VERB_SETS["R"]):
        return "reading of RBAC objects"
    # What an operator lets viewers do with its own resources is its own business.
    built_in = built_in_groups() | {"*"}
    if not built_in.isdisjoint(rule.groups) and (verb := _one(rule, _WRITES)):
        return f"{verb} on {', '.join(rule.resources[:2])}"
    return ""


def _editing(rule: Policy, name: str) -> str:
    for verb, group, resource in (
        ("bind", _RBAC, "clusterroles"),
        ("escalate", _RBAC, "clusterroles"),
        ("impersonate", "", "users"),
        ("impersonate", "", "groups"),
    ):
        if rule.has_verb(verb) and rule.has_group(group) and rule.has_resource(resource):
            return f"{verb} on {resource}"
    for group, resource in (("", "namespaces"), ("", "resourcequotas"), (_RBAC, "rolebindings")):
        if resource == "rolebindings" and name == "admin":
            continue
        if rule.has_group(group) and rule.has_resource(resource) and (verb := _one(rule, VERB_SETS["W"])):
            return f"{verb} on {resource}"
    return ""


def _one(rule: Policy, verbs: tuple[str, ...]) -> str:
    return next((verb for verb in verbs if rule.has_verb(verb)), "")
