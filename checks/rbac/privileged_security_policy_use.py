"""Use of security policies that allow what Pod Security forbids."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.security_policies import PolicyKind, policy_kinds
from hullmark.linter.model.rbac.written_rules import WrittenRule
from hullmark.linter.rule import Hit, Rule, Severity, manifest

_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      name: builder
      namespace: shop
    rules:
      - apiGroups: [security.openshift.io]
        resources: [securitycontextconstraints]
        resourceNames: [{name}]{mark}
        verbs: [use]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: builder
      namespace: shop
    roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: builder}}
    subjects:
      - {{kind: ServiceAccount, name: builder}}
"""
_POLICY = """
    ---
    apiVersion: policy/v1beta1
    kind: PodSecurityPolicy
    metadata: {{name: builder}}
    spec: {{privileged: {privileged}}}
"""


def _old(privileged: str, mark: str = "") -> str:
    role = _ROLE.format(name="builder", mark=mark).replace("security.openshift.io", "policy")
    return role.replace("securitycontextconstraints", "podsecuritypolicies") + _POLICY.format(privileged=privileged)


class PrivilegedSecurityPolicyUse(Rule[WrittenRule]):
    """Role lets pods use a privileged security policy.

    Whoever creates pods as the subject gets what the policy allows: the
    node's devices, files or network, and root in the container.

    Name `restricted-v2` or `nonroot-v2` in `resourceNames`.
    """

    severity = Severity.HIGH
    controls = ("MITRE/T1611",)
    bad = (
        manifest(_ROLE.format(name="privileged", mark="  # ! 'privileged'")),
        manifest(_old("true", "  # ! pod security policy 'builder'"), kubernetes="1.24"),
    )
    good = (
        manifest(_ROLE.format(name="restricted-v2", mark="")),
        manifest(_old("false"), kubernetes="1.24"),
    )

    def check(self, written: WrittenRule) -> Iterator[Hit]:
        """A hit for an unnamed use, or for every strong name. What covers everything is another finding."""
        rule = written.rule
        if not {"use", "*"} & set(rule.verbs.texts) or "*" in rule.resources.texts or not written.scopes:
            return
        for kind in policy_kinds(written.bundle):
            found = rule.resources.find(kind.resource)
            if found is None or {kind.group, "*"}.isdisjoint(rule.api_groups.texts):
                continue
            if not rule.is_restricted_by_name:
                yield self.hit(found, f"{written.role} lets pods use every {kind.noun}")
            else:
                yield from self._named(written, kind)

    def _named(self, written: WrittenRule, kind: PolicyKind) -> Iterator[Hit]:
        for item in written.rule.resource_names.items:
            if item.among(kind.strong):
                yield self.hit(item, f"{written.role} lets pods use {kind.noun} {item.value!r}")
