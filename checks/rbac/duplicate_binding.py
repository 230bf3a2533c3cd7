"""Bindings that say again what another one says."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import BINDING_KINDS, Binding
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.rule import Hit, Needs, Profile, Rule, Severity, because, several
from hullmark.linter.rule.repair import remove_object

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: {name}
      namespace: shop
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: {role}
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: viewers
"""


class DuplicateBinding(Rule[Bundle]):
    """Binding repeats an earlier one.

    Removing one of the two changes nothing: whoever believes to have taken
    the access away has not.

    Remove one of them.
    """

    severity = Severity.INFO
    profile = Profile.ALL
    needs = Needs(BINDING_KINDS)
    bad = (
        several(
            _BINDING.format(name="viewers", role="view"),
            _BINDING.format(name="readers", role="view  # ! grants the same as RoleBinding 'viewers'"),
            fixed=_BINDING.format(name="viewers", role="view"),
        ),
    )
    good = (several(_BINDING.format(name="viewers", role="view"), _BINDING.format(name="editors", role="edit")),)

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """A hit for every binding of the same scope, role and subjects as an earlier one."""
        seen: dict[tuple[object, ...], Binding] = {}
        for binding in bundle.each(Binding):
            subjects = frozenset(
                (each.kind.text, each.name.text, each.namespace.text or "") for each in binding.subjects
            )
            scope = "" if binding.is_cluster_binding else bundle.namespace_of(binding).name
            key = (binding.kind, scope, binding.role_ref.kind.text, binding.role_ref.name.text, subjects)
            earlier = seen.setdefault(key, binding)
            if earlier is not binding and earlier.name != binding.name and subjects:
                yield self.hit(
                    binding.role_ref,
                    f"{binding} grants the same as {earlier}",
                    because(earlier.role_ref, "the earlier binding"),
                    fix=remove_object(binding),
                )
