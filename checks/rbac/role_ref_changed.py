"""Bindings that were bound to another role before."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import BINDING_KINDS, GROUP, Binding, RoleRef
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.rule import Hit, Needs, Rule, Severity, manifest

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
        name: on-call
"""


class RoleRefChanged(Rule[Bundle]):
    """Binding refers to another role than before.

    The API server refuses to change the role of a binding: the apply fails,
    and the old role stays granted while the repository says that it is gone.
    Runs with `--base` see it.

    Give the binding another name, so that the old one is pruned, or delete
    the old one first (`kubectl auth reconcile` does both at once).
    """

    severity = Severity.MEDIUM
    needs = Needs(BINDING_KINDS)
    bad = (
        manifest(
            _BINDING.format(name="on-call", role="view  # ! referred to ClusterRole 'edit' before"),
            earlier=_BINDING.format(name="on-call", role="edit"),
        ),
    )
    good = (
        manifest(
            _BINDING.format(name="on-call-view", role="view"), earlier=_BINDING.format(name="on-call", role="edit")
        ),
        manifest(_BINDING.format(name="on-call", role="view")),
    )

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """A hit for every binding whose roleRef no earlier definition of it has (ValidateRoleBindingUpdate)."""
        for binding in bundle.each(Binding) if bundle.earlier else ():
            reference, key = binding.role_ref, _key(bundle, binding)
            before = [found for earlier in bundle.earlier for found in earlier.derived(_references).get(key, ())]
            if before and _said(reference) and all(_said(each) not in ("", _said(reference)) for each in before):
                yield self.hit(
                    reference,
                    f"{binding} referred to {_said(before[0])} before, and a binding's role cannot be changed",
                )


def _key(bundle: Bundle, binding: Binding) -> tuple[str, str, str]:
    return (binding.kind, bundle.namespace_of(binding).name, binding.name)


def _references(bundle: Bundle) -> dict[tuple[str, str, str], list[RoleRef]]:
    """What every binding refers to; several references where the bundle has variants of it."""
    found: dict[tuple[str, str, str], list[RoleRef]] = {}
    for binding in bundle.each(Binding):
        found.setdefault(_key(bundle, binding), []).append(binding.role_ref)
    return found


def _said(reference: RoleRef) -> str:
    """The role in words; empty where a template, or the schema, has the last word about a part of it."""
    group = "" if reference.api_group.absent else reference.api_group.value
    kind, name = reference.kind.value, reference.name.value
    if group is None or not kind or not name:
        return ""
    return f"{kind} {name!r}" + ("" if group in ("", GROUP) else f" of {group}")
