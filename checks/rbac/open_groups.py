"""Roles for groups that nearly everybody is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.identity import ALL_ACCOUNTS, AUTHENTICATED, Identity
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Hit, Row, Rule, because, manifest

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: reporting
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: {role}
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: {who}
"""
_EVERYBODY_HAS = frozenset(
    {
        "system:basic-user",
        "system:discovery",
        "system:public-info-viewer",
        "system:cluster-trust-bundle-discovery",
    }
)
_DISCOVERY = frozenset({"system:service-account-issuer-discovery"})


def _raised(severity: Severity, steps: int, least: Severity) -> Severity:
    return Severity(max(min(severity + steps, Severity.CRITICAL), least))


def _profile(severity: Severity) -> Profile:
    return Profile.DEFAULT if severity >= Severity.MEDIUM else Profile.STRICT


def _bound(
    rule: Rule[WrittenGrant],
    written: WrittenGrant,
    *,
    is_group: Callable[[Identity], bool],
    usual: frozenset[str],
    steps: int,
    least: Severity,
    whom: str,
) -> Iterator[Hit]:
    if written.who.kind != "Group" or not is_group(written.who) or written.role.name in usual:
        return
    severity = _raised(written.severity, steps, least)
    yield rule.hit(
        written.subject,
        f"{written.binding} grants {written.binding.role_ref.kind.text} {written.role.name!r} to {whom}",
        because(written.binding.role_ref, "the role"),
        severity=severity,
        profile=_profile(severity),
    )


def _strong_namespace_group(rule: Rule[WrittenGrant], written: WrittenGrant) -> Iterator[Hit]:
    """Only roles that let the namespace's accounts act on workloads or worse are worth a word."""
    prefix = f"{ALL_ACCOUNTS}:"
    if written.effect >= Effect.WORKLOAD and written.who.name.startswith(prefix):
        space = written.who.name.removeprefix(prefix)
        yield from _bound(
            rule,
            written,
            is_group=lambda who: who.name.startswith(prefix),
            usual=_DISCOVERY,
            steps=0,
            least=Severity.INFO,
            whom=f"every service account of namespace {space!r}",
        )


RULES = (
    Row(
        "rbac/authenticated-group-binding",
        WrittenGrant,
        "Role is granted to every authenticated user.\n\n"
        "`system:authenticated` holds every user and every service account; on some managed platforms it\n"
        "holds every account of the cloud provider, customers of others included.\n\n"
        "Bind the role to the group of those who need it.",
        partial(
            _bound,
            is_group=lambda who: who.name == AUTHENTICATED,
            usual=_EVERYBODY_HAS,
            steps=1,
            least=Severity.LOW,
            whom="every authenticated user",
        ),
        severity=Severity.MEDIUM,
        controls=("CIS-GKE-1.9/4.1.10", "MITRE/T1078"),
        bad=(manifest(_BINDING.format(role="edit", who="system:authenticated  # ! authenticated")),),
        good=(
            manifest(_BINDING.format(role="system:discovery", who="system:authenticated")),
            manifest(_BINDING.format(role="view", who="auditors")),
        ),
    ),
    Row(
        "rbac/all-service-accounts-binding",
        WrittenGrant,
        "Role is granted to all service accounts.\n\n"
        "Every pod of the cluster has the role, those of other teams and the one that is taken over tomorrow\n"
        "included.\n\n"
        "Bind the role to the accounts that need it.",
        partial(
            _bound,
            is_group=lambda who: who.name == ALL_ACCOUNTS,
            usual=_DISCOVERY,
            steps=1,
            least=Severity.MEDIUM,
            whom="every service account of the cluster",
        ),
        severity=Severity.MEDIUM,
        controls=("CIS-1.12/5.1.5", "MITRE/T1078.001"),
        bad=(manifest(_BINDING.format(role="view", who="system:serviceaccounts  # ! every service account")),),
        good=(
            manifest(_BINDING.format(role="system:service-account-issuer-discovery", who="system:serviceaccounts")),
            manifest(_BINDING.format(role="view", who="auditors")),
        ),
    ),
    Row(
        "rbac/namespace-service-accounts-binding",
        WrittenGrant,
        "Strong role is granted to a namespace's accounts.\n\n"
        "Every pod of the namespace has the role, whatever its own job is.\n\n"
        "Bind the role to the accounts that need it.",
        _strong_namespace_group,
        severity=Severity.MEDIUM,
        controls=("CIS-1.12/5.1.5",),
        bad=(manifest(_BINDING.format(role="edit", who="system:serviceaccounts:shop  # ! namespace 'shop'")),),
        good=(manifest(_BINDING.format(role="view", who="system:serviceaccounts:shop")),),
    ),
)
