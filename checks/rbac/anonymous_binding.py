"""Roles for those who have not logged in."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.grants import Grant
from hullmark.linter.model.rbac.identity import ANONYMOUS, UNAUTHENTICATED
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Hit, Rule, Severity, because, manifest

_EXPECTED = frozenset({("", "system:public-info-viewer"), ("kube-public", "kubeadm:bootstrap-signer-clusterinfo")})
_DISCOVERY = "system:service-account-issuer-discovery"

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: status-page
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: {role}
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: {who}
"""


class AnonymousBinding(Rule[WrittenGrant]):
    """Role is granted to anonymous users.

    Whoever reaches the API server has the role, without a password, a
    certificate or a token: on many clusters that is the whole internet.

    Remove the subject, and give those who need the role an account of their
    own.
    """

    severity = Severity.CRITICAL
    controls = ("CIS-1.12/1.2.1", "CIS-GKE-1.9/4.1.8", "CIS-GKE-1.9/4.1.9", "MITRE/T1078.001")
    bad = (manifest(_BINDING.format(role="view", who="system:unauthenticated  # ! anonymous")),)
    good = (
        manifest(_BINDING.format(role="system:public-info-viewer", who="system:unauthenticated")),
        manifest(_BINDING.format(role="view", who="auditors")),
    )

    def check(self, written: WrittenGrant) -> Iterator[Hit]:
        """A hit unless the binding is one that clusters have by themselves."""
        grant = written.grant
        if grant.identity.name not in (ANONYMOUS, UNAUTHENTICATED) or grant.identity.kind == "ServiceAccount":
            return
        if (grant.scope, grant.role.name) in _EXPECTED:
            return
        yield self.hit(
            written.subject,
            f"{written.binding} grants {written.binding.role_ref.kind.text} {grant.role.name!r} to anonymous users",
            because(written.binding.role_ref, "the role"),
            severity=_severity(grant),
        )


def _severity(grant: Grant) -> Severity:
    if grant.role.name == _DISCOVERY:
        return Severity.INFO
    urls_only = all(policy.urls and set(policy.verbs) <= {"get", "head"} for policy in grant.role.policies)
    return Severity.MEDIUM if urls_only and grant.role.policies else Severity.CRITICAL
