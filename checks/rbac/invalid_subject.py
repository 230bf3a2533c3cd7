"""Subjects that name nobody."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import BINDING_KINDS, Binding, BindingSubject, ServiceAccount
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.rule import Hit, Needs, Offer, Rule, Severity, manifest
from hullmark.linter.rule.repair import insert

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: viewers
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: view
    subjects:
{subject}
"""
_ACCOUNT = """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: reporter
      namespace: shop
    ---"""
_KINDS = ("User", "Group", "ServiceAccount")


def _example(*lines: str) -> str:
    return _BINDING.format(subject="\n".join("      " + line for line in lines))


class InvalidSubject(Rule[Bundle]):
    """Subject of a binding is nobody.

    The binding is refused, or grants its role to a name that no one has: the
    pods that were meant go without, and the next person in a hurry binds
    something larger.

    Name a service account by `kind: ServiceAccount`, `name` and `namespace`; a
    user or group by `kind`, `name` and `apiGroup: rbac.authorization.k8s.io`.
    """

    severity = Severity.MEDIUM
    needs = Needs(BINDING_KINDS)
    bad = (
        manifest(
            _ACCOUNT + _example("- kind: ServiceAccount", "  name: reporter  # ! has no namespace"),
            fixed=_ACCOUNT + _example("- kind: ServiceAccount", "  name: reporter", "  namespace: shop"),
        ),
        manifest(_example("- kind: User", "  name: shop/reporter  # ! is no service account")),
        manifest(_example("- kind: Account  # ! kind 'Account'", "  name: reporter")),
    )
    good = (
        manifest(_example("- kind: ServiceAccount", "  name: reporter", "  namespace: shop")),
        manifest(_example("- kind: User", "  name: ann@example.com")),
    )

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """Hits for what ValidateRoleBindingSubject refuses and for users spelled as accounts."""
        for binding in bundle.each(Binding):
            yield from (hit for each in binding.subjects for hit in self._subject(bundle, binding, each))

    def _subject(self, bundle: Bundle, binding: Binding, subject: BindingSubject) -> Iterator[Hit]:
        kind, name = subject.kind.value, subject.name.value
        if kind is not None and kind not in _KINDS:
            yield self.hit(subject.kind, f"{binding} has a subject of kind {kind!r}, which does not exist")
            return
        if subject.name.absent or name == "":
            yield self.hit(subject.name, f"{binding} has a subject without a name")
            return
        if name is None:
            return
        if kind == "ServiceAccount":
            yield from self._account(bundle, binding, subject, name)
        elif kind == "User" and _spells_account(bundle, name):
            yield self.hit(
                subject.name,
                f"user {name!r} of {binding} is no service account: that is a kind of its own with a namespace",
            )
        elif subject.namespace.present:
            yield self.hit(
                subject.namespace,
                f"{binding} gives {kind} {name!r} a namespace, which the API server ignores",
                severity=Severity.LOW,
            )

    def _account(self, bundle: Bundle, binding: Binding, subject: BindingSubject, name: str) -> Iterator[Hit]:
        if subject.api_group.value:
            yield self.hit(
                subject.api_group, f"service account {name!r} of {binding} has an apiGroup, which is refused"
            )
        if binding.is_cluster_binding and subject.namespace.absent and not _filled_in_later(bundle, name):
            yield self.hit(
                subject.name,
                f"service account {name!r} of {binding} has no namespace, which a ClusterRoleBinding needs",
                fix=_namespace(bundle, subject, name),
            )


def _filled_in_later(bundle: Bundle, name: str) -> bool:
    """Whether kustomize will write the namespace: it does so for accounts that it moves into one itself."""
    return any(each.name == name and not each.namespace for each in bundle.each(ServiceAccount))


def _namespace(bundle: Bundle, subject: BindingSubject, name: str) -> Offer:
    homes = [bundle.namespace_of(each) for each in bundle.each(ServiceAccount) if each.name == name]
    sure = len(set(homes)) == 1 and not homes[0].assumed
    return insert(subject, "namespace", homes[0].name) if sure else None


def _spells_account(bundle: Bundle, name: str) -> bool:
    accounts = {(bundle.namespace_of(each).name, each.name) for each in bundle.each(ServiceAccount)}
    space, slash, short = name.partition("/")
    if slash and "/" not in short and "@" not in name and ":" not in name:
        return True
    return any(name == each for _, each in accounts) or (space, short) in accounts
