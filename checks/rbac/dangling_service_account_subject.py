"""Grants to service accounts that do not exist."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.surroundings import surroundings
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Confidence, Hit, Profile, Rule, Severity, because, several

_ACCOUNT = """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: reporter
      namespace: shop
"""
_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: reporter
      namespace: shop
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: view
    subjects:
      - kind: ServiceAccount
        name: {name}
        namespace: shop
"""
_STRONG = frozenset({Effect.TAKEOVER, Effect.NODE, Effect.SECRETS})


class DanglingServiceAccountSubject(Rule[WrittenGrant]):
    """Role is granted to an account that is not defined.

    Whoever may create service accounts in the namespace creates this one and
    inherits what the binding grants.

    Define the account beside the binding, or remove the subject.
    """

    severity = Severity.LOW
    confidence = Confidence.LOW
    profile = Profile.STRICT
    controls = ("MITRE/T1098",)
    bad = (several(_ACCOUNT, _BINDING.format(name="counter  # ! 'shop/counter'")),)
    good = (several(_ACCOUNT, _BINDING.format(name="reporter")),)

    def check(self, written: WrittenGrant) -> Iterator[Hit]:
        """A hit where the account's namespace is in the input but the account is not."""
        who = written.who
        if written.subject.kind.value != "ServiceAccount" or not surroundings(written.bundle).is_dangling(who):
            return
        strong = written.effect in _STRONG
        yield self.hit(
            written.subject,
            f"{written.binding} grants {written.role.name!r} to service account {who.namespace + '/' + who.name!r}, "
            "which this input does not define",
            because(written.binding.role_ref, "the role that waits for it"),
            severity=Severity.MEDIUM if strong else Severity.LOW,
        )
