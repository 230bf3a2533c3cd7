"""Roles granted to accounts called default."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.accounts import usages
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Hit, Rule, Severity, because, manifest

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: deployer
      namespace: shop
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: edit
    subjects:
      - kind: ServiceAccount
        name: {name}
        namespace: shop
"""
_SHOWN = 3


class DefaultAccountBound(Rule[WrittenGrant]):
    """Role is granted to a default service account.

    Every pod of the namespace that names no account has the role, those that
    somebody adds tomorrow included.

    Give the workload that needs the role an account of its own, and bind it
    to that.
    """

    severity = Severity.MEDIUM
    controls = ("CIS-1.12/5.1.5", "MITRE/T1078.001")
    bad = (manifest(_BINDING.format(name="default  # ! grants 'edit'")),)
    good = (manifest(_BINDING.format(name="deployer")),)

    def check(self, written: WrittenGrant) -> Iterator[Hit]:
        """A hit for every binding of a default account; severity by what the role allows."""
        who = written.who
        if who.kind != "ServiceAccount" or who.name != "default":
            return
        usage = written.bundle.derived(usages).get(who)
        pods = usage.with_token[:_SHOWN] if usage else []
        yield self.hit(
            written.subject,
            f"{written.binding} grants {written.role.name!r} to the default service account of {who.namespace!r}",
            *(because(pod, f"{pod} inherits it") for pod in pods),
            severity=max(written.severity, Severity.MEDIUM),
        )
