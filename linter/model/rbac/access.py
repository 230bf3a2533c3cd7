"""Access of a bundle: its grants, made once and shared by everything that asks about RBAC."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hullmark.linter.manifest.rbac import Binding, Role
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.across import RoleKey, home_of_role, role_key
from hullmark.linter.model.rbac.grants import Access
from hullmark.linter.model.rbac.policy import CLUSTER
from hullmark.linter.model.rbac.roles import RoleEntry, RoleTable


def access(bundle: Bundle) -> Access:
    """Who can do what according to `bundle` and to what every cluster has by itself."""
    return bundle.derived(_access)


def _access(bundle: Bundle) -> Access:
    return Access(bundle.derived(_own_roles), _bindings(bundle), partial(_elsewhere, bundle))


def _own_roles(bundle: Bundle) -> RoleTable:
    return RoleTable((role_key(bundle, role).namespace, role) for role in bundle.each(Role))


def _elsewhere(bundle: Bundle, kind: str, name: str, namespace: str) -> RoleEntry | None:
    """The role as the only other bundle that defines it has it, with what is aggregated there."""
    key = RoleKey(kind, namespace if kind == "Role" else CLUSTER, name)
    home = home_of_role(bundle, key)
    return None if home is None else home.derived(_own_roles).resolve(kind, name, namespace)


def _bindings(bundle: Bundle) -> Iterator[tuple[str, bool, Binding]]:
    for binding in bundle.each(Binding):
        if binding.is_cluster_binding:
            yield CLUSTER, False, binding
        else:
            home = bundle.namespace_of(binding)
            yield home.name, home.assumed, binding
