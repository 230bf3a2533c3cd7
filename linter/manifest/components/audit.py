"""Audit policies, judged by sending requests through them in the order of their rules.

https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/ and k8s.io/apiserver/pkg/audit/policy/checker.go: the
first rule that matches decides; a request that no rule matches is not logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from hullmark.linter.manifest.components.documents import Document
from hullmark.linter.manifest.components.embedded import content
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.word import has_items, scalar_texts
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.named_tuple import NamedTuple

LEVELS = ("None", "Metadata", "Request", "RequestResponse")
STAGES = ("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic")


class Request(NamedTuple):
    """One request to the API server; `namespace` is empty for resources of the cluster."""

    verb: str
    group: str
    resource: str
    subresource: str = ""
    namespace: str = "default"
    name: str = "x"
    user: str = "alice"
    groups: tuple[str, ...] = ("system:authenticated",)

    def __str__(self) -> str:
        what = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        return f"{self.verb} {what}"


_CORE_TARGETS = (("pods", "exec"), ("pods", "portforward"), ("pods", "proxy"), ("services", "proxy"), ("pods", ""))
COVERAGE = (
    *(Request(verb, "", resource) for resource in ("secrets", "configmaps") for verb in ("create", "get")),
    Request("create", "authentication.k8s.io", "tokenreviews", namespace=""),
    *(Request("create", "", resource, sub) for resource, sub in _CORE_TARGETS),
    Request("create", "apps", "deployments"),
)
"""Requests that an investigation cannot do without."""

_RBAC = "rbac.authorization.k8s.io"
_HOOKS = "admissionregistration.k8s.io"
ADVICE = (
    Request("get", "", "pods", "exec"),
    Request("create", "", "pods", "attach"),
    Request("create", "", "serviceaccounts", "token"),
    Request("update", "", "pods", "ephemeralcontainers"),
    Request("create", _RBAC, "rolebindings"),
    Request("create", _RBAC, "clusterrolebindings", namespace=""),
    Request("create", _HOOKS, "validatingwebhookconfigurations", namespace=""),
    Request("get", "", "nodes", "proxy", namespace=""),
    Request("delete", "", "secrets"),
    Request("delete", "", "events"),
)
"""Requests that a message mentions when they are not logged."""


class Entry(NamedTuple):
    """An entry of `resources`; `names` and `resources` are None where nothing is listed, which means all."""

    cursor: Cursor
    group: str
    names: tuple[str, ...] | None
    resources: tuple[str, ...] | None

    def covers(self, request: Request) -> bool:
        """Whether it names the resource of a request."""
        if self.group not in (request.group, "*"):
            return False
        if self.names is not None and request.name not in self.names:
            return False
        return self.resources is None or any(_is_resource(text, request) for text in self.resources)


def _entry(cursor: Cursor) -> Entry:
    return Entry(
        cursor, cursor.get("group").text or "", _listed(cursor.get("resourceNames")), _listed(cursor.get("resources"))
    )


def _listed(holder: Cursor) -> tuple[str, ...] | None:
    return scalar_texts(holder) if has_items(holder) else None


class AuditRule:
    """One rule of a policy."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.level = cursor.get("level").text or ""
        self._texts: dict[str, tuple[str, ...]] = {}

    def texts(self, key: str) -> tuple[str, ...]:
        """Scalars of a list of the rule."""
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = scalar_texts(self.cursor.get(key))
        return found

    @cached_property
    def selects(self) -> bool:
        """Whether the rule has any selector."""
        keys = ("users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs")
        return any(has_items(self.cursor.get(key)) for key in keys)

    @cached_property
    def resources(self) -> tuple[Entry, ...]:
        """Entries of `resources`."""
        return tuple(map(_entry, self.cursor.get("resources").items()))

    def matches(self, request: Request) -> bool:
        """Whether the rule applies to a request for a resource."""
        users, groups, verbs = self.texts("users"), self.texts("userGroups"), self.texts("verbs")
        if (users and request.user not in users) or (groups and not set(groups) & set(request.groups)):
            return False
        if verbs and request.verb not in verbs:
            return False
        namespaces, resources = self.texts("namespaces"), self.resources
        if namespaces or resources:
            if namespaces and request.namespace not in namespaces:
                return False
            return not resources or any(entry.covers(request) for entry in resources)
        return not self.texts("nonResourceURLs")


class AuditPolicy(Document):
    """An audit policy: `kind: Policy` is also used by policy engines, so the group decides."""

    forms = frozenset({("audit.k8s.io", "Policy")})

    def __init__(self, resource: Resource, embedded: bool = False) -> None:
        super().__init__(resource, embedded)
        text = content(resource)
        self.fine = _fine(self.minors, text) if text else None

    @classmethod
    def fits(cls, document: Resource) -> bool:
        """Not while a template has to write the rules."""
        return not templated(document.cursor.get("rules").text or "")

    @cached_property
    def rules(self) -> tuple[AuditRule, ...]:
        """The rules in order."""
        return tuple(AuditRule(item) for item in self.cursor.get("rules").items() if item.is_mapping)

    def decides(self, request: Request) -> AuditRule | None:
        """The rule that a request meets first."""
        return next((rule for rule in self.rules if rule.matches(request)), None)

    def level(self, request: Request) -> str:
        """At which level a request is logged."""
        rule = self.decides(request)
        return rule.level if rule is not None else "None"

    def bodies(self, targets: Iterable[Target]) -> Iterator[tuple[AuditRule, Request]]:
        """Rules that write the body of a request for one of `targets`, each with one such request."""
        wanted = tuple(targets)
        for rule in self.rules:
            if rule.level not in ("Request", "RequestResponse"):
                continue
            found = next((each for each in _requests(rule, wanted) if self.decides(each) is rule), None)
            if found is not None:
                yield rule, found


@lru_cache(maxsize=64)
def _fine(minors: tuple[int, ...], text: str) -> set[object]:
    return set()


class Target(NamedTuple):
    """A resource whose bodies hold what nobody should log, and the verbs that carry them at each level."""

    group: str
    resource: str
    subresource: str
    namespaced: bool
    at_request: frozenset[str]
    at_response: frozenset[str]


_WRITES = frozenset({"create", "update", "patch"})
_BODIES = _WRITES | {"get", "list", "delete", "deletecollection"}
SECRETS = (
    Target("", "secrets", "", True, _WRITES, _BODIES),
    Target("authentication.k8s.io", "tokenreviews", "", False, frozenset({"create"}), frozenset({"create"})),
    Target("", "serviceaccounts", "token", True, frozenset(), frozenset({"create"})),
)
CONFIG_MAPS = (Target("", "configmaps", "", True, _WRITES, _BODIES),)


def _requests(rule: AuditRule, targets: Iterable[Target]) -> Iterator[Request]:
    """Requests built from a rule's own selectors, the first three of each."""
    verbs = rule.texts("verbs")
    users = rule.texts("users")[:3] or ("alice",)
    groups = rule.texts("userGroups")[:3] or ("system:authenticated",)
    for target in targets:
        carrying = target.at_request if rule.level == "Request" else target.at_response
        namespaces = rule.texts("namespaces")[:3] or ("default",) if target.namespaced else ("",)
        names = tuple(_names(rule))[:3] or ("x",)
        for verb in (each for each in verbs or ("create", "get", "update", "list") if each in carrying):
            for user in users:
                for group in groups:
                    for namespace in namespaces:
                        for name in names:
                            yield Request(
                                verb, target.group, target.resource, target.subresource, namespace, name, user, (group,)
                            )


def _names(rule: AuditRule) -> Iterator[str]:
    for entry in rule.resources:
        yield from filter(None, entry.names or ())


def _is_resource(text: str, request: Request) -> bool:
    if text == "*":
        return True
    resource, slash, subresource = text.partition("/")
    if not slash:
        return resource == request.resource and not request.subresource
    if resource == "*":
        return subresource == request.subresource
    if resource != request.resource:
        return False
    return subresource in ("*", request.subresource)
