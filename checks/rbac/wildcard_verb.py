"""Roles that allow every verb, those of the future included."""

from collections.abc import Iterator

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.rbac import PolicyRule
from hullmark.linter.model.rbac.written_rules import WrittenRule
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest, rewrite, several

_ORDINARY = "[create, delete, deletecollection, get, list, patch, update, watch]"

_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      name: deployer
      namespace: shop
    rules:
      - apiGroups: [apps]
        resources: [deployments]
        verbs: {verbs}
"""
_OPERATOR = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: widget-operator
    rules:
      - apiGroups: [widgets.example.com]
        resources: [widgets]
        verbs: {verbs}
"""
_DEFINITION = """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: widgets.widgets.example.com
    spec:
      group: widgets.example.com
      names: {kind: Widget, plural: widgets}
      scope: Namespaced
      versions: []
"""


class WildcardVerb(Rule[WrittenRule]):
    """Role allows every verb.

    A wildcard covers more than reading and writing: `escalate`, `bind` and
    `impersonate` turn a role into any other, and verbs that a later version
    adds are granted without anybody having decided so.

    List the verbs that are needed. All that ordinary objects have are
    `create`, `delete`, `deletecollection`, `get`, `list`, `patch`, `update`
    and `watch`.
    """

    severity = Severity.LOW
    profile = Profile.STRICT
    controls = ("CIS-1.12/5.1.3", "NSA/role-based-access-control")
    bad = (
        manifest(
            _ROLE.format(verbs="['*']  # ! allows every verb on deployments"),
            fixed=_ROLE.format(verbs="[create, delete, deletecollection, get, list, patch, update, watch]"),
        ),
        manifest(
            _OPERATOR.format(verbs="['*']  # ! every verb on widgets"),
            fixed=_OPERATOR.format(verbs=_ORDINARY),
        ),
    )
    good = (
        manifest(_ROLE.format(verbs="[get, list, watch, update]")),
        several(_OPERATOR.format(verbs="['*']"), _DEFINITION),
    )

    def check(self, written: WrittenRule) -> Iterator[Hit]:
        """One hit for every `*`, unless a finding about a power points there, or the objects are the bundle's own."""
        rule = written.rule
        if written.is_reported or not written.is_foreign or rule.non_resource_urls.items:
            return
        for verb in rule.verbs.items:
            if verb.equals("*"):
                # Beside other verbs the list would hold some of them twice.
                fix = rewrite(rule.verbs, _ORDINARY) if len(rule.verbs.items) == 1 else None
                yield self.hit(
                    verb,
                    f"{written.role} allows every verb on {_resources(rule)}",
                    fix=fix,
                    severity=Severity.MEDIUM if written.is_bound_cluster_wide else Severity.LOW,
                )


def _resources(rule: PolicyRule) -> str:
    named: tuple[StrField, ...] = rule.resources.items
    texts = [item.text or "" for item in named[:3]]
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return (", ".join("everything" if text == "*" else text for text in texts) or "nothing") + more
