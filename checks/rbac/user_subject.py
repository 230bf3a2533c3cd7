"""Single people in bindings."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.shared import is_human
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: developers
      namespace: shop
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: view
    subjects:
      - kind: {kind}
        apiGroup: rbac.authorization.k8s.io
        name: {who}
"""


class UserSubject(Rule[WrittenGrant]):
    """Role is granted to a single person.

    Rights of single people are forgotten when they change teams: nobody who
    leaves is removed from the manifests of twenty namespaces.

    Bind a group of your identity provider instead.
    """

    severity = Severity.INFO
    profile = Profile.ALL
    bad = (manifest(_BINDING.format(kind="User", who="ann@example.com  # ! ann@example.com")),)
    good = (
        manifest(_BINDING.format(kind="Group", who="shop-developers")),
        manifest(_BINDING.format(kind="User", who="system:kube-scheduler")),
    )

    def check(self, written: WrittenGrant) -> Iterator[Hit]:
        """A hit for every subject of kind User that no machine stands behind."""
        if written.who.kind == "User" and is_human(written.who, written.bundle.context):
            yield self.hit(
                written.subject, f"{written.binding} grants {written.role.name!r} to user {written.who.name!r}"
            )
