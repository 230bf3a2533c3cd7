"""Roles that nobody is bound to."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import BINDING_KINDS, Binding, Role
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.across import is_bound_elsewhere, role_key
from hullmark.linter.rule import Confidence, Hit, Needs, Profile, Rule, Severity, several

_MEANT_FOR_OTHERS = ("-view", "-edit", "-admin", "-viewer", "-editor")

_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      name: {name}
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
      name: lister
    subjects:
      - kind: ServiceAccount
        name: lister
"""


class UnusedRole(Rule[Bundle]):
    """Role is bound to nobody.

    A role that lies about is bound one day by somebody who trusts its name
    and does not read its rules.

    Remove it, or add the binding that it was written for.
    """

    severity = Severity.INFO
    confidence = Confidence.LOW
    profile = Profile.ALL
    needs = Needs(BINDING_KINDS)
    bad = (several(_ROLE.format(name="lister"), _ROLE.format(name="counter  # ! 'counter'"), _BINDING),)
    good = (several(_ROLE.format(name="lister"), _BINDING),)

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """Hits only in bundles that bind at all: a folder of roles is bound elsewhere."""
        bindings = bundle.each(Binding)
        if not bindings:
            return
        bound = {_reference(bundle, each) for each in bindings}
        roles = access(bundle).roles
        for role in bundle.each(Role):
            namespace = "" if role.is_cluster_role else bundle.namespace_of(role).name
            if (role.kind, namespace, role.name) in bound or role.name.endswith(_MEANT_FOR_OTHERS):
                continue
            entry = roles.resolve(role.kind, role.name, namespace)
            if entry is not None and (entry.builtin or roles.is_collected(entry)):
                continue
            if is_bound_elsewhere(bundle, role_key(bundle, role)):
                continue
            yield self.hit(role, f"{role} is bound to nobody in this input")


def _reference(bundle: Bundle, binding: Binding) -> tuple[str | None, str, str | None]:
    kind = binding.role_ref.kind.text
    return kind, "" if kind == "ClusterRole" else bundle.namespace_of(binding).name, binding.role_ref.name.text
