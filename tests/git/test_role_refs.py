"""A binding that refers to another role than in the commit that is compared with."""

from typing import Any

import pytest

pytest.importorskip("pygit2")

SELECT = ("--select", "rbac/role-ref-changed", "--fail-on", "never")
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: NAME, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ROLE}
subjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: SUBJECT}]
"""


def _binding(role: str, subject: str = "on-call", name: str = "on-call") -> str:
    return BINDING.replace("ROLE", role).replace("SUBJECT", subject).replace("NAME", name)


@pytest.fixture
def bound(scratch: Any) -> Any:
    """A repository whose HEAD binds `edit`, beside a bundle that never changes."""
    scratch.write("shop/binding.yaml", _binding("edit"))
    scratch.write("tools/binding.yaml", _binding("view"))
    scratch.commit()
    return scratch


@pytest.mark.parametrize(
    "base", [("--base", "HEAD"), ("--staged", "--base", "HEAD"), ("--base", "HEAD", "--changed-lines")]
)
def test_another_role_is_found_where_there_is_something_to_compare_with(bound: Any, base: tuple[str, ...]) -> None:
    bound.write("shop/binding.yaml", _binding("view"))
    bound.git("add", "--all")
    assert bound.found(*SELECT) == []
    assert bound.found(*SELECT, *base) == ["shop/binding.yaml:4 rbac/role-ref-changed"]


@pytest.mark.parametrize(
    "now",
    [
        _binding("edit", subject="others"),
        _binding("view", name="on-call-view"),
        "# the same\n" + _binding("edit"),
        "",
    ],
    ids=["other subject", "other name", "other place", "gone"],
)
def test_what_the_api_server_lets_through(bound: Any, now: str) -> None:
    bound.write("shop/binding.yaml", now)
    assert bound.found(*SELECT, "--base", "HEAD") == []


def test_a_binding_that_moves_within_its_bundle_is_the_same(bound: Any) -> None:
    (bound.root / "shop" / "binding.yaml").unlink()
    bound.write("shop/bindings.yaml", _binding("view"))
    assert bound.found(*SELECT, "--base", "HEAD") == ["shop/bindings.yaml:4 rbac/role-ref-changed"]


def test_a_known_change_is_known(bound: Any) -> None:
    bound.write("shop/binding.yaml", _binding("view"))
    bound.commit()
    assert bound.found(*SELECT, "--base", "HEAD") == []
    assert bound.found(*SELECT, "--base", "HEAD~1") == ["shop/binding.yaml:4 rbac/role-ref-changed"]


def test_variants_that_were_divided_otherwise_are_told_apart(bound: Any) -> None:
    """Two definitions of one binding are two bundles; without one of them, the other joins the rest."""
    bound.write("shop/binding.yaml", _binding("edit", name="another"))
    assert bound.found(*SELECT, "--base", "HEAD") == []


def test_an_empty_base_says_nothing(scratch: Any) -> None:
    scratch.write("shop/binding.yaml", _binding("view"))
    assert scratch.found(*SELECT, "--base", "HEAD") == []


def test_a_role_that_changes_in_another_bundle_is_judged_where_it_is_bound(scratch: Any) -> None:
    same = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: same, namespace: shop}\n"
    role = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\n"
        "rules: [{apiGroups: [''], resources: [RESOURCE], verbs: [get]}]\n"
    )
    scratch.write("bindings/a.yaml", _binding("reader") + same)
    scratch.write("roles/a.yaml", role.replace("RESOURCE", "pods") + same)
    scratch.commit()
    scratch.write("roles/a.yaml", role.replace("RESOURCE", "secrets") + same)
    select = ("--select", "rbac/secret-read", "--fail-on", "never", "--base", "HEAD")
    (finding,) = scratch.report(*select)["findings"]
    assert "Group 'on-call'" in finding["message"]
