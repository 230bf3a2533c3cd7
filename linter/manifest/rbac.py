"""Roles, bindings and service accounts, as written; what they grant is derived elsewhere."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.fields import known_texts
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.manifest.view import Any, Bool, Many, One, Str, StrList, View
from hullmark.linter.yaml.nodes import Mapping

GROUP = "rbac.authorization.k8s.io"
_API = "io.k8s.api.rbac.v1."

ROLE_KINDS: KindSet = frozenset({(GROUP, "Role"), (GROUP, "ClusterRole")})
BINDING_KINDS: KindSet = frozenset({(GROUP, "RoleBinding"), (GROUP, "ClusterRoleBinding")})


class PolicyRule(View):
    """One rule of a role. Each list knows the place of each of its elements (`verbs.items`, `verbs.find("*")`)."""

    schema = _API + "PolicyRule"

    verbs = StrList("verbs")
    api_groups = StrList("apiGroups")
    resources = StrList("resources")
    resource_names = StrList("resourceNames")
    non_resource_urls = StrList("nonResourceURLs")

    @property
    def attributes(self) -> tuple[tuple[str, ...], ...]:
        """Texts of verbs, groups, resources and URLs: all that an authorizer compares, read at once."""
        node = self.cursor.node
        if not isinstance(node, Mapping):
            return ((), (), (), ())
        return tuple(known_texts(node.get(name)) for name in ("verbs", "apiGroups", "resources", "nonResourceURLs"))

    @property
    def is_restricted_by_name(self) -> bool:
        """Whether the rule is about named objects only; an empty list names all."""
        return self.resource_names.cursor.is_sequence and not self.resource_names.empty


class Role(Resource):
    """A Role or ClusterRole."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = ROLE_KINDS
    schema = (_API + "ClusterRole", _API + "Role")

    rules = Many(PolicyRule, "rules")
    aggregation_selectors = Many(LabelSelector, "aggregationRule.clusterRoleSelectors")

    @property
    def is_cluster_role(self) -> bool:
        """Whether the role belongs to no namespace."""
        return self.kind == "ClusterRole"

    @property
    def is_aggregated(self) -> bool:
        """Whether a controller writes the rules, so that those written here are overwritten."""
        return self.is_cluster_role and self.cursor.get("aggregationRule").is_mapping


class RoleRef(View):
    """The role that a binding grants; `place` is its name."""

    schema = _API + "RoleRef"

    api_group = Str("apiGroup")
    kind = Str("kind")
    name = Str("name")

    @property
    def place(self) -> Place:
        """The referenced name, else the key."""
        return self.name.place


class BindingSubject(View):
    """Who is granted a role; `place` is the name."""

    schema = _API + "Subject"

    api_group = Str("apiGroup")
    kind = Str("kind")
    name = Str("name")
    namespace = Str("namespace")

    def __str__(self) -> str:
        name = self.name.text or ""
        if self.kind.text == "ServiceAccount" and self.namespace.text:
            return f"ServiceAccount {self.namespace.text + '/' + name!r}"
        return f"{self.kind.text or 'subject'} {name!r}"


class Binding(Resource):
    """A RoleBinding or ClusterRoleBinding."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = BINDING_KINDS
    schema = (_API + "ClusterRoleBinding", _API + "RoleBinding")

    role_ref = One(RoleRef, "roleRef")
    subjects = Many(BindingSubject, "subjects")

    @property
    def is_cluster_binding(self) -> bool:
        """Whether the binding grants in every namespace."""
        return self.kind == "ClusterRoleBinding"


class SecretReference(View):
    """A Secret that an account may use."""

    schema = ("io.k8s.api.core.v1.ObjectReference", "io.k8s.api.core.v1.LocalObjectReference")

    name = Str("name")
    namespace = Str("namespace")


class ServiceAccount(Resource):
    """An account that pods run as."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("", "ServiceAccount")})
    schema = "io.k8s.api.core.v1.ServiceAccount"

    automount_service_account_token = Bool("automountServiceAccountToken")
    secrets = Many(SecretReference, "secrets")
    secret_list = Any("secrets")
    image_pull_secrets = Many(SecretReference, "imagePullSecrets")
