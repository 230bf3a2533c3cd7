"""Roles and bindings of other bundles of the input: what a reference means that its own bundle leaves open.

A name counts only where one other bundle defines it: two are variants, and nobody knows which of them is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import BINDING_KINDS, ROLE_KINDS, Binding, Role
from hullmark.linter.model.bundle import Bundle, Siblings
from hullmark.linter.model.rbac.policy import CLUSTER
from hullmark.linter.named_tuple import NamedTuple


class RoleKey(NamedTuple):
    """What a reference names: `namespace` is empty for a ClusterRole."""

    kind: str
    namespace: str
    name: str


def role_key(bundle: Bundle, role: Role) -> RoleKey:
    """The key of a role of the bundle."""
    home = CLUSTER if role.is_cluster_role else bundle.namespace_of(role).name
    return RoleKey(role.kind, home, role.name)


def reference_key(bundle: Bundle, binding: Binding) -> RoleKey:
    """The key of what a binding refers to."""
    kind = binding.role_ref.kind.value or ""
    home = bundle.namespace_of(binding).name if kind == "Role" and not binding.is_cluster_binding else CLUSTER
    return RoleKey(kind, home, binding.role_ref.name.value or "")


def home_of_role(bundle: Bundle, key: RoleKey) -> Bundle | None:
    """The only other bundle that defines the role."""
    if len(bundle.siblings.bundles) < 2:
        return None
    homes = [home for home in bundle.siblings.derived(_roles).get(key, ()) if home is not bundle]
    return homes[0] if len(homes) == 1 else None


def is_bound_elsewhere(bundle: Bundle, key: RoleKey) -> bool:
    """Whether another bundle, which does not define the role itself, binds the one of this bundle."""
    if len(bundle.siblings.bundles) < 2:
        return False
    definers = bundle.siblings.derived(_roles).get(key, ())
    if len(definers) != 1:
        return False
    return any(home is not bundle for home in bundle.siblings.derived(_references).get(key, ()))


def others(bundle: Bundle) -> int:
    """A number that differs where resources of other bundles do that a verdict about this one may depend on."""
    if len(bundle.siblings.bundles) < 2:
        return 0
    kinds = {resource.gk for resource in bundle.resources}
    roles, bindings = bundle.siblings.derived(_numbers)
    return hash((roles if kinds & BINDING_KINDS else 0, bindings if kinds & ROLE_KINDS else 0))


def _numbers(siblings: Siblings) -> tuple[int, int]:
    """What identifies all roles and all bindings of the input."""
    found = [resource for bundle in siblings.bundles for resource in bundle.resources]
    return (
        hash(frozenset(id(each) for each in found if each.gk in ROLE_KINDS)),
        hash(frozenset(id(each) for each in found if each.gk in BINDING_KINDS)),
    )


def _roles(siblings: Siblings) -> dict[RoleKey, list[Bundle]]:
    return _grouped((role_key(bundle, role), bundle) for bundle in siblings.bundles for role in bundle.each(Role))


def _references(siblings: Siblings) -> dict[RoleKey, list[Bundle]]:
    return _grouped(
        (reference_key(bundle, binding), bundle) for bundle in siblings.bundles for binding in bundle.each(Binding)
    )


def _grouped(pairs: Iterator[tuple[RoleKey, Bundle]]) -> dict[RoleKey, list[Bundle]]:
    """Bundles by key, each once."""
    found: dict[RoleKey, list[Bundle]] = {}
    for key, bundle in pairs:
        homes = found.setdefault(key, [])
        if all(home is not bundle for home in homes):
            homes.append(bundle)
    return found
