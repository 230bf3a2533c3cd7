"""Bindings and impersonation of the group that no authorizer asks about."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import BINDING_KINDS, ROLE_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.identity import MASTERS
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.model.rbac.written_rules import WrittenRule
from hullmark.linter.rule import Hit, Needs, Rule, Severity, because, manifest

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: {name}
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: cluster-admin
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: {who}
"""
_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: operators
    rules:
      - apiGroups: ['']
        resources: [groups]
        resourceNames: ["{who}"]{mark}
        verbs: [impersonate]
"""


class MastersGroupBinding(Rule[Bundle]):
    """Binding or role counts on the group system:masters.

    Members of `system:masters` bypass authorization altogether: what names the
    group shows that somebody counts on it, and nothing revokes it as long as
    a certificate of a member is valid.

    Bind a group of your own, and keep `system:masters` for the cluster's
    bootstrap.
    """

    severity = Severity.HIGH
    controls = ("CIS-1.12/5.1.7", "NSA/role-based-access-control", "MITRE/T1078")
    needs = Needs(ROLE_KINDS | BINDING_KINDS)
    bad = (
        manifest(_BINDING.format(name="operators", who="system:masters  # ! names system:masters")),
        manifest(_ROLE.format(who="system:masters", mark="  # ! lets its holder join system:masters")),
    )
    good = (
        manifest(_BINDING.format(name="cluster-admin", who="system:masters")),
        manifest(_BINDING.format(name="operators", who="platform-on-call")),
        manifest(_ROLE.format(who="platform-on-call", mark="")),
    )

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """Hits for subjects of bindings other than the bootstrap one, and for names of a rule about impersonation."""
        for written in WrittenGrant.among(bundle):
            yield from self._bound(written)
        for written_rule in WrittenRule.among(bundle):
            yield from self._impersonated(written_rule)

    def _bound(self, written: WrittenGrant) -> Iterator[Hit]:
        who = written.who
        if who.kind != "Group" or who.name != MASTERS:
            return
        if written.binding.name == "cluster-admin" and written.binding.is_cluster_binding:
            return
        yield self.hit(
            written.subject,
            f"{written.binding} names system:masters, which bypasses RBAC",
            because(written.binding.role_ref, "the role"),
        )

    def _impersonated(self, written: WrittenRule) -> Iterator[Hit]:
        rule = written.rule
        about_groups = not {"groups", "*"}.isdisjoint(rule.resources.texts)
        if not about_groups or {"impersonate", "*"}.isdisjoint(rule.verbs.texts):
            return
        for item in rule.resource_names.items:
            if item.equals(MASTERS):
                yield self.hit(item, f"{written.role} lets its holder join system:masters, which bypasses RBAC")
