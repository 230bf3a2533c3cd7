"""One policy rule as the authorizer reads it, and the requests it is asked about.

Semantics: https://kubernetes.io/docs/reference/access-authn-authz/rbac/ and
`RuleAllows`, `VerbMatches`, `APIGroupMatches`, `ResourceMatches`, `ResourceNameMatches`,
`NonResourceURLMatches` of k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac and
pkg/apis/rbac/v1/evaluation_helpers.go.
"""

from __future__ import annotations

from hullmark.linter.manifest.rbac import PolicyRule as PolicyRuleView
from hullmark.linter.named_tuple import NamedTuple

CLUSTER = ""
"""Scope of a ClusterRoleBinding; any other scope is the name of a namespace."""

UNNAMED_VERBS = frozenset({"create", "deletecollection"})
"""Verbs whose requests for a top-level resource carry no object name."""


class Request(NamedTuple):
    """What somebody asks of the API server.

    `resource` may be `resource/subresource`. `namespace` is empty for cluster-scoped resources and
    for requests over all namespaces. `name` is empty when the request carries none. `path` is set,
    and everything but the verb empty, for a non-resource URL.
    """

    verb: str
    group: str = ""
    resource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""


class Policy(NamedTuple):
    """Attributes of one policy rule, as written; `view` gives their places (None for built-in roles)."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    view: PolicyRuleView | None = None

    def has_verb(self, verb: str) -> bool:
        """Whether the verb is listed, or `*` is."""
        return verb in self.verbs or "*" in self.verbs

    def has_group(self, group: str) -> bool:
        """Whether the group is listed, or `*` is."""
        return group in self.groups or "*" in self.groups

    def has_resource(self, resource: str) -> bool:
        """Whether `resource[/subresource]` is listed, `*` is, or `*/subresource` is.

        `pods/*` and `*/*` are ordinary strings: they match nothing that exists.
        """
        if resource in self.resources or "*" in self.resources:
            return True
        _, slash, subresource = resource.partition("/")
        return bool(slash) and f"*/{subresource}" in self.resources

    def has_name(self, name: str) -> bool:
        """Whether the rule is not restricted to names, or lists this one (no patterns)."""
        return not self.names or name in self.names

    def has_url(self, path: str) -> bool:
        """Whether a URL entry is `*`, equals `path`, or is a prefix that ends in `*`."""
        for entry in self.urls:
            if entry in ("*", path):
                return True
            if entry.endswith("*") and path.startswith(entry[:-1]):
                return True
        return False

    def allows(self, request: Request) -> bool:
        """Whether this rule alone allows `request`; the scope of the grant is not judged here."""
        if not self.has_verb(request.verb):
            return False
        if request.path:
            return self.has_url(request.path)
        return self.has_group(request.group) and self.has_resource(request.resource) and self.has_name(request.name)


def policy(view: PolicyRuleView) -> Policy:
    """The rule that `view` shows; elements that are no strings are left out (the server rejects them).

    Names are kept as written, templates included: a restriction that is not known yet is still one.
    """
    verbs, groups, resources, urls = view.attributes
    return Policy(verbs, groups, resources, view.resource_names.raw, urls, view)
