"""Policy rules as roles write them, with what is known of who holds them."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any, ClassVar

from hullmark.linter.manifest.crd import CustomResourceDefinition
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.rbac import ROLE_KINDS, PolicyRule, Role
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.policy import CLUSTER
from hullmark.linter.model.rbac.shared import HeldPower
from hullmark.linter.records import record


@record
class WrittenRule:
    """One rule of a role that no controller overwrites.

    `scopes` are where bindings of the input grant the role ("" is the whole cluster). `is_reported`:
    a finding about a power of weight points at this rule already.
    """

    kinds: ClassVar[KindSet | None] = ROLE_KINDS

    role: Role
    rule: PolicyRule
    scopes: frozenset[str]
    is_reported: bool
    bundle: Bundle

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[WrittenRule, ...]:
        """Every rule of every role, in file order."""
        return bundle.derived(_written)

    @property
    def is_bound_cluster_wide(self) -> bool:
        """Whether a ClusterRoleBinding of the input grants the role."""
        return CLUSTER in self.scopes

    @property
    def is_foreign(self) -> bool:
        """Whether the rule is about groups of the API itself or of somebody else's operator."""
        groups = set(self.rule.api_groups.texts)
        return not groups or not groups <= own_groups(self.bundle)


def _written(bundle: Bundle) -> tuple[WrittenRule, ...]:
    scopes: dict[int, set[str]] = defaultdict(set)
    for grant in access(bundle).grants:
        if grant.role.view is not None:
            scopes[id(grant.role.view.cursor.node)].add(grant.scope)
    reported = {
        id(reason.policy.view.cursor.node)
        for held in HeldPower.among(bundle)
        if held.effect >= Effect.WORKLOAD
        for reason in held.first.reasons
        if reason.policy is not None and reason.policy.view is not None
    }
    return tuple(
        WrittenRule(role, rule, frozenset(scopes[id(role.cursor.node)]), id(rule.cursor.node) in reported, bundle)
        for role in bundle.each(Role)
        if not role.is_aggregated
        for rule in role.rules
    )


def own_groups(bundle: Bundle) -> frozenset[str]:
    """API groups that the bundle defines itself."""
    return bundle.derived(_own_groups)


def _own_groups(bundle: Bundle) -> frozenset[str]:
    return frozenset(each.api_group.value for each in bundle.each(CustomResourceDefinition) if each.api_group.value)


@cache
def built_in_groups() -> frozenset[str]:
    """Groups of the API itself; the core group is the empty name."""
    facts: Any = table("api_resources")
    return frozenset("" if group == "core" else group for group in facts["groups"])
