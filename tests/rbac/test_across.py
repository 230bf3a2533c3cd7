"""References that only another bundle resolves: they count, and are less sure; variants are nobody's."""

from __future__ import annotations

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Confidence, Finding
from hullmark.linter.rule.registry import Registry

REGISTRY = Registry.of([rule for rule in shelf().rules if rule.family == "rbac"])
API = "apiVersion: rbac.authorization.k8s.io/v1\n"
ROLE = (
    API
    + "kind: ClusterRole\nmetadata: {name: reader}\nrules:\n  - {apiGroups: [''], resources: [secrets], verbs: [get]}\n"
)
BINDING = (
    API + "kind: ClusterRoleBinding\nmetadata: {name: BINDING}\n"
    "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}\n"
    "subjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: GROUP}]\n"
)
# Two definitions of one object make bundles of the directories.
SAME = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: same, namespace: shop}\n"


def _found(files: dict[str, str], *rules: str) -> list[Finding]:
    texts = {f"{name}/a.yaml": f"{text}---\n{SAME}" for name, text in files.items()}
    select = tuple(f"rbac/{rule}" for rule in rules)
    return list(lint_texts(texts, REGISTRY, select=select).findings)


def _bound(group: str = "auditors") -> str:
    return BINDING.replace("BINDING", group).replace("GROUP", group)


def test_a_role_of_another_bundle_counts_and_is_less_sure() -> None:
    (finding,) = _found({"roles": ROLE, "bindings": _bound()}, "secret-read", "dangling-role-ref", "unused-role")
    assert (finding.rule, finding.location.path) == ("rbac/secret-read", "roles/a.yaml")
    assert "Group 'auditors'" in finding.message
    assert finding.confidence is Confidence.MEDIUM


def test_within_one_bundle_it_is_sure() -> None:
    (finding,) = _found(
        {"all": f"{ROLE}---\n{_bound()}", "other": _bound("x").replace("reader", "view")}, "secret-read"
    )
    assert finding.confidence is Confidence.HIGH


def test_the_own_role_comes_first() -> None:
    harmless = ROLE.replace("secrets", "pods")
    assert _found({"roles": ROLE, "both": f"{harmless}---\n{_bound()}"}, "secret-read") != []
    bound = list(_found({"roles": ROLE, "both": f"{harmless}---\n{_bound()}"}, "secret-read"))
    assert all("nobody in this input" in each.message for each in bound)


def test_two_definitions_elsewhere_are_variants() -> None:
    found = _found({"roles": ROLE, "others": ROLE, "bindings": _bound()}, "secret-read", "dangling-role-ref")
    assert "rbac/dangling-role-ref" in {each.rule for each in found}
    assert all("nobody in this input" in each.message for each in found if each.rule == "rbac/secret-read")


def test_groups_that_everybody_is_in_are_judged_across_bundles() -> None:
    found = _found({"roles": ROLE, "bindings": _bound("system:authenticated")}, "authenticated-group-binding")
    assert [(each.severity.label, each.location.path) for each in found] == [("critical", "bindings/a.yaml")]


def test_roles_of_namespaces_are_looked_for_in_the_namespace_of_the_binding() -> None:
    role = ROLE.replace("ClusterRole", "Role").replace("name: reader", "name: reader, namespace: shop")
    binding = _bound().replace("ClusterRole", "Role").replace("metadata: {", "metadata: {namespace: shop, ")
    assert len(_found({"roles": role, "bindings": binding}, "secret-read")) == 1
    other = binding.replace("namespace: shop, ", "namespace: billing, ")
    assert all("nobody in this input" in each.message for each in _found({"r": role, "b": other}, "secret-read"))
