"""Bindings to roles that nothing in the input defines."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import BINDING_KINDS, Role
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.rule import Confidence, Hit, Needs, Profile, Rule, Severity, several

_TELLING = ("admin", "root", "super", "owner")
_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      name: lister
      namespace: shop
    rules:
      - apiGroups: ['']
        resources: [pods]
        verbs: [list]
"""
_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: lister
      namespace: shop
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: Role
      name: {role}
    subjects:
      - kind: ServiceAccount
        name: lister
"""


class DanglingRoleRef(Rule[Bundle]):
    """Binding refers to a role that is not defined here.

    Whoever may create a role of that name decides what the subjects can do:
    the binding is ready and waits.

    Define the role beside the binding, or remove the binding.
    """

    severity = Severity.LOW
    confidence = Confidence.LOW
    profile = Profile.STRICT
    needs = Needs(BINDING_KINDS)
    bad = (several(_ROLE, _BINDING.format(role="counter  # ! 'counter'")),)
    good = (several(_ROLE, _BINDING.format(role="lister")),)

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """Hits for references that resolve neither in the input nor among the roles every cluster has."""
        defines = bool(bundle.each(Role))
        for _, binding in access(bundle).unresolved:
            reference = binding.role_ref
            name = reference.name.value
            if not name or reference.kind.value not in ("Role", "ClusterRole"):
                continue
            telling = any(word in name.lower() for word in _TELLING)
            yield self.hit(
                reference.name,
                f"{binding} refers to {reference.kind.value} {name!r}, which this input does not define",
                severity=Severity.LOW if defines or telling else Severity.INFO,
            )
