"""Just-in-time access: bindings that are meant to end."""

from __future__ import annotations

from functools import partial

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.rbac import Binding
from hullmark.linter.rule import Row, manifest
from hullmark.linter.rule.expiry import beyond, expired, malformed, soon
from hullmark.linter.rule.repair import remove_object

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: on-call
      namespace: shop
      annotations:
        hullmark.io/expires: {day}
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: edit
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: on-call
"""
_VIEWERS = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: viewers
      namespace: shop
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: view
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: viewers
"""
_PAST = '"2026-01-01"  # ! 14 days ago'
_CONTROLS = ("CIS-1.12/5.1.1", "NSA/role-based-access-control", "MITRE/T1078")


RULES = (
    Row(
        "rbac/expired-grant",
        Binding,
        "Temporary binding is past its last day.\n\n"
        "Access that was given for an afternoon is still there: Kubernetes knows nothing of the annotation,\n"
        "and whoever took the account over since then has it too.\n\n"
        "Remove the binding from the manifests, or give it a new last day on purpose.",
        partial(expired, fix=remove_object),
        severity=Severity.HIGH,
        controls=_CONTROLS,
        bad=(manifest(f"{_VIEWERS}    ---{_BINDING.format(day=_PAST)}", fixed=_VIEWERS),),
        good=(manifest(_BINDING.format(day='"2026-01-15"')),),
    ),
    Row(
        "rbac/grant-expires-soon",
        Binding,
        "Temporary binding ends within days.\n\n"
        "Nothing is wrong yet: the binding will be a finding once its last day is past.\n\n"
        "Plan its removal, or give it a new last day on purpose.",
        soon,
        severity=Severity.INFO,
        profile=Profile.STRICT,
        bad=(manifest(_BINDING.format(day='"2026-01-20"  # ! in 5 days')),),
        good=(manifest(_BINDING.format(day='"2026-03-01"')),),
    ),
    Row(
        "rbac/malformed-expiry",
        Binding,
        "Expiry of a binding is no date.\n\n"
        "A value that is no date never comes, so that the binding stays for ever while everybody believes\n"
        "that it will end.\n\n"
        'Write the last valid day as `hullmark.io/expires: "2026-01-31"`.',
        malformed,
        severity=Severity.MEDIUM,
        bad=(manifest(_BINDING.format(day="in two weeks  # ! no date")),),
        good=(manifest(_BINDING.format(day='"2026-03-01"')),),
    ),
    Row(
        "rbac/expiry-beyond-limit",
        Binding,
        "Temporary binding lives longer than allowed.\n\n"
        "Access for a year is no temporary access.\n\n"
        "Choose a last day within `temporary-access.max-days`.",
        beyond,
        severity=Severity.MEDIUM,
        profile=Profile.OPT_IN,
        bad=(
            manifest(
                _BINDING.format(day='"2026-12-31"  # ! 30 are allowed'),
                options={"temporary-access.max-days": 30},
            ),
        ),
        good=(manifest(_BINDING.format(day='"2026-02-01"'), options={"temporary-access.max-days": 30}),),
    ),
)
