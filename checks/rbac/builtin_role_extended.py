"""Bootstrap roles with rules of one's own."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import Role
from hullmark.linter.model.rbac.builtin import builtin_roles
from hullmark.linter.model.rbac.policy import Policy, policy
from hullmark.linter.rule import Hit, Rule, Severity, manifest

_HELD_BY_ALL = frozenset({"view", "system:discovery", "system:public-info-viewer", "system:basic-user"})

_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: {name}
    rules:
      - apiGroups: ['']
        resources: [endpoints, services]
        verbs: [list, watch]
      - apiGroups: ['']{mark}
        resources: [{resource}]
        verbs: [list, watch]
"""


class BuiltinRoleExtended(Rule[Role]):
    """Bootstrap role is given further rules.

    The API server keeps what is added to its own roles: whoever holds the
    role has the new rights, and nobody looks for them there.

    Put the rules into a role of your own, and bind that.
    """

    severity = Severity.MEDIUM
    controls = ("CIS-1.12/5.1.3",)
    bad = (manifest(_ROLE.format(name='"system:kube-dns"', resource="secrets", mark="  # ! 'system:kube-dns'")),)
    good = (
        manifest(_ROLE.format(name='"system:kube-dns"', resource="services", mark="")),
        manifest(_ROLE.format(name="dns", resource="secrets", mark="")),
    )

    def check(self, role: Role) -> Iterator[Hit]:
        """A hit at the first rule that the built-in rules do not cover."""
        known = builtin_roles().get(role.name) if role.is_cluster_role else None
        if known is None or known.aggregate_by or role.is_aggregated:
            return
        for rule in role.rules:
            if not _covered(policy(rule), known.policies):
                yield self.hit(
                    rule,
                    f"bootstrap role {role.name!r} is given a rule of its own",
                    severity=Severity.HIGH if role.name in _HELD_BY_ALL else Severity.MEDIUM,
                )
                return


def _covered(rule: Policy, known: tuple[Policy, ...]) -> bool:
    """Whether every single combination that the rule allows is allowed by some built-in rule."""
    if rule.urls:
        return all(
            any(each.has_verb(verb) and each.has_url(url) for each in known) for verb in rule.verbs for url in rule.urls
        )
    return all(
        any(
            each.has_verb(verb)
            and each.has_group(group)
            and each.has_resource(resource)
            and (not each.names or (bool(rule.names) and set(rule.names) <= set(each.names)))
            for each in known
        )
        for verb in rule.verbs
        for group in rule.groups
        for resource in rule.resources
    )
