"""References to roles that the API server refuses."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import GROUP, Binding
from hullmark.linter.rule import Hit, Rule, Severity, manifest

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: viewers
    roleRef:
      apiGroup: {group}
      kind: {kind}
      name: view
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: viewers
"""


class InvalidRoleRef(Rule[Binding]):
    """Binding refers to a role in a way that is refused.

    The API server rejects the binding: nobody gets the rights that it was
    written for, and the next person in a hurry binds something larger.

    Write `kind: ClusterRole` in a ClusterRoleBinding, and
    `apiGroup: rbac.authorization.k8s.io`.
    """

    severity = Severity.MEDIUM
    bad = (
        manifest(_BINDING.format(group="rbac.authorization.k8s.io", kind="Role  # ! cannot refer to a Role")),
        manifest(_BINDING.format(group="rbac  # ! 'rbac'", kind="ClusterRole")),
    )
    good = (manifest(_BINDING.format(group="rbac.authorization.k8s.io", kind="ClusterRole")),)

    def check(self, binding: Binding) -> Iterator[Hit]:
        """Hits for the kind, the group and the name (ValidateClusterRoleBinding, ValidateRoleBinding)."""
        reference = binding.role_ref
        if reference.absent:
            return
        kind = reference.kind
        if kind.value == "Role" and binding.is_cluster_binding:
            yield self.hit(kind, f"{binding} cannot refer to a Role: only a ClusterRole holds in every namespace")
        elif kind.value is not None and kind.value not in ("Role", "ClusterRole"):
            yield self.hit(kind, f"{binding} refers to kind {kind.value!r}, which is no role")
        group = reference.api_group
        if group.value not in (None, "", GROUP):
            yield self.hit(group, f"{binding} refers to group {group.value!r} instead of {GROUP}")
        if reference.name.absent or reference.name.value == "":
            yield self.hit(reference.name, f"{binding} does not name its role")
