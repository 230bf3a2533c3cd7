"""Policies that pods are admitted by if their account, or whoever creates them, may `use` them.

https://docs.openshift.com/container-platform/latest/authentication/managing-security-context-constraints.html and
https://v1-24.docs.kubernetes.io/docs/concepts/security/pod-security-policy/ (removed in 1.25)
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple

_SHIPPED = frozenset(
    {"privileged", "anyuid", "hostaccess", "hostmount-anyuid", "hostnetwork", "hostnetwork-v2", "node-exporter"}
)
_CONSTRAINT_SWITCHES = (
    "allowPrivilegedContainer",
    "allowHostDirVolumePlugin",
    "allowHostNetwork",
    "allowHostPID",
    "allowHostIPC",
)


class PolicyKind(NamedTuple):
    """One kind of policy; `strong` are the names of those that allow what Pod Security's baseline forbids."""

    group: str
    resource: str
    noun: str
    strong: frozenset[str]


def policy_kinds(bundle: Bundle) -> tuple[PolicyKind, ...]:
    """Kinds that the target version knows, with what the input says of their objects."""
    return bundle.derived(_kinds)


def _kinds(bundle: Bundle) -> tuple[PolicyKind, ...]:
    constraints = PolicyKind(
        "security.openshift.io",
        "securitycontextconstraints",
        "security context constraint",
        _SHIPPED | frozenset(_constraints(bundle)),
    )
    if bundle.context.at_least(1, 25):
        return (constraints,)
    policies = PolicyKind("policy", "podsecuritypolicies", "pod security policy", frozenset(_policies(bundle)))
    return (constraints, policies)


def _constraints(bundle: Bundle) -> Iterator[str]:
    for resource in bundle.by_kind("security.openshift.io", "SecurityContextConstraints"):
        top = resource.cursor
        if (
            any(_is_true(top.get(name)) for name in _CONSTRAINT_SWITCHES)
            or top.get("runAsUser", "type").text == "RunAsAny"
        ):
            yield resource.name


def _policies(bundle: Bundle) -> Iterator[str]:
    for group in ("policy", "extensions"):
        for resource in bundle.by_kind(group, "PodSecurityPolicy"):
            if _is_true(resource.cursor.get("spec", "privileged")):
                yield resource.name


def _is_true(cursor: Cursor) -> bool:
    return cursor.text == "true"
