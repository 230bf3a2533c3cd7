"""Access of a bundle: its grants, made once and shared by everything that asks about RBAC."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import Binding, Role
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.grants import Access
from hullmark.linter.model.rbac.policy import CLUSTER
from hullmark.linter.model.rbac.roles import RoleTable


def access(bundle: Bundle) -> Access:
    """Who can do what according to `bundle` and to what every cluster has by itself."""
    return bundle.derived(_access)


def _access(bundle: Bundle) -> Access:
    roles = RoleTable((_home(bundle, role), role) for role in bundle.each(Role))
    return Access(roles, _bindings(bundle))


def _home(bundle: Bundle, role: Role) -> str:
    return CLUSTER if role.is_cluster_role else bundle.namespace_of(role).name


def _bindings(bundle: Bundle) -> Iterator[tuple[str, bool, Binding]]:
    for binding in bundle.each(Binding):
        if binding.is_cluster_binding:
            yield CLUSTER, False, binding
        else:
            home = bundle.namespace_of(binding)
            yield home.name, home.assumed, binding
