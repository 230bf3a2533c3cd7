"""What a roleRef resolves to: roles of the input, bootstrap roles, aggregation.

Semantics: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
and #auto-reconciliation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hullmark.linter.manifest.rbac import Role
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.rbac.builtin import builtin_namespaced_roles, builtin_roles, platform_roles
from hullmark.linter.model.rbac.policy import Policy, policy
from hullmark.linter.records import field, record

_AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate"

Selector = Callable[[Mapping[str, str]], bool]


@record(frozen=False)
class RoleEntry:
    """One role by key: what it grants itself, and how it aggregates.

    `namespace` is empty for a ClusterRole. `view` is the role of the input, None for a purely
    built-in one; `builtin` says that the name is a bootstrap role's. `effect` is the effect class
    of a platform role whose rules nobody wrote down, else empty.
    """

    namespace: str
    name: str
    own: tuple[Policy, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    selectors: tuple[Selector, ...] | None = None
    view: Role | None = None
    builtin: bool = False
    effect: str = ""
    policies: tuple[Policy, ...] = ()

    @property
    def is_cluster(self) -> bool:
        """Whether this is a ClusterRole."""
        return not self.namespace

    @property
    def aggregates(self) -> bool:
        """Whether the controller overwrites the rules with those of other roles."""
        return self.selectors is not None


class RoleTable:
    """All roles that bindings of one bundle can refer to."""

    __slots__ = ("_cluster", "_namespaced")

    def __init__(self, roles: Iterable[tuple[str, Role]]) -> None:
        """`roles` pairs each role of the input with its namespace ("" for a ClusterRole)."""
        self._cluster: dict[str, RoleEntry] = {name: _builtin_entry(name) for name in builtin_roles()}
        self._namespaced: dict[tuple[str, str], RoleEntry] = {
            key: RoleEntry(*key, own, builtin=True, policies=own) for key, own in builtin_namespaced_roles().items()
        }
        for namespace, view in roles:
            self._add(namespace, view)
        self._aggregate()

    def _add(self, namespace: str, view: Role) -> None:
        own = tuple(policy(rule) for rule in view.rules)
        if namespace:
            known = self._namespaced.get((namespace, view.name))
            merged = (*known.own, *own) if known and known.builtin else own
            self._namespaced[namespace, view.name] = RoleEntry(
                namespace, view.name, merged, view=view, builtin=bool(known and known.builtin), policies=merged
            )
            return
        selectors: tuple[Selector, ...] | None = None
        if view.is_aggregated:
            selectors = tuple(_selector(selector) for selector in view.aggregation_selectors)
        labels = view.labels.value or {}
        known = self._cluster.get(view.name)
        if known is not None and known.builtin:
            # The API server restores the default rules of a bootstrap role and keeps extra ones, unless told not to.
            own = own if view.annotation(_AUTOUPDATE).text == "false" else (*known.own, *own)
            labels = {**known.labels, **labels}
            selectors = selectors if known.selectors is None else (*known.selectors, *(selectors or ()))
        self._cluster[view.name] = RoleEntry("", view.name, own, labels, selectors, view, bool(known and known.builtin))

    def _aggregate(self) -> None:
        roots = [entry for entry in self._cluster.values() if entry.aggregates]
        labelled = [entry for entry in self._cluster.values() if entry.labels or entry in roots]
        direct = {
            root.name: [entry for entry in labelled if entry is not root and _selected(root, entry)] for root in roots
        }
        for entry in self._cluster.values():
            entry.policies = _collected(entry, direct) if entry.aggregates else entry.own

    def own(self, kind: str, name: str, namespace: str) -> RoleEntry | None:
        """The role that a roleRef names from a binding in `namespace`, where its rules are known here."""
        if kind == "Role":
            return self._namespaced.get((namespace, name))
        return self._cluster.get(name) if kind == "ClusterRole" else None

    def resolve(self, kind: str, name: str, namespace: str) -> RoleEntry | None:
        """The same, also of platforms' roles of which only the worth is known; None where nothing is."""
        return self.own(kind, name, namespace) or (_platform_entry(name) if kind == "ClusterRole" else None)

    def is_collected(self, entry: RoleEntry) -> bool:
        """Whether some aggregating role takes over the rules of this one."""
        return any(root.aggregates and root is not entry and _selected(root, entry) for root in self._cluster.values())

    def cluster_roles(self) -> Iterable[RoleEntry]:
        """Every ClusterRole, bootstrap ones first."""
        return self._cluster.values()

    def namespaced_roles(self) -> Iterable[RoleEntry]:
        """Every Role, bootstrap ones first."""
        return self._namespaced.values()


def _selector(selector: LabelSelector) -> Selector:
    return lambda labels: selector.matches(labels) is True


def _selected(root: RoleEntry, entry: RoleEntry) -> bool:
    return any(selector(entry.labels) for selector in root.selectors or ())


def _collected(root: RoleEntry, direct: Mapping[str, list[RoleEntry]]) -> tuple[Policy, ...]:
    """Rules of all roles reachable from `root` through selectors; chains and cycles occur."""
    found: list[Policy] = []
    seen = {root.name}
    waiting = list(reversed(direct[root.name]))
    while waiting:
        entry = waiting.pop()
        if entry.name in seen:
            continue
        seen.add(entry.name)
        if entry.aggregates:
            waiting.extend(reversed(direct[entry.name]))
        else:
            found.extend(entry.own)
    return tuple(found)


def _builtin_entry(name: str) -> RoleEntry:
    role = builtin_roles()[name]
    key = role.aggregate_by
    selectors: tuple[Selector, ...] | None = None
    if key:
        selectors = (lambda labels: labels.get(key) == "true",)
    return RoleEntry("", name, role.policies, role.labels, selectors, None, True)


def _platform_entry(name: str) -> RoleEntry | None:
    for pattern, effect in platform_roles():
        if pattern == name or (pattern.endswith("*") and name.startswith(pattern[:-1])):
            return RoleEntry("", name, (), builtin=True, effect=effect)
    return None
