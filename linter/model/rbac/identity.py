"""Who can hold a grant: users, groups and service accounts, and the groups everybody is in.

Semantics: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
"""

from __future__ import annotations

from hullmark.linter.named_tuple import NamedTuple

_ACCOUNT_PREFIX = "system:serviceaccount:"

AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
ANONYMOUS = "system:anonymous"
MASTERS = "system:masters"
ALL_ACCOUNTS = "system:serviceaccounts"

NOBODY = "Nobody"
"""Kind of the made-up holder of a role that is bound to no subject."""


class Identity(NamedTuple):
    """A subject after normalisation; `namespace` is set for service accounts alone."""

    kind: str
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        if self.kind == "ServiceAccount":
            return f"ServiceAccount {self.namespace}/{self.name}"
        return f"{self.kind} {self.name}"

    @property
    def groups(self) -> tuple[Identity, ...]:
        """Groups that the API server's authenticators add by themselves."""
        if self.kind == "ServiceAccount":
            return (
                group(f"{ALL_ACCOUNTS}:{self.namespace}"),
                group(ALL_ACCOUNTS),
                group(AUTHENTICATED),
            )
        if self.kind == "User":
            if self.name == ANONYMOUS:
                return (group(UNAUTHENTICATED),)
            if self.name.startswith("system:node:"):
                return (group("system:nodes"), group(AUTHENTICATED))
            return (group(AUTHENTICATED),)
        if self.name in (AUTHENTICATED, UNAUTHENTICATED):
            return ()
        if self.name.startswith(f"{ALL_ACCOUNTS}:"):
            return (group(ALL_ACCOUNTS), group(AUTHENTICATED))
        return (group(AUTHENTICATED),)

    @property
    def is_nobody(self) -> bool:
        """Whether this is the made-up holder of a role that nobody holds."""
        return self.kind == NOBODY

    @property
    def is_system(self) -> bool:
        """Whether the name is reserved for Kubernetes itself."""
        return self.kind != "ServiceAccount" and self.name.startswith("system:")

    @property
    def is_open(self) -> bool:
        """Whether practically everybody is this subject."""
        return (self.kind == "User" and self.name == ANONYMOUS) or (
            self.kind == "Group" and self.name in (UNAUTHENTICATED, AUTHENTICATED, ALL_ACCOUNTS)
        )


def group(name: str) -> Identity:
    """The group called `name`."""
    return Identity("Group", name)


def account(namespace: str, name: str) -> Identity:
    """The service account `namespace/name`."""
    return Identity("ServiceAccount", name, namespace)


def identity(kind: str, name: str, namespace: str) -> Identity | None:
    """The identity that a subject entry names, or None where the API server would reject the entry.

    A user spelled `system:serviceaccount:<namespace>:<name>` is that service account: the
    authenticator gives service accounts exactly this user name.
    """
    if not name:
        return None
    if kind == "ServiceAccount":
        return account(namespace, name) if namespace else None
    if kind == "Group":
        return group(name)
    if kind != "User":
        return None
    if name.startswith(_ACCOUNT_PREFIX):
        space, colon, short = name[len(_ACCOUNT_PREFIX) :].partition(":")
        if colon and space and short:
            return account(space, short)
    return Identity("User", name)
