"""URLs of the API server that show more than health."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.written_rules import WrittenRule
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest

_TELLING = ("/debug", "/logs", "/configz", "/flagz")

_RULES = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: observer
    rules:
      - nonResourceURLs: [{url}]{mark}
        verbs: [get]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: observer
    roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: observer}}
    subjects:
      - {{kind: Group, apiGroup: rbac.authorization.k8s.io, name: observers}}
"""


class SensitiveUrlAccess(Rule[WrittenRule]):
    """Role opens the API server's debugging URLs.

    Profiles, flags and logs of the API server hold tokens and addresses, and
    taking profiles slows it down.

    Name `/metrics`, `/livez`, `/readyz` or `/version` instead.
    """

    severity = Severity.MEDIUM
    profile = Profile.STRICT
    controls = ("MITRE/T1613",)
    bad = (
        manifest(_RULES.format(url="/debug/pprof/*", mark="  # ! /debug/pprof/*")),
        manifest(_RULES.format(url="'*'", mark="  # !")),
    )
    good = (manifest(_RULES.format(url="/metrics", mark="")),)

    def check(self, written: WrittenRule) -> Iterator[Hit]:
        """A hit for every URL entry that covers one of the telling paths and holds in the cluster."""
        if not written.is_bound_cluster_wide or written.is_reported:
            return
        for item in written.rule.non_resource_urls.items:
            text = item.value or ""
            if text == "*" or text.startswith(_TELLING):
                yield self.hit(item, f"{written.role} opens {text!r} of the API server")
