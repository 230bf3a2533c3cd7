"""Grants to service accounts that do not exist."""

from collections.abc import Iterator

from hullmark.linter.manifest.namespace import Namespace
from hullmark.linter.manifest.rbac import ServiceAccount
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.builtin import builtin_bindings
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Hit, Profile, Rule, Severity, because, several

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
    profile = Profile.STRICT
    controls = ("MITRE/T1098",)
    bad = (several(_ACCOUNT, _BINDING.format(name="counter  # ! 'shop/counter'")),)
    good = (several(_ACCOUNT, _BINDING.format(name="reporter")),)

    def check(self, written: WrittenGrant) -> Iterator[Hit]:
        """A hit where the account's namespace is in the input but the account is not."""
        who = written.who
        if who.kind != "ServiceAccount" or who.name == "default" or written.subject.kind.value != "ServiceAccount":
            return
        if who in _built_in() or who.namespace not in _namespaces(written.bundle):
            return
        if written.bundle.find("", "ServiceAccount", who.namespace, who.name) is not None:
            return
        strong = written.effect in _STRONG
        yield self.hit(
            written.subject,
            f"{written.binding} grants {written.role.name!r} to service account {who.namespace + '/' + who.name!r}, "
            "which this input does not define",
            because(written.binding.role_ref, "the role that waits for it"),
            severity=Severity.MEDIUM if strong else Severity.LOW,
        )


def _built_in() -> frozenset[Identity]:
    return frozenset(who for row in builtin_bindings() for who in row.subjects)


def _namespaces(bundle: Bundle) -> frozenset[str]:
    """Namespaces whose objects the input holds."""
    return bundle.derived(_known_namespaces)


def _known_namespaces(bundle: Bundle) -> frozenset[str]:
    named = {each.name for each in bundle.each(Namespace)}
    return frozenset(named | {bundle.namespace_of(each).name for each in bundle.each(ServiceAccount)})
