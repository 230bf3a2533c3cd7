"""Roles that allow every verb, those of the future included."""

from collections.abc import Iterator

from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.rbac import PolicyRule, Role
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest, rewrite

# The group of custom resources of somebody else's operator may be the bundle's own: there `*` is its business.
_BUILT_IN = frozenset(table("api_resources")["groups"]) - {"core"} | {"", "*"}
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


class WildcardVerb(Rule[Role]):
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
    )
    good = (
        manifest(_ROLE.format(verbs="[get, list, watch, update]")),
        manifest("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: widget-operator
            rules:
              - apiGroups: [widgets.example.com]
                resources: [widgets]
                verbs: ['*']
        """),
    )

    def check(self, role: Role) -> Iterator[Hit]:
        """One hit for every `*` among the verbs of rules about built-in groups."""
        if role.is_aggregated:
            return
        for rule in role.rules:
            if _BUILT_IN.isdisjoint(rule.api_groups.texts):
                continue
            for verb in rule.verbs.items:
                if verb.equals("*"):
                    # Beside other verbs the list would hold some of them twice.
                    fix = rewrite(rule.verbs, _ORDINARY) if len(rule.verbs.items) == 1 else None
                    yield self.hit(verb, f"{role} allows every verb on {_resources(rule)}", fix=fix)


def _resources(rule: PolicyRule) -> str:
    named: tuple[StrField, ...] = rule.resources.items
    texts = [item.text or "" for item in named[:3]]
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return (", ".join("everything" if text == "*" else text for text in texts) or "nothing") + more
