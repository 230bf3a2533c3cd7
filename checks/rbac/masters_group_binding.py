"""Bindings and impersonation of the group that no authorizer asks about."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.identity import MASTERS
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Hit, Rule, Severity, because, manifest

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


class MastersGroupBinding(Rule[WrittenGrant]):
    """Binding names the group system:masters.

    Members of `system:masters` bypass authorization altogether: the binding
    adds nothing, shows that somebody counts on the group, and cannot be
    revoked as long as a certificate of a member is valid.

    Bind a group of your own, and keep `system:masters` for the cluster's
    bootstrap.
    """

    severity = Severity.HIGH
    controls = ("CIS-1.12/5.1.7", "NSA/role-based-access-control", "MITRE/T1078")
    bad = (manifest(_BINDING.format(name="operators", who="system:masters  # ! system:masters")),)
    good = (
        manifest(_BINDING.format(name="cluster-admin", who="system:masters")),
        manifest(_BINDING.format(name="operators", who="platform-on-call")),
    )

    def check(self, written: WrittenGrant) -> Iterator[Hit]:
        """A hit unless the binding is the bootstrap one."""
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
