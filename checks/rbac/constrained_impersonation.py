"""Impersonation that is limited to certain verbs."""

from collections.abc import Iterator

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.rbac import Role
from hullmark.linter.rule import Confidence, Hit, Profile, Rule, Severity, because, manifest

_MODES = ("user-info", "serviceaccount", "arbitrary-node", "associated-node")
_READ = frozenset({"get", "list", "watch"})
_SINCE = (1, 36)

_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: proxy
    rules:
      - apiGroups: [authentication.k8s.io]
        resources: [users]
        verbs: ["impersonate:user-info"]{mark}
      - apiGroups: ['']
        resources: [pods]
        verbs: ["impersonate-on:user-info:{verb}"]
"""


class ConstrainedImpersonation(Rule[Role]):
    """Role may act as others for certain verbs.

    The holder does what is listed here with the rights of whoever he names:
    limited in what, not in whose name.

    Name the users in `resourceNames`, and list reading verbs only.
    """

    severity = Severity.MEDIUM
    confidence = Confidence.MEDIUM
    profile = Profile.STRICT
    controls = ("CIS-1.12/5.1.8",)
    bad = (manifest(_ROLE.format(mark="  # ! create", verb="create"), kubernetes="1.36"),)
    good = (
        manifest("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: proxy
            rules:
              - apiGroups: [authentication.k8s.io]
                resources: [users]
                verbs: ["impersonate:user-info"]
        """),
    )

    def check(self, role: Role) -> Iterator[Hit]:
        """A hit where both halves stand in one role; info while the feature is off, or for reading alone."""
        for mode in _MODES:
            who = _verb(role, f"impersonate:{mode}")
            prefix = f"impersonate-on:{mode}:"
            what = [item for rule in role.rules for item in rule.verbs.items if (item.value or "").startswith(prefix)]
            if who is None or not what:
                continue
            verbs = sorted({(item.value or "").removeprefix(prefix) for item in what})
            quiet = not role.context.at_least(*_SINCE) or _READ.issuperset(verbs)
            yield self.hit(
                who,
                f"{role} may {', '.join(verbs)} in the name of others",
                because(what[0], "what it may do in their name"),
                severity=Severity.INFO if quiet else Severity.MEDIUM,
                profile=Profile.ALL if quiet else Profile.STRICT,
            )


def _verb(role: Role, name: str) -> StrField | None:
    return next((found for rule in role.rules if (found := rule.verbs.find(name)) is not None), None)
