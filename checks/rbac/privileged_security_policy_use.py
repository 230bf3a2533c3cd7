"""Use of security policies that allow what Pod Security forbids."""

from collections.abc import Iterator

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.model.rbac.written_rules import WrittenRule
from hullmark.linter.rule import Hit, Rule, Severity, manifest

_GROUP = "security.openshift.io"
_STRONG = frozenset(
    {"privileged", "anyuid", "hostaccess", "hostmount-anyuid", "hostnetwork", "hostnetwork-v2", "node-exporter"}
)

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


class PrivilegedSecurityPolicyUse(Rule[WrittenRule]):
    """Role lets pods use a privileged security policy.

    Whoever creates pods as the subject gets what the policy allows: the
    node's devices, files or network, and root in the container.

    Name `restricted-v2` or `nonroot-v2` in `resourceNames`.
    """

    severity = Severity.HIGH
    controls = ("MITRE/T1611",)
    bad = (manifest(_ROLE.format(name="privileged", mark="  # ! 'privileged'")),)
    good = (manifest(_ROLE.format(name="restricted-v2", mark="")),)

    def check(self, written: WrittenRule) -> Iterator[Hit]:
        """A hit for an unnamed use, or for every strong name."""
        rule = written.rule
        if not {"use", "*"} & set(rule.verbs.texts) or "*" in rule.resources.texts or not written.scopes:
            return
        if _GROUP not in rule.api_groups.texts or "securitycontextconstraints" not in rule.resources.texts:
            return
        if not rule.is_restricted_by_name:
            found = rule.resources.find("securitycontextconstraints")
            if found is not None:
                yield self.hit(found, f"{written.role} lets pods use every security context constraint")
            return
        for item in _strong(rule.resource_names.items):
            yield self.hit(item, f"{written.role} lets pods use security context constraint {item.value!r}")


def _strong(names: tuple[StrField, ...]) -> Iterator[StrField]:
    return (item for item in names if item.among(_STRONG))
