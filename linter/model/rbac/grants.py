"""Grants of a bundle: which binding gives which subject which role, and where.

A grant is the unit of RBAC: binding x role x subject. RBAC has no deny, so what an identity can do
is the union of its grants and of those of the groups it is in.
Semantics: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from hullmark.linter.manifest.rbac import Binding, BindingSubject
from hullmark.linter.model.rbac.builtin import builtin_bindings
from hullmark.linter.model.rbac.identity import MASTERS, Identity, identity
from hullmark.linter.model.rbac.policy import CLUSTER, Policy, Request
from hullmark.linter.model.rbac.roles import RoleEntry, RoleTable
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import record

OWN_NAMESPACE_VERBS = frozenset({"get", "update", "patch", "delete"})
"""Verbs on `namespaces` that carry the Namespace's own name as the request's namespace."""


@record(eq=False)
class Grant:
    """One binding x role x subject. `scope` is "" (cluster) or the namespace of the RoleBinding.

    `binding` and `subject_view` are None for bindings that Kubernetes creates by itself; `assumed`
    says that the namespace of the binding was guessed, `across` that another bundle defines the role.
    """

    identity: Identity
    role: RoleEntry
    scope: str
    binding: Binding | None = None
    subject_view: BindingSubject | None = None
    assumed: bool = False
    across: bool = False

    @property
    def is_default(self) -> bool:
        """Whether Kubernetes or an installer made this grant."""
        return self.binding is None

    @property
    def is_cluster_wide(self) -> bool:
        """Whether it holds in every namespace and for cluster-scoped resources."""
        return self.scope == CLUSTER


class Witness(NamedTuple):
    """Why a request is allowed: the grant and the rule of its role that decides."""

    grant: Grant
    policy: Policy


class Access:
    """Who can do what in one bundle, built-in bindings included."""

    __slots__ = ("_elsewhere", "_holders", "grants", "roles", "unresolved")

    def __init__(
        self,
        roles: RoleTable,
        bindings: Iterator[tuple[str, bool, Binding]],
        elsewhere: Callable[[str, str, str], RoleEntry | None] = lambda _kind, _name, _namespace: None,
    ) -> None:
        """`bindings`: the scope of each ("" for a ClusterRoleBinding), whether that was assumed, and the binding.

        `elsewhere` gives the role of a kind, name and namespace that `roles` do not have.
        """
        self.roles = roles
        self._elsewhere = elsewhere
        self.unresolved: list[tuple[str, Binding]] = []
        self.grants: list[Grant] = [*self._built_in()]
        for scope, assumed, binding in bindings:
            self.grants.extend(self._written(scope, assumed, binding))
        self._holders: dict[Identity, list[Grant]] = defaultdict(list)
        for grant in self.grants:
            self._holders[grant.identity].append(grant)

    def _built_in(self) -> Iterator[Grant]:
        for row in builtin_bindings():
            kind = "ClusterRole"
            if row.namespace and self.roles.resolve("Role", row.role, row.namespace) is not None:
                kind = "Role"
            role = self.roles.resolve(kind, row.role, row.namespace)
            if role is not None:
                for who in row.subjects:
                    yield Grant(who, role, row.namespace)

    def _written(self, scope: str, assumed: bool, binding: Binding) -> Iterator[Grant]:
        reference = binding.role_ref
        kind, name = reference.kind.value or "", reference.name.value or ""
        if scope == CLUSTER and kind == "Role":
            return  # rejected by the API server
        role = self.roles.own(kind, name, scope)
        across = role is None and (role := self._elsewhere(kind, name, scope)) is not None
        role = role or self.roles.resolve(kind, name, scope)
        if role is None:
            self.unresolved.append((scope, binding))
            return
        for subject in binding.subjects:
            namespace = subject.namespace.value or scope
            who = identity(subject.kind.value or "", subject.name.value or "", namespace)
            if who is not None:
                yield Grant(who, role, scope, binding, subject, assumed, across)

    def unwritten(self) -> Iterator[tuple[str, Binding]]:
        """Bindings, with their scope, to roles whose rules nobody wrote down: undefined ones, platforms' own."""
        yield from self.unresolved
        seen = set()
        for grant in self.grants:
            if grant.binding is not None and grant.role.effect and id(grant.binding) not in seen:
                seen.add(id(grant.binding))
                yield grant.scope, grant.binding

    def identities(self) -> Iterator[Identity]:
        """Everybody who holds a grant directly, in the order of first mention (built-in ones first)."""
        return iter(self._holders)

    def direct(self, who: Identity) -> list[Grant]:
        """Grants that name this identity itself."""
        return self._holders.get(who, [])

    def held(self, who: Identity) -> Iterator[Grant]:
        """Grants of the identity, then those of the groups it is in by rule."""
        yield from self.direct(who)
        for group in who.groups:
            yield from self.direct(group)

    def allows(self, who: Identity, request: Request) -> list[Witness]:
        """Every grant and rule that allows `request`; empty means denied.

        Membership in `system:masters` bypasses authorization and is not asked for here: its
        built-in binding to cluster-admin gives the same answer.
        """
        return [found for grant in self.held(who) for found in allowing(grant, request)]

    def who_can(self, request: Request) -> list[tuple[Identity, list[Witness]]]:
        """Everybody named in a binding whose own grants allow `request`, in order of first mention."""
        found = []
        for who, grants in self._holders.items():
            witnesses = [witness for grant in grants for witness in allowing(grant, request)]
            if witnesses:
                found.append((who, witnesses))
        return found

    def is_master(self, who: Identity) -> bool:
        """Whether authorization is bypassed altogether."""
        return who == Identity("Group", MASTERS)


def allowing(grant: Grant, request: Request) -> Iterator[Witness]:
    """Rules of `grant` that allow `request`, given where the grant holds."""
    if grant.scope != CLUSTER and not _within(grant.scope, request):
        return
    for policy in grant.role.policies:
        if policy.allows(request):
            yield Witness(grant, policy)


def _within(namespace: str, request: Request) -> bool:
    """Whether a RoleBinding in `namespace` is asked about `request` at all."""
    if request.path:
        return False
    if request.namespace:
        return request.namespace == namespace
    # A request for a Namespace object is authorised in the namespace of that name
    # (RequestInfoFactory in k8s.io/apiserver/pkg/endpoints/request/requestinfo.go).
    own = request.group == "" and request.resource.partition("/")[0] == "namespaces"
    return own and request.verb in OWN_NAMESPACE_VERBS and request.name == namespace
